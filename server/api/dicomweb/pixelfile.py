"""Frames of one stored object: as stored, as plain samples, or as a picture's samples."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from typing import Any, BinaryIO, cast

import imagecodecs
import numpy as np
import structlog
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import FileDataset
from pydicom.encaps import generate_frames, get_frame
from pydicom.pixels.utils import iter_pixels, pixel_array
from pydicom.uid import ExplicitVRLittleEndian

from protocol.codestream import run_lengths_fit, shape_of
from protocol.errors import ErrorCode
from server.api.dicomweb.colours import RGB, YBR_FULL, after_codec, as_rgb, packed
from server.api.dicomweb.headers import Layout, layout_of
from server.api.dicomweb.words import WORD_BYTES, swapped
from server.domain.errors import Invalid, NotFound
from server.domain.ports import ObjectReader

_LOG = structlog.get_logger("huizhen.pixels")
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
MOST_BYTES = 512 * 1024 * 1024
"""Of one decoded frame, and of everything that is no pixels: more is not held in memory."""
Decoded = tuple[NDArray[Any], str]
"""Samples by pixel, (rows, columns) or (rows, columns, 3), and their photometric interpretation."""


class PixelFile:
    """An open object; use it in a thread, since it reads and decodes.

    `dataset` is everything before the pixel data, read when it is first needed; `index` counts
    from 0. `layout` is what is known of this very object.
    """

    def __init__(self, source: ObjectReader, layout: Layout | None = None) -> None:
        self._source = cast(BinaryIO, source)
        self.layout = layout or layout_of(source)
        self.syntax = self.layout.syntax
        self.frames = self.layout.frames

    @cached_property
    def dataset(self) -> FileDataset:
        self._source.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return dcmread(self._source, stop_before_pixels=True)

    @property
    def encapsulated(self) -> bool:
        return bool(self.syntax.is_encapsulated)

    def check(self, index: int) -> None:
        """Raises `NotFound` when there is no such frame or no pixel data."""
        layout = self.layout
        if layout.pixels_at is None or not layout.rows or not 0 <= index < self.frames:
            raise NotFound("the instance has no such frame")

    def _bounded(self, index: int) -> None:
        """Raises `NotFound` as `check`, and `Invalid` (not_acceptable) for a frame that is larger
        than this server holds in memory."""
        self.check(index)
        if self.layout.decoded_bytes > MOST_BYTES:
            raise _too_large()

    def stored(self, index: int) -> bytes:
        """A compressed frame as it is stored."""
        self.check(index)
        self._source.seek((self.layout.pixels_at or 0) + 12)
        return get_frame(self._source, index, number_of_frames=self.frames)

    def plain(self, index: int) -> bytes:
        """A frame in Explicit VR Little Endian (PS3.5 A.2), in the colours and the order of planes
        that the object names; RGB where it names what only a codestream can be. Single bits are
        packed (PS3.5 8.1.1), from the first bit of the first byte on in each frame."""
        self._bounded(index)
        layout = self.layout
        if not self.encapsulated and layout.bits == 1:
            return self._packed_bits(index)
        if not self.encapsulated and layout.bits in (8, 16, 32):
            length = layout.frame_bytes
            return self._turned(index * length, (index + 1) * length)
        samples, colour = self.decoded(index)
        with _told():
            samples = packed(samples, colour, layout.photometric, planar=layout.planar)
        if layout.bits in (8, 16, 32):
            return samples.astype(f"<{samples.dtype.kind}{layout.bits // 8}", copy=False).tobytes()
        return samples.astype(samples.dtype.newbyteorder("<"), copy=False).tobytes()

    def _stretch(self, at: int, length: int) -> bytes:
        """Bytes of the element of the pixel data."""
        self._source.seek((self.layout.pixels_at or 0) + at)
        data = self._source.read(length)
        if len(data) != length:
            raise _ended()
        return data

    def _packed_bits(self, index: int) -> bytes:
        """A frame of single bits, which may begin within a byte."""
        count = self.layout.rows * self.layout.columns * self.layout.samples
        start, stop = index * count, (index + 1) * count
        first = start // 8
        data = np.frombuffer(self._turned(first, -(-stop // 8)), np.uint8)
        bits = np.unpackbits(data, bitorder="little")[start - first * 8 :][:count]
        return np.packbits(bits, bitorder="little").tobytes()

    def _turned(self, start: int, stop: int) -> bytes:
        """Bytes of pixel data that are not compressed, as they are in little endian."""
        if self.syntax == DEFLATED:
            data: bytes = self._inflated().PixelData[start:stop]
            if len(data) != stop - start:
                raise _ended()
            return data
        if self.syntax.is_little_endian:
            return self._stretch((8 if self.syntax.is_implicit_VR else 12) + start, stop - start)
        head = self._stretch(0, 12)
        # Samples of 8 bits lie in words where the element is of words (PS3.5 8.1.2).
        size = max(self.layout.bits // 8, WORD_BYTES.get(head[4:6].decode("ascii", "replace"), 1))
        first, last = start // size * size, -(-stop // size) * size
        words = swapped(self._stretch(12 + first, last - first), size)
        return words[start - first :][: stop - start]

    def _inflated(self) -> FileDataset:
        self._source.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            whole = dcmread(self._source)
        whole.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        return whole

    def samples(self, index: int) -> NDArray[Any]:
        """Stored samples, (rows, columns) or (rows, columns, 3); colour as RGB.

        Raises `Invalid` (not_acceptable) when the frame cannot be decoded here.
        """
        self._bounded(index)
        if self.encapsulated:
            return as_rgb(*self.decoded(index))
        with _told(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._source.seek(0)
            if self.syntax == DEFLATED:  # whose pixels have no place in the file
                return pixel_array(self._inflated(), index=index)
            return pixel_array(self._source, index=index)

    def decoded(self, index: int) -> Decoded:
        """A frame that is not plain, and its photometric interpretation; raises as `samples`."""
        self._bounded(index)
        with _told(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if self.encapsulated and self.syntax != RLE:
                return self._of(self.stored(index))
            if self.syntax == RLE:
                self._check_announced(self.stored(index))
            self._source.seek(0)
            source = self._inflated() if self.syntax == DEFLATED else self._source
            return pixel_array(source, index=index, raw=True), after_codec(self.layout.photometric)

    def each(self) -> Iterator[Decoded]:
        """`decoded` of every frame of compressed pixel data in order; one is held at a time."""
        self._bounded(0)
        left = self.frames
        for frame in islice(self._decoded(), left):
            left -= 1
            yield frame
        if left:
            raise _undecodable()

    def _decoded(self) -> Iterator[Decoded]:
        with _told(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if self.syntax == RLE:
                for one in self._generated():
                    self._check_announced(one)
                self._source.seek(0)
                raw = iter_pixels(self._source, raw=True)
                frames = ((one, after_codec(self.layout.photometric)) for one in raw)
            else:
                _ = self.dataset  # read before: from here on the place in the file counts
                frames = (self._of(one) for one in self._generated())
        while True:
            with _told(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                frame = next(frames, None)
            if frame is None:
                return
            yield frame

    def _generated(self) -> Iterator[bytes]:
        """Every compressed frame as it is stored."""
        self._source.seek((self.layout.pixels_at or 0) + 12)
        return generate_frames(self._source, number_of_frames=self.frames)

    def _check_announced(self, stored: bytes) -> None:
        """Raises `ValueError` for a frame that announces another picture than the object: a codec
        would take memory for it."""
        layout = self.layout
        if self.syntax == RLE:
            fits = run_lengths_fit(len(stored), layout.decoded_bytes)
        else:
            found = shape_of(stored)
            fits = (
                found is not None
                and (found.rows, found.columns) == (layout.rows, layout.columns)
                and found.samples == layout.samples
                and found.bits <= layout.bits
            )
        if not fits:
            raise ValueError("the codestream announces another picture than its object")

    def _of(self, stored: bytes) -> Decoded:
        self._check_announced(stored)
        samples, colour = decode(stored, str(self.syntax), self.layout.photometric)
        return self._signed(samples), colour

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


def _too_large() -> Invalid:
    return Invalid(
        ErrorCode.NOT_ACCEPTABLE,
        f"this frame is larger than {MOST_BYTES >> 20} MiB, which is not decoded here; ask for it "
        "as it is stored (transfer-syntax=*)",
    )


def _ended() -> NotFound:
    return NotFound("the pixel data end before this frame")


@contextmanager
def _told() -> Iterator[None]:
    """What codecs raise becomes `Invalid` (not_acceptable)."""
    try:
        yield
    except (ValueError, RuntimeError, AttributeError, KeyError, TypeError) as error:
        _LOG.info("frame.undecodable", error=type(error).__name__)
        raise _undecodable() from error


def decode(frame: bytes, syntax: str, photometric: str) -> Decoded:
    """Samples of one compressed frame, and the photometric interpretation they have then; raises
    `ValueError` or `RuntimeError`."""
    decoded: NDArray[Any]
    if syntax in JPEG_8:
        return _jpeg(frame, photometric)
    if syntax in JPEG_LOSSLESS:
        decoded = imagecodecs.jpegsof3_decode(frame)
    elif syntax in JPEG_LS:
        decoded = imagecodecs.jpegls_decode(frame)
    elif syntax in JPEG_2000 or syntax in HTJ2K:
        decoded = imagecodecs.jpeg2k_decode(frame)
    else:
        raise ValueError("no codec for this transfer syntax")
    return decoded, after_codec(photometric)


def _jpeg(frame: bytes, photometric: str) -> Decoded:
    if photometric.startswith("YBR_FULL"):
        try:
            return imagecodecs.jpeg8_decode(frame, outcolorspace="YCBCR"), YBR_FULL
        except RuntimeError:
            pass  # the codestream is RGB or grey, whatever the object says of it
    decoded: NDArray[Any] = imagecodecs.jpeg_decode(frame)
    return decoded, RGB if decoded.ndim == 3 else photometric
