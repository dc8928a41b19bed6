"""One frame to its stored values (PS3.5 8): what `huizhen decode` hashes and the viewer shows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.imaging.attributes import integer, text
from app.imaging.codecs import LOSSY, RLE, decode_compressed
from app.imaging.dataset import EXPLICIT_BIG, DicomObject
from app.imaging.description import Photometric, PixelDescription, describe, extended_offsets
from app.imaging.errors import (
    DecodeError,
    FrameIndexError,
    NoPixelDataError,
    PixelSizeError,
    UnsupportedPixelsError,
)
from app.imaging.fragments import frame_table

if TYPE_CHECKING:
    from collections.abc import Callable

    Samples = NDArray[Any]
    Codec = Callable[[bytes, str, PixelDescription], tuple[Samples, Photometric]]


@dataclass(frozen=True, slots=True, eq=False)
class StoredFrame:
    """The stored values of one frame.

    `samples` is (rows, columns) or (rows, columns, 3), native byte order, C order, in the
    smallest integer type that holds BitsAllocated, unused bits removed and the sign extended;
    `photometric` tells what the samples mean now (a codec may have undone RCT or ICT).
    `partial` when the bytes ended before the frame did: the rest is zero.
    """

    samples: Samples
    photometric: Photometric
    bits_stored: int
    signed: bool
    padding: tuple[float, float] | None
    partial: bool
    lossy: bool

    @property
    def nbytes(self) -> int:
        """Bytes of the samples."""
        return int(self.samples.nbytes)

    def sha256(self) -> str:
        """SHA-256 of the samples, little endian, C order."""
        little = self.samples.astype(self.samples.dtype.newbyteorder("<"), copy=False)
        return hashlib.sha256(np.ascontiguousarray(little).tobytes()).hexdigest()


def decode_frame(obj: DicomObject, frame: int = 0, codec: Codec = decode_compressed) -> StoredFrame:
    """Decode frame `frame`, counted from 0; compressed ones by `codec`.

    Raises:
        FrameIndexError: there is no such frame; other PixelErrors and MissingAttributeError
        as `describe` and `decode_compressed`.
    """
    description = describe(obj)
    if not 0 <= frame < description.frames:
        raise FrameIndexError(
            f"The file has {description.frames} frames; frame {frame + 1} does not exist."
        )
    assert obj.pixels is not None
    compressed = obj.pixels.declared is None
    if compressed:
        samples, photometric, partial = _encapsulated(obj, description, frame, codec)
    else:
        samples, partial = _native(obj, description, frame)
        photometric = description.photometric
        if photometric is Photometric.YBR_FULL_422:
            photometric = Photometric.YBR_FULL
    # Run lengths keep whole words, so HighBit counts for them as for native pixels (PS3.5 G).
    coded = compressed and obj.transfer_syntax_uid != RLE
    samples = np.ascontiguousarray(_significant(samples, description, compressed=coded))
    samples.flags.writeable = False
    return StoredFrame(
        samples=samples,
        photometric=photometric,
        bits_stored=description.bits_stored,
        signed=description.signed,
        padding=description.padding,
        partial=partial,
        lossy=is_lossy(obj),
    )


def raw_words(obj: DicomObject, description: PixelDescription, frame: int = 0) -> Samples:
    """The unsigned words of a frame with every bit the file has, for overlays in unused bits.

    (rows, columns), or with colour samples last. Raises as `decode_frame`; UnsupportedPixelsError
    where a codec has dropped those bits.
    """
    if obj.pixels is None or description.floating or description.bits_allocated == 1:
        raise UnsupportedPixelsError("These pixels have no unused bits.")
    if obj.pixels.declared is not None:
        words, _ = _native(obj, description, frame)
    elif obj.transfer_syntax_uid == RLE:
        words, _, _ = _encapsulated(obj, description, frame, decode_compressed)
    else:
        raise UnsupportedPixelsError("These pixels have no unused bits.")
    words = np.ascontiguousarray(words)
    unsigned: Samples = words.view(np.dtype(f"u{words.dtype.itemsize}"))
    return unsigned


def is_lossy(obj: DicomObject) -> bool:
    """Whether the pixels went through lossy compression, now or before (PS3.3 C.7.6.1.1.5)."""
    return text(obj.dataset, "LossyImageCompression") == "01" or obj.transfer_syntax_uid in LOSSY


def _encapsulated(
    obj: DicomObject, description: PixelDescription, frame: int, codec: Codec
) -> tuple[Samples, Photometric, bool]:
    assert obj.pixels is not None
    start = obj.pixels.offset
    table = frame_table(
        obj.data,
        start,
        start + obj.pixels.available,
        number_of_frames=description.frames,
        extended=extended_offsets(obj),
    )
    encoded = table.frame(obj.data, frame)
    if not encoded:
        raise NoPixelDataError(f"The file ends before frame {frame + 1} begins.")
    try:
        described = replace(description, cut=table.is_cut(frame))
        samples, photometric = codec(encoded, obj.transfer_syntax_uid, described)
    except DecodeError as error:
        if table.is_cut(frame):
            raise DecodeError("The file ends inside its compressed picture.") from error
        raise
    return samples, photometric, table.is_cut(frame)


def _dtype(description: PixelDescription) -> np.dtype[Any]:
    if description.floating:
        return np.dtype(f"f{description.bits_allocated // 8}")
    size = max(1, description.bits_allocated // 8)
    if size > 4:
        raise PixelSizeError("Whole numbers of 64 bits cannot be shown.")
    return np.dtype(f"{'i' if description.signed else 'u'}{size}")


def _native(obj: DicomObject, description: PixelDescription, frame: int) -> tuple[Samples, bool]:
    assert obj.pixels is not None
    if description.bits_allocated == 1:
        return _bits(obj, description, frame)
    length = description.frame_bits // 8
    first = frame * length
    held = max(0, min(length, obj.pixels.available - first))
    if held == 0:
        raise NoPixelDataError(f"The file ends before frame {frame + 1} begins.")
    chunk = _pixel_bytes(obj, first, held)
    partial = held < length
    if partial:
        chunk = chunk.ljust(length, b"\0")
    dtype = _dtype(description)
    big = obj.transfer_syntax_uid == EXPLICIT_BIG
    flat = np.frombuffer(chunk, dtype.newbyteorder(">" if big else "<"))
    return _shaped(flat.astype(dtype.newbyteorder("="), copy=False), description), partial


def _pixel_bytes(obj: DicomObject, first: int, count: int) -> bytes:
    """Bytes of the pixel element; 8-bit samples in big-endian words are swapped (PS3.5 A.3)."""
    assert obj.pixels is not None
    origin = obj.pixels.offset
    swapped = obj.transfer_syntax_uid == EXPLICIT_BIG and _is_word_encoded(obj)
    if not swapped or (integer(obj.dataset, "BitsAllocated") or 0) > 8:
        return obj.data[origin + first : origin + first + count]
    start, end = first - first % 2, first + count + (first + count) % 2
    words = obj.data[origin + start : origin + min(end, obj.pixels.available)]
    ordered = np.frombuffer(words.ljust(end - start, b"\0"), "u2").byteswap().tobytes()
    return ordered[first - start :][:count]


def _is_word_encoded(obj: DicomObject) -> bool:
    """Whether 8-bit samples lie in swapped 16-bit words (OW in big endian, PS3.5 A.3)."""
    assert obj.pixels is not None
    return obj.data[obj.pixels.offset - 8 : obj.pixels.offset - 6] == b"OW"


def _bits(obj: DicomObject, description: PixelDescription, frame: int) -> tuple[Samples, bool]:
    """Single-bit pixels are packed across frames, least significant bit first (PS3.5 8.1.1)."""
    assert obj.pixels is not None
    count = description.rows * description.columns * description.samples
    first = frame * count
    start, end = first // 8, (first + count + 7) // 8
    held = max(0, min(end, obj.pixels.available) - start)
    if not held:
        raise NoPixelDataError(f"The file ends before frame {frame + 1} begins.")
    packed = np.frombuffer(_pixel_bytes(obj, start, held).ljust(end - start, b"\0"), np.uint8)
    bits = np.unpackbits(packed, bitorder="little")[first % 8 : first % 8 + count]
    return bits.reshape(description.rows, description.columns), held < end - start


def _shaped(flat: Samples, description: PixelDescription) -> Samples:
    rows, columns = description.rows, description.columns
    if description.samples == 1:
        return flat.reshape(rows, columns)
    if description.photometric.is_halved:
        return _upsampled(flat, rows, columns)
    if description.planar:
        return np.moveaxis(flat.reshape(3, rows, columns), 0, -1)
    return flat.reshape(rows, columns, 3)


def _upsampled(flat: Samples, rows: int, columns: int) -> Samples:
    """YBR_FULL_422: two luminances share one pair of chrominances (PS3.3 C.7.6.3.1.2)."""
    if columns % 2:
        raise PixelSizeError("A picture with halved colour must have an even width.")
    pairs = flat.reshape(rows, columns // 2, 4)
    full = np.empty((rows, columns, 3), flat.dtype)
    full[..., 0] = pairs[..., :2].reshape(rows, columns)
    full[:, 0::2, 1:] = pairs[..., 2:]
    full[:, 1::2, 1:] = pairs[..., 2:]
    return full


def _significant(samples: Samples, description: PixelDescription, *, compressed: bool) -> Samples:
    """Keep BitsStored bits below HighBit, extend the sign, take the smallest container.

    A codec puts its samples at the low end and follows its own precision and sign; only
    native samples lie below HighBit.
    """
    if description.floating or description.bits_allocated == 1:
        return samples
    wanted = _dtype(description)
    samples = samples.astype(wanted, copy=False)
    width, bits = wanted.itemsize * 8, description.bits_stored
    if bits == width:
        return samples
    kind = np.dtype(f"u{wanted.itemsize}")
    unsigned: Samples = samples.view(kind)
    if not compressed:
        unsigned = unsigned >> kind.type(description.high_bit + 1 - bits)
    if not description.signed:
        masked: Samples = unsigned & kind.type((1 << bits) - 1)
        return masked
    raised: Samples = (unsigned << kind.type(width - bits)).view(wanted)
    extended: Samples = raised >> wanted.type(width - bits)
    return extended
