"""An object in Explicit VR Little Endian (PS3.5 A.2), for who asks for it: samples as decoded.

Whatever an object's size, no more of its pixels is in memory than one frame.
"""

import io
import struct
import warnings
from collections.abc import Iterator
from functools import cached_property
from typing import BinaryIO, cast

import numpy as np
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from protocol.errors import ErrorCode
from server.api.dicomweb.headers import after_pixels, inflated
from server.api.dicomweb.pixelfile import DEFLATED, MOST_BYTES, PixelFile
from server.api.dicomweb.streaming import PIECE_BYTES
from server.api.dicomweb.structure import Truncated
from server.api.dicomweb.words import WORD_BYTES, swapped, turn_words
from server.domain.errors import Invalid
from server.domain.ports import ObjectReader

_DELIMITERS = 0xFFFE
_OFFSETS = (0x7FE00001, 0x7FE00002)
"""Extended Offset Table and its lengths: of compressed frames only (PS3.3 C.7.6.3.1.8)."""
_FLOATS = {0x0008: b"OF", 0x0009: b"OD"}
"""VR of Float and Double Float Pixel Data (7FE0,xxxx)."""
_LONGEST = 0xFFFFFFFE


class Anew:
    """What of an object stays when its pixels are written anew.

    Blocking; read `data_set` and `tail` before the first frame is decoded, since from then on the
    place in the file counts. Raises `Invalid` (not_acceptable) for what cannot be held or written.
    """

    def __init__(self, source: ObjectReader) -> None:
        self._source = source
        self.file = PixelFile(source)

    @cached_property
    def data_set(self) -> Dataset:
        """Everything before the pixel data."""
        if (self.file.layout.pixels_at or self._source.seek(0, 2)) > MOST_BYTES:
            raise _too_large()
        self._source.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = dcmread(cast(BinaryIO, self._source), stop_before_pixels=True)
            turn_words(found, self.file.syntax)
        return found

    @cached_property
    def tail(self) -> bytes:
        """What comes behind the pixel data: padding and signatures, if anything."""
        try:
            end = after_pixels(self._source)
        except Truncated as error:  # of an archive, which takes what it is given
            raise _unlike() from error
        size = self._source.seek(0, 2)
        if end == size:
            return b""
        if size - end > MOST_BYTES:
            raise _too_large()
        self._source.seek(end)
        syntax = self.file.syntax
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = read_dataset(
                cast(BinaryIO, self._source), syntax.is_implicit_VR, syntax.is_little_endian
            )
            turn_words(found, syntax)
        return _written(found)

    def head(self, syntax: UID) -> bytes:
        """A file up to its pixel data, in Explicit VR Little Endian as compressed ones are too."""
        for tag in _OFFSETS:
            self.data_set.pop(tag, None)
        return _file_of(self.data_set, syntax)

    def read(self, at: int, count: int) -> bytes:
        self._source.seek(at)
        return self._source.read(count)


class _Explicit:
    """One object anew: `size` bytes, which `pieces` makes as they are read.

    Blocking; the source stays open until the last piece is made, and its owner
    closes it.
    """

    def __init__(self, source: ObjectReader) -> None:
        self._source = source
        self._anew = anew = Anew(source)
        self._file = file = anew.file
        at = file.layout.pixels_at
        self._pixels: Iterator[bytes] = iter(())
        if file.syntax == DEFLATED:
            self._head, self._tail, length = self._inflated(), b"", 0
        elif at is None:
            self._head, self._tail, length = anew.head(ExplicitVRLittleEndian), b"", 0
        else:
            found, after = anew.data_set, anew.tail
            # Before the first frame is decoded: from then on the place in the file counts.
            tag = struct.unpack("<HH" if file.syntax.is_little_endian else ">HH", anew.read(at, 4))
            if file.encapsulated:
                vr, length, self._pixels = self._decoded(found)
            else:
                vr, length, self._pixels = self._native(at)
            if length > _LONGEST:
                raise _too_large()
            spare = length % 2
            self._head = anew.head(ExplicitVRLittleEndian) + struct.pack(
                "<HH2sHI", *tag, vr, 0, length + spare
            )
            self._tail = b"\0" * spare + after
        self._length = length
        self.size = len(self._head) + length + len(self._tail)

    def pieces(self) -> Iterator[bytes]:
        """About `PIECE_BYTES` at a time; raises `EOFError` when a later frame is not what the first
        and the description promise."""
        waiting, done = bytearray(self._head), 0
        try:
            for piece in self._pixels:
                done += len(piece)
                waiting += piece
                if len(waiting) >= PIECE_BYTES:
                    yield bytes(waiting)
                    waiting.clear()
        except Invalid as error:
            raise EOFError("a frame in the middle of an object cannot be decoded") from error
        if done != self._length:
            raise EOFError("the pixel data are not as long as described")
        yield bytes(waiting + self._tail)

    def _inflated(self) -> bytes:
        """The data set as it is, below a new head."""
        self._source.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = dcmread(cast(BinaryIO, self._source), stop_before_pixels=True)
        bare = Dataset()
        bare.file_meta, bare.preamble = found.file_meta, found.preamble
        bare.file_meta.MediaStorageSOPClassUID = found.SOPClassUID
        bare.file_meta.MediaStorageSOPInstanceUID = found.SOPInstanceUID
        return _file_of(bare) + inflated(self._source)

    def _decoded(self, found: Dataset) -> tuple[bytes, int, Iterator[bytes]]:
        """VR, length and pieces of pixel data that are compressed; `found` says what they are."""
        layout = self._file.layout
        frames = self._file.each()
        first, colour = next(frames)
        if layout.bits not in (8, 16, 32):
            raise _unlike()
        kind = np.dtype(f"<{first.dtype.kind}{layout.bits // 8}")
        if first.dtype.itemsize > kind.itemsize or first.shape[:2] != (layout.rows, layout.columns):
            raise _unlike()
        if first.ndim == 3:
            found.SamplesPerPixel, found.PlanarConfiguration = 3, 0
            found.PhotometricInterpretation = colour

        def pieces() -> Iterator[bytes]:
            yield first.astype(kind, copy=False).tobytes()
            for frame, its_colour in frames:
                same = frame.shape == first.shape and its_colour == colour
                if not same or frame.dtype != first.dtype:
                    raise _unlike()
                yield frame.astype(kind, copy=False).tobytes()

        length = first.size * kind.itemsize * layout.frames
        return b"OB" if kind.itemsize == 1 else b"OW", length, pieces()

    def _native(self, at: int) -> tuple[bytes, int, Iterator[bytes]]:
        """VR, length and pieces of pixel data that are not; words change their order."""
        little = self._file.syntax.is_little_endian
        if self._file.syntax.is_implicit_VR:
            element = struct.unpack("<HH", self._anew.read(at, 4))[1]
            vr, head = _FLOATS.get(element, b"OW"), 8
        else:
            vr, head = self._anew.read(at + 4, 2), 12
        order = "<" if little else ">"
        (length,) = struct.unpack(f"{order}I", self._anew.read(at + head - 4, 4))
        size = 1 if little else WORD_BYTES.get(vr.decode("ascii", "replace"), 1)
        if length % size:
            raise _unlike()

        def pieces() -> Iterator[bytes]:
            self._source.seek(at + head)
            left = length
            while left:
                piece = self._source.read(min(PIECE_BYTES, left))
                if not piece or len(piece) % size:
                    raise EOFError("the stored object is shorter than its record")
                left -= len(piece)
                yield piece if size == 1 else swapped(piece, size)

        return vr, length, pieces()


def explicit(source: ObjectReader) -> tuple[int, Iterator[bytes]]:
    """How many bytes the whole file has, and them.

    Raises `Invalid` (not_acceptable) when the object or its first frame cannot be decoded here.
    """
    made = _Explicit(source)
    return made.size, made.pieces()


def _file_of(found: Dataset, syntax: UID = ExplicitVRLittleEndian) -> bytes:
    """The data set as a file."""
    found.file_meta.TransferSyntaxUID = syntax
    return _written(found, file=True)


def _written(found: Dataset, *, file: bool = False) -> bytes:
    for stray in [tag for tag in found.keys() if tag.group == _DELIMITERS]:  # noqa: SIM118
        del found[stray]  # left behind its pixels by the program that wrote it
    out = io.BytesIO()
    try:
        dcmwrite(out, found, enforce_file_format=file, implicit_vr=False, little_endian=True)
    except (NotImplementedError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise Invalid(
            ErrorCode.NOT_ACCEPTABLE,
            "this object holds values that cannot be written anew; ask for it as it is stored "
            "(transfer-syntax=*)",
        ) from error
    return out.getvalue()


def _too_large() -> Invalid:
    return Invalid(
        ErrorCode.NOT_ACCEPTABLE,
        "this object is too large to be decoded as a whole; ask for it as it is stored "
        "(transfer-syntax=*), or for its frames",
    )


def _unlike() -> Invalid:
    return Invalid(
        ErrorCode.NOT_ACCEPTABLE,
        "the pixels of this object are not what it says of them; ask for it as it is stored "
        "(transfer-syntax=*)",
    )
