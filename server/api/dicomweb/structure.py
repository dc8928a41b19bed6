"""Whether a DICOM file is whole: every element ends inside the file (PS3.5 section 7).

pydicom reads a truncated file with a warning, and does not look at pixel data it is told to
skip; a clinic must hear of a cut file at once, so the structure is walked here without reading
values.
"""

import os
import struct
from pathlib import Path
from typing import BinaryIO

PREAMBLE = 128
_UNDEFINED = 0xFFFFFFFF
_ITEM = 0xFFFEE000
_ITEM_END = 0xFFFEE00D
_SEQUENCE_END = 0xFFFEE0DD
_LONG_VRS = frozenset(
    (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")
)
_MAX_DEPTH = 32


class Truncated(Exception):
    """The file ends inside an element."""


class NotDicom(Exception):
    """The file has no DICOM preamble and prefix (PS3.10 7.1)."""


def has_prefix(file: Path) -> bool:
    """Whether the file begins as PS3.10 says: 128 bytes, then `DICM`."""
    with file.open("rb") as source:
        return source.read(PREAMBLE + 4)[PREAMBLE:] == b"DICM"


class Walker:
    """Walks the data set of one file without reading its values."""

    def __init__(self, source: BinaryIO, *, explicit: bool, little: bool) -> None:
        self._source = source
        self._explicit = explicit
        order = "<" if little else ">"
        self._tag = struct.Struct(order + "HH")
        self._u16 = struct.Struct(order + "H")
        self._u32 = struct.Struct(order + "I")
        self._end = os.fstat(source.fileno()).st_size

    def check(self, start: int) -> None:
        """Raises `Truncated` unless the data set from `start` on ends with the file."""
        self._source.seek(start)
        self._elements(self._end, 0)

    def _elements(self, end: int, depth: int, closing: int | None = None) -> None:
        if depth > _MAX_DEPTH:
            raise Truncated("sequences are nested too deeply to be real")
        while True:
            here = self._source.tell()
            if here == end and closing is None:
                return
            tag = self._read_tag(end)
            if tag == closing:
                self._length32(end)
                return
            length, is_sequence = self._length(tag, end)
            if length == _UNDEFINED:
                self._items(end, depth + 1, encapsulated=not is_sequence)
            else:
                self._skip(length, end)

    def _items(self, end: int, depth: int, *, encapsulated: bool) -> None:
        while True:
            tag = self._read_tag(end)
            length = self._length32(end)
            if tag == _SEQUENCE_END:
                return
            if tag != _ITEM:
                raise Truncated("a sequence holds something that is no item")
            if length == _UNDEFINED:
                self._elements(end, depth, closing=_ITEM_END)
            else:
                self._skip(length, end)

    def _read_tag(self, end: int) -> int:
        group, element = self._tag.unpack(self._read(4, end))
        return int(group) << 16 | int(element)

    def _length(self, tag: int, end: int) -> tuple[int, bool]:
        if not self._explicit:
            return self._length32(end), tag != 0x7FE00010
        vr = self._read(2, end)
        if vr in _LONG_VRS:
            self._read(2, end)
            # An UN of undefined length is a sequence (PS3.5 6.2.2).
            return self._length32(end), vr in (b"SQ", b"UN")
        if not vr.isalpha():
            raise Truncated("an element has no value representation")
        return int(self._u16.unpack(self._read(2, end))[0]), False

    def _length32(self, end: int) -> int:
        return int(self._u32.unpack(self._read(4, end))[0])

    def _read(self, count: int, end: int) -> bytes:
        data = self._source.read(count)
        if len(data) != count or self._source.tell() > end:
            raise Truncated("the file ends inside an element's head")
        return data

    def _skip(self, length: int, end: int) -> None:
        target = self._source.tell() + length
        if target > end:
            raise Truncated("the file ends inside an element's value")
        self._source.seek(target)
