"""An object in Explicit VR Little Endian (PS3.5 A.2), for who asks for it: samples as decoded."""

import io
import warnings
from typing import BinaryIO, cast

import numpy as np
from pydicom import dcmread, dcmwrite
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from protocol.errors import ErrorCode
from server.api.dicomweb.pixelfile import PixelFile
from server.domain.errors import Invalid
from server.domain.ports import ObjectReader

EXPLICIT = str(ExplicitVRLittleEndian)
_DELIMITERS = 0xFFFE
_WORDS = {"OW": 2, "OL": 4, "OF": 4, "OD": 8, "OV": 8}
MOST_BYTES = 512 * 1024 * 1024
"""Of decoded pixels: more is not held in memory for one answer."""


def explicit(source: ObjectReader) -> bytes:
    """The whole file; raises `Invalid` (not_acceptable) when it cannot be decoded here."""
    file = PixelFile(source)
    layout = file.layout
    if layout.frame_bytes * layout.frames > MOST_BYTES:
        raise Invalid(
            ErrorCode.NOT_ACCEPTABLE,
            "this object is too large to be decoded as a whole; ask for it as it is stored "
            "(transfer-syntax=*), or for its frames",
        )
    source.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = dcmread(cast(BinaryIO, source))
        if file.encapsulated:
            frames = [file.samples(index) for index in range(layout.frames)]
            pixels = b"".join(
                one.astype(one.dtype.newbyteorder("<"), copy=False).tobytes() for one in frames
            )
            colour = frames[0].ndim == 3
            found.PixelData = pixels + b"\0" * (len(pixels) % 2)
            found["PixelData"].VR = "OB" if frames[0].dtype.itemsize == 1 else "OW"
            found["PixelData"].is_undefined_length = False
            if colour:
                found.PhotometricInterpretation = "RGB"
                found.PlanarConfiguration = 0
        elif not file.syntax.is_little_endian:
            found.walk(_swap)
        return _file_of(found)


def _file_of(found: Dataset) -> bytes:
    """The data set as a file."""
    for stray in [tag for tag in found.keys() if tag.group == _DELIMITERS]:  # noqa: SIM118
        del found[stray]  # left behind its pixels by the program that wrote it
    found.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    out = io.BytesIO()
    try:
        dcmwrite(out, found, enforce_file_format=True, implicit_vr=False, little_endian=True)
    except (NotImplementedError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise Invalid(
            ErrorCode.NOT_ACCEPTABLE,
            "this object holds values that cannot be written anew; ask for it as it is stored "
            "(transfer-syntax=*)",
        ) from error
    return out.getvalue()


def _swap(_found: Dataset, element: DataElement) -> None:
    """Words that pydicom takes for bytes, from big to little endian."""
    size = _WORDS.get(element.VR)
    if size is not None and isinstance(element.value, bytes):
        element.value = np.frombuffer(element.value, f">u{size}").astype(f"<u{size}").tobytes()
