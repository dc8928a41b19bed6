"""Much fewer bytes for nearly the same picture: loss that somebody chose, bounded and recorded.

JPEG-LS near-lossless (ISO/IEC 14495-1, PS3.5 8.2.3) promises for every pixel that it differs by no
more than a bound; codecs that aim at a ratio or a quality promise nothing of a single pixel. The
bound is a thousandth of the values in the picture, less than the noise of the machines that make
them. Pixels that mean "nothing here" (PS3.3 C.7.5.1.1.2) must come back exactly, else the picture
goes without loss. What was done is in the attributes (PS3.3 C.7.6.1.1.5 and C.7.6.1.1.3); the UIDs
stay.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.imaging.attributes import integer, text
from app.imaging.dataset import open_object
from app.imaging.decode import decode_frame, is_lossy
from app.imaging.description import PixelDescription, describe
from app.imaging.errors import ImagingError
from app.imaging.writing.frames import encapsulated, jpeg_ls, native_frames
from app.imaging.writing.recompress import Recompressed, suitable_forms

if TYPE_CHECKING:
    from pydicom import Dataset

MODALITIES = frozenset(("CR", "CT", "DX", "MR", "RF", "US", "XA"))
"""Not those whose values are measured as they are (PT, NM) or need every detail (MG, SM)."""
NEAR_LOSSLESS = "1.2.840.10008.1.2.4.81"
METHOD = "ISO_14495_1"
OF_THE_VALUES = 1024
BYTES_DIFFER_BY = 2


def with_bounded_loss(data: bytes) -> Recompressed | None:
    """The file with a loss of `most_error`, None where it may not be or gains nothing.

    Raises ImagingErrors as `open_object`.
    """
    obj = open_object(data)
    data, ds, pixels = obj.data, obj.dataset, obj.pixels
    allowed = text(ds, "Modality") in MODALITIES and not is_lossy(obj)
    if pixels is None or not allowed or not suitable_forms(obj):
        return None
    description = describe(obj)
    frames = native_frames(data, pixels.offset, description)
    if frames is None or description.photometric.name.startswith("PALETTE"):
        return None  # a number that is a colour's name is not near another one's
    error = most_error(frames, description)
    coded = [jpeg_ls(frame, description, most_error=error) for frame in frames]
    made = _written(data, coded, error, pixels.available)
    if len(made) >= len(data) or not _holds(made, frames, error, _meaningless(ds)):
        return None
    return Recompressed(made, hashlib.sha256(data).hexdigest())


def most_error(frames: list[NDArray[Any]], description: PixelDescription) -> int:
    """By how much a stored value may differ: a thousandth of the values there are, 2 of bytes."""
    if description.bits_stored <= 8:
        return BYTES_DIFFER_BY
    least = min(int(frame.min()) for frame in frames)
    most = max(int(frame.max()) for frame in frames)
    return max(1, (most - least) // OF_THE_VALUES)


def _meaningless(ds: Dataset) -> tuple[int, int] | None:
    """The stored values from and to which a pixel means nothing, where the file names them."""
    value = integer(ds, "PixelPaddingValue")
    if value is None:
        return None
    limit = integer(ds, "PixelPaddingRangeLimit")
    other = value if limit is None else limit
    return min(value, other), max(value, other)


def _holds(
    made: bytes, frames: list[NDArray[Any]], error: int, meaningless: tuple[int, int] | None
) -> bool:
    """Whether what comes back is within the bound, with nothing meaningless made or lost."""
    try:
        obj = open_object(made)
        for number, frame in enumerate(frames):
            back = decode_frame(obj, number).samples.reshape(frame.shape).astype(np.int64)
            if np.abs(back - frame).max() > error:
                return False
            if meaningless is not None:
                low, high = meaningless
                was, now = (((low <= one) & (one <= high)) for one in (frame, back))
                if not np.array_equal(was, now):
                    return False
    except ImagingError:
        return False
    return True


def _written(data: bytes, coded: list[bytes], error: int, native_bytes: int) -> bytes:
    import pydicom
    from pydicom.uid import UID

    ds = pydicom.dcmread(io.BytesIO(data), force=True)
    ds.file_meta.TransferSyntaxUID = UID(NEAR_LOSSLESS)
    ds.PixelData = encapsulated(coded)
    ds["PixelData"].is_undefined_length = True
    ds["PixelData"].VR = "OB"
    ds.LossyImageCompression = "01"
    ds.LossyImageCompressionRatio = f"{native_bytes / sum(map(len, coded)):.2f}"
    ds.LossyImageCompressionMethod = METHOD
    said = f"JPEG-LS near-lossless for the line: no stored value differs by more than {error}"
    before = ds.get("DerivationDescription", "")
    ds.DerivationDescription = f"{before}; {said}" if before else said
    ds.DerivationCodeSequence = [*ds.get("DerivationCodeSequence", ()), _lossy_compression()]
    out = io.BytesIO()
    ds.save_as(out, implicit_vr=False, little_endian=True, enforce_file_format=True)
    return out.getvalue()


def _lossy_compression() -> Dataset:
    """(113040, DCM, "Lossy Compression") of CID 7203."""
    import pydicom

    item = pydicom.Dataset()
    item.CodeValue, item.CodingSchemeDesignator = "113040", "DCM"
    item.CodeMeaning = "Lossy Compression"
    return item
