"""Frames of one stored object: as stored, as plain samples, or as a picture's samples."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from types import TracebackType
from typing import Any, BinaryIO, cast

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import FileDataset
from pydicom.encaps import generate_frames, get_frame
from pydicom.pixels.utils import iter_pixels, pixel_array
from pydicom.uid import ExplicitVRLittleEndian

from protocol.errors import ErrorCode
from server.api.dicomweb.headers import layout_of
from server.domain.errors import Invalid, NotFound
from server.domain.ports import ObjectReader

JPEG_8 = frozenset(f"1.2.840.10008.1.2.4.{last}" for last in ("50", "51"))
JPEG_LOSSLESS = frozenset(f"1.2.840.10008.1.2.4.{last}" for last in ("57", "70"))
JPEG_LS = frozenset(f"1.2.840.10008.1.2.4.{last}" for last in ("80", "81"))
JPEG_2000 = frozenset(f"1.2.840.10008.1.2.4.{last}" for last in ("90", "91", "92", "93"))
HTJ2K = frozenset(f"1.2.840.10008.1.2.4.{last}" for last in ("201", "202", "203"))
RLE = "1.2.840.10008.1.2.5"
DEFLATED = "1.2.840.10008.1.2.1.99"

MEDIA_TYPES: dict[str, str] = {
    **dict.fromkeys(JPEG_8 | JPEG_LOSSLESS, "image/jpeg"),
    **dict.fromkeys(JPEG_LS, "image/jls"),
    **dict.fromkeys(JPEG_2000, "image/jp2"),
    **dict.fromkeys(HTJ2K, "image/jphc"),
    RLE: "image/dicom-rle",
}
"""Media type of a stored frame (PS3.18 table 8.7.3-5)."""


class PixelFile:
    """An open object; use it in a thread, since it reads and decodes.

    `dataset` is everything before the pixel data, read when it is first needed; `index` counts
    from 0.
    """

    def __init__(self, source: ObjectReader) -> None:
        self._source = cast(BinaryIO, source)
        self.layout = layout_of(source)
        self.syntax = self.layout.syntax
        self.frames = self.layout.frames

    @cached_property
    def dataset(self) -> FileDataset:
        self._source.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return dcmread(self._source, stop_before_pixels=True)

    def __enter__(self) -> "PixelFile":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._source.close()

    @property
    def encapsulated(self) -> bool:
        return bool(self.syntax.is_encapsulated)

    def check(self, index: int) -> None:
        """Raises `NotFound` when there is no such frame or no pixel data."""
        layout = self.layout
        if layout.pixels_at is None or not layout.rows or not 0 <= index < self.frames:
            raise NotFound("the instance has no such frame")

    def stored(self, index: int) -> bytes:
        """A compressed frame as it is stored."""
        self.check(index)
        self._source.seek((self.layout.pixels_at or 0) + 12)
        return get_frame(self._source, index, number_of_frames=self.frames)

    def plain(self, index: int) -> bytes:
        """A frame in Explicit VR Little Endian (PS3.5 A.2), colour by pixel."""
        self.check(index)
        if self.layout.direct:
            return self._slice(index)
        samples = self.samples(index)
        return samples.astype(samples.dtype.newbyteorder("<"), copy=False).tobytes()

    def _slice(self, index: int) -> bytes:
        length = self.layout.frame_bytes
        head = 8 if self.syntax.is_implicit_VR else 12
        self._source.seek((self.layout.pixels_at or 0) + head + index * length)
        data = self._source.read(length)
        if len(data) != length:
            raise NotFound("the pixel data end before this frame")
        return data

    def samples(self, index: int) -> NDArray[Any]:
        """Stored samples, (rows, columns) or (rows, columns, 3); colour as RGB.

        Raises `Invalid` (not_acceptable) when the codestream cannot be decoded.
        """
        self.check(index)
        with _told(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if self.encapsulated and self.syntax != RLE:
                return self._signed(decode(self.stored(index), str(self.syntax)))
            self._source.seek(0)
            if self.syntax == DEFLATED:  # whose pixels have no place in the file
                whole = dcmread(self._source)
                whole.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
                frames: NDArray[Any] = whole.pixel_array
                return frames[index] if self.frames > 1 else frames
            return pixel_array(self._source, index=index)

    def each(self) -> Iterator[NDArray[Any]]:
        """`samples` of every frame of compressed pixel data in order; one is held at a time."""
        self.check(0)
        left = self.frames
        for frame in islice(self._decoded(), left):
            left -= 1
            yield frame
        if left:
            raise _undecodable()

    def _decoded(self) -> Iterator[NDArray[Any]]:
        with _told(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if self.syntax == RLE:
                self._source.seek(0)
                frames = iter_pixels(self._source)
            else:
                _ = self.dataset  # read before: from here on the place in the file counts
                self._source.seek((self.layout.pixels_at or 0) + 12)
                stored = generate_frames(self._source, number_of_frames=self.frames)
                syntax = str(self.syntax)
                frames = (self._signed(decode(one, syntax)) for one in stored)
        while True:
            with _told(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                frame = next(frames, None)
            if frame is None:
                return
            yield frame

    def _signed(self, samples: NDArray[Any]) -> NDArray[Any]:
        found = self.dataset
        if not found.PixelRepresentation or samples.dtype.kind == "i":
            return samples
        # Codecs know nothing of a sign: extend the stored bits.
        spare = samples.dtype.itemsize * 8 - found.BitsStored
        signed = np.dtype(f"i{samples.dtype.itemsize}")
        shifted: NDArray[Any] = (samples << spare).view(signed) >> spare
        return shifted


def _undecodable() -> Invalid:
    return Invalid(
        ErrorCode.NOT_ACCEPTABLE,
        "this frame cannot be decoded here; ask for it as it is stored (transfer-syntax=*)",
    )


@contextmanager
def _told() -> Iterator[None]:
    """What codecs raise becomes `Invalid` (not_acceptable)."""
    try:
        yield
    except (ValueError, RuntimeError, AttributeError, KeyError, TypeError) as error:
        raise _undecodable() from error


def decode(frame: bytes, syntax: str) -> NDArray[Any]:
    """Samples of one compressed frame; raises `ValueError` or `RuntimeError`."""
    decoded: NDArray[Any]
    if syntax in JPEG_8:
        decoded = imagecodecs.jpeg_decode(frame)
    elif syntax in JPEG_LOSSLESS:
        decoded = imagecodecs.jpegsof3_decode(frame)
    elif syntax in JPEG_LS:
        decoded = imagecodecs.jpegls_decode(frame)
    elif syntax in JPEG_2000 or syntax in HTJ2K:
        decoded = imagecodecs.jpeg2k_decode(frame)
    else:
        raise ValueError("no codec for this transfer syntax")
    return decoded
