"""Fewer bytes for the same picture: lossless recompression whose original file comes back exactly.

Pixels that a file holds uncompressed are compressed frame by frame (PS3.5 8.2); everything else
stays as it is, and so do the UIDs (PS3.5 A.4: lossless compression makes no new instance). What
the original file looked like around its pixels lies in the File Meta Information as Private
Information (PS3.10 7.1), so that `restored` gives back its very bytes. Nothing is called
recompressed before that has been tried.

The Private Information is `HZO1`, the SHA-256 of the original, three lengths (big-endian u32:
bytes before its pixels, of its pixels, after them), and those before and after, deflated with the
new file's own attributes as the dictionary.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from app.imaging.dataset import (
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    DicomObject,
    data_start,
    open_object,
)
from app.imaging.decode import decode_frame
from app.imaging.description import PixelDescription, describe
from app.imaging.errors import ImagingError, MalformedError
from app.imaging.writing.frames import dtype_of, encapsulated, jpeg_ls, native_frames

if TYPE_CHECKING:
    from pydicom import Dataset

CREATOR = "2.25.201937419822475601233640962741840515817"
"""PrivateInformationCreatorUID of what this module adds."""
MOST_BYTES = 96 << 20
"""A larger file is sent as it is: it would be in memory several times."""
LEAST_PIXELS = 16 << 10
_MAGIC = b"HZO1"
_HEAD = struct.Struct(">4s32sIII")
_PIXEL_HEAD = b"\xe0\x7f\x10\x00OB\x00\x00\xff\xff\xff\xff"
_DELIMITER = b"\xfe\xff\xdd\xe0\x00\x00\x00\x00"


class Form(Enum):
    """A lossless transfer syntax."""

    JPEG_LS = "1.2.840.10008.1.2.4.80"
    JPEG_2000 = "1.2.840.10008.1.2.4.90"
    HTJ2K = "1.2.840.10008.1.2.4.201"


@dataclass(frozen=True, slots=True)
class Recompressed:
    """The new file, and the SHA-256 (lower-case hexadecimal) of the one it stands for."""

    data: bytes
    original_sha256: str


def suitable_forms(obj: DicomObject) -> tuple[Form, ...]:
    """The forms an object's pixels can take without loss and with their true precision.

    None where they are compressed already, not whole, of floats or bits, plane after plane, with
    halved chrominances, or hardly any.
    """
    pixels = obj.pixels
    native = obj.transfer_syntax_uid in (EXPLICIT_LITTLE, IMPLICIT_LITTLE)
    if pixels is None or pixels.declared is None or pixels.keyword != "PixelData" or not native:
        return ()
    small = not pixels.declared >= LEAST_PIXELS or obj.nbytes > MOST_BYTES
    if small or pixels.declared != pixels.available:
        return ()
    try:
        found = describe(obj)
    except ImagingError:
        return ()
    odd = found.floating or found.bits_allocated not in (8, 16) or found.photometric.is_halved
    if odd or (found.planar and found.samples > 1) or found.high_bit != found.bits_stored - 1:
        return ()
    return tuple(Form)


def recompressed(data: bytes, form: Form) -> Recompressed | None:
    """The file in another form, None where its original would not come back from that bit by bit.

    Raises ImagingErrors as `open_object`.
    """
    obj = open_object(data)
    if form not in suitable_forms(obj):
        return None
    data = obj.data
    pixels, description = obj.pixels, describe(obj)
    assert pixels is not None
    begin, end = pixels.offset, pixels.offset + pixels.available
    attributes = _explicit_attributes(obj, begin)
    frames = native_frames(data, begin, description)
    if attributes is None or frames is None:
        return None
    if obj.transfer_syntax_uid == IMPLICIT_LITTLE and end != len(data):
        return None
    sha256 = hashlib.sha256(data)
    around = _deflated(data[:begin] + data[end:], attributes)
    lengths = (begin, end - begin, len(data) - end)
    recipe = _HEAD.pack(_MAGIC, sha256.digest(), *lengths) + around
    new = b"".join(
        (
            _meta(obj.dataset, form, recipe),
            attributes,
            _PIXEL_HEAD,
            encapsulated([_encode(frame, form, description) for frame in frames]),
            _DELIMITER,
            data[end:],
        )
    )
    return Recompressed(new, sha256.hexdigest()) if _comes_back(new, data) else None


def restored(data: bytes) -> bytes:
    """The original file of one that `recompressed` made.

    Raises:
        MalformedError: it is not such a file, or its original does not come back from it.
        ImagingErrors as `open_object` and `decode_frame`.
    """
    obj = open_object(data)
    recipe = _recipe(obj)
    if recipe is None or obj.pixels is None:
        raise MalformedError("The file does not hold what it was made of.")
    _, sha256, before, length, after = _HEAD.unpack_from(recipe)
    attributes = data[data_start(data) : obj.pixels.offset - len(_PIXEL_HEAD)]
    around = _inflated(recipe[_HEAD.size :], attributes, before + after)
    description = describe(obj)
    words = [_words(obj, n, description) for n in range(description.frames)]
    pixels = b"".join(words).ljust(length, b"\x00")
    original = around[:before] + pixels + around[before:]
    if hashlib.sha256(original).digest() != sha256:
        raise MalformedError("The original of this file does not come back from it.")
    return original


def original_sha256(obj: DicomObject) -> str | None:
    """The SHA-256 of what a file was made of, None where it is nobody's copy."""
    recipe = _recipe(obj)
    return None if recipe is None else _HEAD.unpack_from(recipe)[1].hex()


def _comes_back(new: bytes, original: bytes) -> bool:
    try:
        return restored(new) == original
    except ImagingError:
        return False


def _recipe(obj: DicomObject) -> bytes | None:
    meta = obj.dataset.file_meta
    recipe = meta.get("PrivateInformation", b"")
    ours = meta.get("PrivateInformationCreatorUID", "") == CREATOR
    whole = isinstance(recipe, bytes) and len(recipe) >= _HEAD.size and recipe.startswith(_MAGIC)
    return recipe if ours and whole else None


# --- the attributes ----------------------------------------------------------------------


def _explicit_attributes(obj: DicomObject, begin: int) -> bytes | None:
    """Everything before the pixel element in Explicit VR Little Endian; None where turning it
    back would not give the bytes that are there."""
    head = 12 if obj.transfer_syntax_uid == EXPLICIT_LITTLE else 8
    start = data_start(obj.data)
    if obj.data[128:132] != b"DICM" or "PrivateInformation" in obj.dataset.file_meta:
        return None
    kept = obj.data[start : begin - head]
    if obj.transfer_syntax_uid == EXPLICIT_LITTLE:
        return kept if obj.data[begin - head : begin - head + 4] == _PIXEL_HEAD[:4] else None
    try:
        explicit = _written(_read(kept, implicit=True), implicit=False)
        back = _written(_read(explicit, implicit=False), implicit=True)
    except Exception:  # whatever an odd element makes pydicom raise: the file goes as it is
        return None
    return explicit if back == kept else None


def _read(data: bytes, *, implicit: bool) -> Dataset:
    from pydicom.filereader import read_dataset

    return read_dataset(io.BytesIO(data), is_implicit_VR=implicit, is_little_endian=True)


def _written(dataset: Dataset, *, implicit: bool) -> bytes:
    from pydicom.filebase import DicomBytesIO
    from pydicom.filewriter import write_dataset

    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, implicit
    write_dataset(out, dataset)
    return out.getvalue()


def _meta(dataset: Any, form: Form, recipe: bytes) -> bytes:
    from pydicom.dataset import FileMetaDataset
    from pydicom.filebase import DicomBytesIO
    from pydicom.filewriter import write_file_meta_info
    from pydicom.uid import UID

    meta = FileMetaDataset(dataset.file_meta)
    meta.TransferSyntaxUID = UID(form.value)
    meta.PrivateInformationCreatorUID = UID(CREATOR)
    meta.PrivateInformation = recipe + b"\x00" * (len(recipe) % 2)
    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, False
    out.write(bytes(128) + b"DICM")
    write_file_meta_info(out, meta, enforce_standard=False)
    return out.getvalue()


def _deflated(plain: bytes, dictionary: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zdict=dictionary[-32768:])
    return packer.compress(plain) + packer.flush()


def _inflated(packed: bytes, dictionary: bytes, length: int) -> bytes:
    """`length` bytes; raises MalformedError."""
    unpacker = zlib.decompressobj(zdict=dictionary[-32768:])
    try:
        plain = unpacker.decompress(packed, length)
    except zlib.error as error:
        raise MalformedError("What the file was made of is damaged.") from error
    if len(plain) != length:
        raise MalformedError("What the file was made of is damaged.")
    return plain


# --- the pixels --------------------------------------------------------------------------


def _words(obj: DicomObject, frame: int, description: PixelDescription) -> bytes:
    return decode_frame(obj, frame).samples.astype(dtype_of(description)).tobytes()


def _encode(frame: NDArray[Any], form: Form, description: PixelDescription) -> bytes:
    import imagecodecs

    match form:
        case Form.JPEG_LS:
            return jpeg_ls(frame, description)
        case Form.JPEG_2000:
            return bytes(
                imagecodecs.jpeg2k_encode(
                    frame,
                    level=0,
                    codecformat="j2k",
                    reversible=True,
                    mct=False,  # another PhotometricInterpretation would have to be told
                    bitspersample=description.bits_stored,
                    numthreads=1,
                )
            )
        case Form.HTJ2K:
            return _htj2k(frame, description)


def _htj2k(frame: NDArray[Any], description: PixelDescription) -> bytes:
    """With the precision of BitsStored (PS3.5 8.2.4), though the encoder knows whole words only.

    A decoder moves unsigned samples up by half of what the precision spans (ISO/IEC 15444-1 G.1):
    they are moved so that this gives them back, and SIZ says the true precision. The bit planes
    that are then never used cost next to nothing.
    """
    import imagecodecs

    spare = 8 * frame.dtype.itemsize - description.bits_stored
    if spare and not description.signed:
        half = 1 << (8 * frame.dtype.itemsize - 1)
        frame = frame + frame.dtype.type(half - (half >> spare))
    data = bytearray(imagecodecs.htj2k_encode(frame, reversible=True, rgb=False))
    siz = data.index(b"\xff\x51")
    for component in range(description.samples):  # Ssiz, XRsiz and YRsiz of each (A.5.1)
        data[siz + 40 + 3 * component] -= spare
    return bytes(data)
