"""What the file says about its pixels, checked against what it has (PS3.3 C.7.6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.imaging.attributes import integer, number, raw, text
from app.imaging.dataset import (
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    DicomObject,
)
from app.imaging.errors import (
    MissingAttributeError,
    NoPixelDataError,
    PixelSizeError,
    UnsupportedPixelsError,
)

MAX_FRAME_BYTES = 1 << 30
MAX_EXPANSION = 4096
FREE_FRAME_BYTES = 64 << 20
MAX_FRAMES = 1 << 20
NATIVE = frozenset({IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED})
_RETIRED = frozenset({"HSV", "ARGB", "CMYK", "XYB"})
_LEAST_FRAGMENT = 10  # bytes: an item's head and the shortest even value


class Photometric(StrEnum):
    """PhotometricInterpretation values this program shows (PS3.3 C.7.6.3.1.2)."""

    MONOCHROME1 = "MONOCHROME1"
    MONOCHROME2 = "MONOCHROME2"
    PALETTE_COLOR = "PALETTE COLOR"
    RGB = "RGB"
    YBR_FULL = "YBR_FULL"
    YBR_FULL_422 = "YBR_FULL_422"
    YBR_PARTIAL_420 = "YBR_PARTIAL_420"
    YBR_PARTIAL_422 = "YBR_PARTIAL_422"
    YBR_ICT = "YBR_ICT"
    YBR_RCT = "YBR_RCT"

    @property
    def is_monochrome(self) -> bool:
        """One sample that means a grey level."""
        return self in (Photometric.MONOCHROME1, Photometric.MONOCHROME2)

    @property
    def samples(self) -> int:
        """SamplesPerPixel this interpretation needs."""
        return 1 if self.is_monochrome or self is Photometric.PALETTE_COLOR else 3

    @property
    def is_halved(self) -> bool:
        """Two native pixels share one pair of chrominances."""
        return self in (Photometric.YBR_FULL_422, Photometric.YBR_PARTIAL_422)


@dataclass(frozen=True, slots=True)
class PixelDescription:
    """The Image Pixel module, checked; `frames` is at least 1.

    `cut` says of the frame that is decoded that its bytes end before it does.
    """

    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    floating: bool
    photometric: Photometric
    planar: bool
    frames: int
    padding: tuple[float, float] | None
    cut: bool = False

    @property
    def frame_bits(self) -> int:
        """Bits of one native frame as it lies in the file (PS3.5 8.1.1, 8.2)."""
        samples = 2 if self.photometric.is_halved else self.samples
        return self.rows * self.columns * samples * self.bits_allocated

    @property
    def decoded_bytes(self) -> int:
        """Bytes of one decoded frame."""
        return self.rows * self.columns * self.samples * max(1, self.bits_allocated // 8)


def _required(obj: DicomObject, keyword: str) -> int:
    found = integer(obj.dataset, keyword)
    if found is None:
        raise MissingAttributeError(keyword)
    return found


def _photometric(obj: DicomObject, samples: int) -> Photometric:
    value = text(obj.dataset, "PhotometricInterpretation").upper()
    if not value:
        return Photometric.MONOCHROME2 if samples == 1 else Photometric.RGB
    try:
        return Photometric(value)
    except ValueError as error:
        # Whatever else stands there may be anything, a name too: it is not repeated.
        kind = f"of the kind {value}" if value in _RETIRED else "of an unknown kind"
        raise UnsupportedPixelsError(f"Pictures {kind} cannot be shown.") from error


def _float_padding(obj: DicomObject) -> tuple[float, float] | None:
    """Padding of float and double pixels (PS3.3 C.7.5.1.1.2)."""
    kind = "Double" if obj.pixels is not None and "Double" in obj.pixels.keyword else ""
    low = number(obj.dataset, f"{kind}FloatPixelPaddingValue")
    if low is None:
        return None
    high = number(obj.dataset, f"{kind}FloatPixelPaddingRangeLimit")
    high = low if high is None else high
    return min(low, high), max(low, high)


def _padding(obj: DicomObject, *, signed: bool, bits: int) -> tuple[int, int] | None:
    low = integer(obj.dataset, "PixelPaddingValue")
    if low is None:
        return None
    high = integer(obj.dataset, "PixelPaddingRangeLimit")
    high = low if high is None else high
    if signed and bits <= 16:  # a file that wrote US into an SS element
        low, high = (v - (1 << 16) if v >= 1 << 15 else v for v in (low, high))
    return min(low, high), max(low, high)


def describe(obj: DicomObject) -> PixelDescription:
    """Read and check the Image Pixel module.

    Raises:
        NoPixelDataError, MissingAttributeError, PixelSizeError, UnsupportedPixelsError.
    """
    if obj.pixels is None:
        raise NoPixelDataError("The file carries no picture.")
    rows, columns = _required(obj, "Rows"), _required(obj, "Columns")
    floating = obj.pixels.keyword != "PixelData"
    allocated = _required(obj, "BitsAllocated")
    samples = integer(obj.dataset, "SamplesPerPixel") or 1
    if samples not in (1, 3) or allocated not in (1, 8, 16, 32, 64):
        raise UnsupportedPixelsError(
            f"{samples} samples of {allocated} bits a pixel cannot be shown."
        )
    stored = allocated if floating else integer(obj.dataset, "BitsStored") or allocated
    if not 1 <= stored <= allocated:
        raise PixelSizeError("The file says more bits are stored than there are.")
    high_bit = integer(obj.dataset, "HighBit")
    if high_bit is None or not stored - 1 <= high_bit < allocated:
        high_bit = stored - 1
    signed = integer(obj.dataset, "PixelRepresentation") == 1 and not floating
    if rows < 1 or columns < 1:
        raise PixelSizeError("The file says its picture has no rows or no columns.")
    frames = integer(obj.dataset, "NumberOfFrames") or 1
    photometric = _photometric(obj, samples)
    if samples != photometric.samples or (allocated == 1 and samples != 1):
        raise UnsupportedPixelsError(
            f"{samples} samples a pixel of the kind {photometric} cannot be shown."
        )
    description = PixelDescription(
        rows=rows,
        columns=columns,
        samples=samples,
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=high_bit,
        signed=signed,
        floating=floating,
        photometric=photometric,
        planar=integer(obj.dataset, "PlanarConfiguration") == 1,
        frames=max(1, frames),
        padding=_float_padding(obj) if floating else _padding(obj, signed=signed, bits=allocated),
    )
    _check_size(description, obj.pixels.available, encapsulated=obj.pixels.declared is None)
    return description


def _check_size(description: PixelDescription, available: int, *, encapsulated: bool) -> None:
    """Refuse a frame whose size could only be believed on the file's word."""
    wanted = description.decoded_bytes
    room = MAX_EXPANSION * available if encapsulated else 16 * available
    free = FREE_FRAME_BYTES if encapsulated else 1 << 20
    if available == 0:
        raise NoPixelDataError("The file ends before its picture begins.")
    if wanted > MAX_FRAME_BYTES or wanted > max(room, free):
        raise PixelSizeError(
            f"The file claims a picture of {description.columns} × {description.rows} "
            f"but has only {available} bytes of it."
        )


def believable_frames(obj: DicomObject, file_bytes: int) -> int:
    """How many frames the file says it has, at most as many as `file_bytes` can hold.

    At least 1. Lists are made of frames before any of them is decoded, so a lie must end here.
    """
    ds = obj.dataset
    claimed = max(1, integer(ds, "NumberOfFrames") or 1)
    if claimed == 1:
        return 1
    sides = [max(1, integer(ds, keyword) or 1) for keyword in ("Rows", "Columns", "BitsAllocated")]
    frame_bits = sides[0] * sides[1] * sides[2]
    native = obj.transfer_syntax_uid in NATIVE
    most = file_bytes * 8 // frame_bits + 1 if native else file_bytes // _LEAST_FRAGMENT
    return max(1, min(claimed, most, MAX_FRAMES))


def extended_offsets(obj: DicomObject) -> bytes:
    """The Extended Offset Table's value, empty where there is none."""
    value = raw(obj.dataset, "ExtendedOffsetTable")
    return value if isinstance(value, bytes) else b""
