"""What a stored object says, whatever its encoding (ADR 43); see `protocol.content`."""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import numpy as np
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
from server.api.dicomweb.structure import NotDicom, Truncated
from server.api.dicomweb.transcoding import MOST_BYTES, explicit
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
    if layout.frame_bytes > MOST_BYTES:
        raise Unsaid("its pixels are too many")
    if not file.encapsulated:
        return Pixels(layout.photometric, layout.frames, _native(file))
    if syntax in LOSSLESS or syntax == RLE:
        return Pixels(layout.photometric, layout.frames, _decoded(file), decoded=True)
    return Pixels(layout.photometric, layout.frames, codestreams(syntax, _stored(file, source)))


def _stored(file: PixelFile, source: ObjectReader) -> Iterator[bytes]:
    source.seek((file.layout.pixels_at or 0) + 12)
    yield from generate_frames(cast(BinaryIO, source), number_of_frames=file.frames)


def _decoded(file: PixelFile) -> Iterator[bytes]:
    _ = file.dataset  # read before: from here on the place in the file counts
    for samples, _ in file.each():
        yield _words(samples, file)


def _native(file: PixelFile) -> Iterator[bytes]:
    layout = file.layout
    if layout.samples > 1 and "_42" in layout.photometric:
        raise Unsaid("its pixels share their colours")
    for index in range(layout.frames):
        plain = file.plain(index)
        if layout.bits == 1:
            yield plain
            continue
        if layout.bits not in (8, 16, 32):
            raise Unsaid("its samples are no words of the length it names")
        samples = np.frombuffer(plain, f"<u{layout.bits // 8}")
        if layout.planar and layout.samples > 1:
            samples = samples.reshape(layout.samples, -1).T
        yield _words(samples, file)


def _words(samples: NDArray[Any], file: PixelFile) -> bytes:
    found = file.dataset
    stored = int(found.get("BitsStored", file.layout.bits))
    high = int(found.get("HighBit", stored - 1))
    signed = bool(found.get("PixelRepresentation", 0))
    return words(samples, file.layout.bits, stored, high, signed=signed)
