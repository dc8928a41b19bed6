"""What an object of the clinic says, whatever its encoding (ADR 43); see `protocol.content`."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from app.imaging.attributes import text
from app.imaging.codecs import RLE
from app.imaging.dataset import DEFLATED, EXPLICIT_LITTLE, DicomObject, data_start, open_object
from app.imaging.decode import decode_frame, raw_words
from app.imaging.description import PixelDescription, describe, extended_offsets
from app.imaging.errors import ImagingError
from app.imaging.fragments import frame_table
from protocol.content import LOSSLESS, Coding, Pixels, Unsaid, codestreams, content_sha256, words

if TYPE_CHECKING:
    from numpy.typing import NDArray


def content_of(data: bytes) -> str:
    """The digest of an object; for a thread, and as slow as decoding it. Raises `Unsaid`."""
    try:
        obj = open_object(data)
        syntax = obj.transfer_syntax_uid
        coding = Coding.of(EXPLICIT_LITTLE if syntax == DEFLATED else syntax)
        pixels = None if obj.pixels is None else _pixels(obj)
        return content_sha256(io.BytesIO(obj.data), data_start(obj.data), coding, pixels)
    except ImagingError as error:
        raise Unsaid("it cannot be read or decoded") from error


def _pixels(obj: DicomObject) -> Pixels:
    description, syntax = describe(obj), obj.transfer_syntax_uid
    named, frames = text(obj.dataset, "PhotometricInterpretation"), description.frames
    assert obj.pixels is not None
    if obj.pixels.declared is not None:
        if obj.pixels.declared != obj.pixels.available:
            raise Unsaid("its pixels are not whole")
        return Pixels(named, frames, _native(obj, description))
    if syntax in LOSSLESS or syntax == RLE:
        return Pixels(named, frames, _decoded(obj, description), decoded=True)
    return Pixels(named, frames, codestreams(syntax, _stored(obj, frames)))


def _stored(obj: DicomObject, frames: int) -> Iterator[bytes]:
    assert obj.pixels is not None
    start, end = obj.pixels.offset, obj.pixels.offset + obj.pixels.available
    offsets = extended_offsets(obj)
    table = frame_table(obj.data, start, end, number_of_frames=frames, extended=offsets)
    for index in range(frames):
        yield table.frame(obj.data, index)


def _decoded(obj: DicomObject, description: PixelDescription) -> Iterator[bytes]:
    for index in range(description.frames):
        if obj.transfer_syntax_uid == RLE:
            yield _words(raw_words(obj, description, index), description)
        else:
            yield _words(decode_frame(obj, index).samples, description)


def _native(obj: DicomObject, description: PixelDescription) -> Iterator[bytes]:
    if description.samples > 1 and description.photometric.is_halved:
        raise Unsaid("its pixels share their colours")
    for index in range(description.frames):
        if description.bits_allocated == 1:
            bits = decode_frame(obj, index).samples
            yield np.packbits(bits.ravel(), bitorder="little").tobytes()
        elif description.floating:
            samples = decode_frame(obj, index).samples
            yield _words(samples.view(f"u{samples.dtype.itemsize}"), description)
        else:
            yield _words(raw_words(obj, description, index), description)


def _words(samples: NDArray[Any], description: PixelDescription) -> bytes:
    return words(
        samples,
        description.bits_allocated,
        description.bits_stored,
        description.high_bit,
        signed=description.signed,
    )
