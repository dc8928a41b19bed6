"""What a stored object says, whatever its encoding (ADR 43); see `protocol.content`."""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from numpy.typing import NDArray
from pydicom.encaps import generate_frames

from protocol.content import (
    LOSSLESS,
    RLE,
    Coding,
    Pixels,
    Unsaid,
    codestreams,
    content_sha256,
    words,
)
from server.api.dicomweb.headers import beginning
from server.api.dicomweb.pixelfile import DEFLATED, PixelFile
from server.api.dicomweb.samples import decoded_words, depth_of, native_words
from server.api.dicomweb.structure import NotDicom, Truncated
from server.api.dicomweb.transcoding import explicit
from server.domain.errors import Refusal
from server.domain.ports import ObjectReader


def content_of(source: ObjectReader) -> str:
    """The digest of an object; blocking, and as slow as decoding it. One frame is in memory.

    Raises `Unsaid` and `StoreError`s; the source stays open.
    """
    try:
        file = PixelFile(source)
        if file.syntax == DEFLATED:
            _, pieces = explicit(source)
            return content_of(io.BytesIO(b"".join(pieces)))
        coding = Coding.of(str(file.syntax))
        pixels = None if file.layout.pixels_at is None else _pixels(file, source)
        return content_sha256(cast(BinaryIO, source), beginning(source), coding, pixels)
    except (
        Refusal,
        NotDicom,
        Truncated,
        ValueError,
        RuntimeError,
        TypeError,
        AttributeError,
    ) as error:
        raise Unsaid("its pixels cannot be decoded") from error


def _pixels(file: PixelFile, source: ObjectReader) -> Pixels:
    layout, syntax = file.layout, str(file.syntax)
    if not file.encapsulated:
        return Pixels(layout.photometric, layout.frames, _native(file))
    if syntax in LOSSLESS or syntax == RLE:
        return Pixels(layout.photometric, layout.frames, _decoded(file), decoded=True)
    return Pixels(layout.photometric, layout.frames, codestreams(syntax, _stored(file, source)))


def _stored(file: PixelFile, source: ObjectReader) -> Iterator[bytes]:
    source.seek((file.layout.pixels_at or 0) + 12)
    yield from generate_frames(cast(BinaryIO, source), number_of_frames=file.frames)


def _decoded(file: PixelFile) -> Iterator[bytes]:
    for samples in decoded_words(file):
        yield _words(samples, file)


def _native(file: PixelFile) -> Iterator[bytes]:
    for index in range(file.frames):
        if file.layout.bits == 1:
            yield file.plain(index)
        else:
            yield _words(native_words(file, index), file)


def _words(samples: NDArray[Any], file: PixelFile) -> bytes:
    depth = depth_of(file)
    return words(samples, depth.allocated, depth.stored, depth.high, signed=depth.signed)
