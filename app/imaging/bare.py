"""Data sets that were written without the head of a file (PS3.10 7.1), as old devices do.

Such a file begins with its File Meta Information or with the data set itself. Its bytes stay as
they are: what a Part 10 file needs is put before them, and the preamble, which the standard leaves
to the application, says how much that is. `bare` gives the file back.

Nothing but the content tells such a file from any other. One is believed only whose elements
follow each other in ascending order from the first byte to its SOP Class UID and SOP Instance UID,
both of them UIDs: no text, picture or program has that by chance.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from enum import Enum

MARK = b"HZB1"
"""First bytes of the preamble; then how many bytes of the head follow before the file's own, as a
big-endian u32 that counts from the first byte of the preamble."""
IMPLEMENTATION = "2.25.251089117034402861943507712436017365493"
"""Implementation Class UID (0002,0012) of a head that is made here. With no version beside it, the
same file makes the same bytes for ever."""
LEAST_BYTES = 8192
"""The first bytes of a file that decide."""
_PREFIX = b"DICM"
_LONG = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_SHORT = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
_UID = re.compile(rb"[0-9]+(\.[0-9]+){2,}\0?")
_CLASS, _INSTANCE = 0x00080016, 0x00080018
_META_LENGTH, _META_SYNTAX, _META_LAST = 0x00020000, 0x00020010, 0x0002FFFF


class _Coding(Enum):
    """The ways a data set without File Meta Information may be coded (PS3.5 A.1 to A.3)."""

    IMPLICIT = "1.2.840.10008.1.2"
    EXPLICIT = "1.2.840.10008.1.2.1"
    BIG = "1.2.840.10008.1.2.2"


@dataclass(frozen=True, slots=True)
class _Element:
    tag: int
    value: bytes
    end: int


def head_of(start: bytes) -> bytes | None:
    """The bytes to put before a file without preamble, None where it is no such file.

    Args:
        start: of the file; `LEAST_BYTES` of it, or all of a smaller one.
    """
    if start[128:132] == _PREFIX:
        return None
    if start[:2] == b"\x02\x00":
        return _head_before_meta(start)
    for coding in _Coding:
        if (found := _identity(start, coding)) is not None:
            return _marked(_meta(coding, *found))
    return None


def is_compressed_without_saying_how(head: bytes, *, encapsulated: bool) -> bool:
    """Whether a head of `head_of` cannot name the transfer syntax: data sets alone do not tell how
    their fragments are compressed."""
    return encapsulated and IMPLEMENTATION.encode() in head


def bare(data: bytes) -> bytes | None:
    """The file that a head was put before, None of any other Part 10 file."""
    if not data.startswith(MARK) or data[128:132] != _PREFIX:
        return None
    begin = int.from_bytes(data[4:8], "big")
    return data[begin:] if 132 <= begin <= len(data) else None


# --- recognising ---------------------------------------------------------------------------


def _head_before_meta(start: bytes) -> bytes | None:
    """Before File Meta Information: the preamble, and its length where it does not say that."""
    found: dict[int, _Element] = {}
    at = 0
    while (element := _element(start, at, _Coding.EXPLICIT)) is not None:
        if element.tag > _META_LAST:
            break
        found[element.tag] = element
        at = element.end
    syntax = found.get(_META_SYNTAX)
    if syntax is None or not _UID.fullmatch(syntax.value):
        return None
    length = found.get(_META_LENGTH)
    if length is None:
        return _marked(struct.pack("<HH2sHI", 2, 0, b"UL", 4, at))
    said = len(length.value) == 4 and length.end + int.from_bytes(length.value, "little")
    return _marked(b"") if said == at else None


def _identity(start: bytes, coding: _Coding) -> tuple[bytes, bytes] | None:
    """SOP Class and Instance UID of a data set, where its elements are credible up to them."""
    at, last, found = 0, -1, dict[int, bytes]()
    while last < _INSTANCE:
        element = _element(start, at, coding)
        if element is None or not last < element.tag or element.tag >> 16 != 8:
            return None
        found[element.tag] = element.value
        at, last = element.end, element.tag
    uids = tuple(found.get(tag, b"").rstrip(b"\0 ") for tag in (_CLASS, _INSTANCE))
    return (uids[0], uids[1]) if all(_is_uid(one) for one in uids) else None


def _is_uid(value: bytes) -> bool:
    return len(value) <= 64 and _UID.fullmatch(value) is not None


def _element(start: bytes, at: int, coding: _Coding) -> _Element | None:
    """None where none can be, or it ends beyond what is here."""
    order = ">" if coding is _Coding.BIG else "<"
    head = start[at : at + 12]
    if len(head) < 8:
        return None
    group, number = struct.unpack_from(order + "HH", head)
    begin = at + 8
    if coding is _Coding.IMPLICIT:
        (length,) = struct.unpack_from(order + "I", head, 4)
    elif head[4:6] in _SHORT:
        (length,) = struct.unpack_from(order + "H", head, 6)
    elif head[4:6] in _LONG and len(head) == 12:
        (length,) = struct.unpack_from(order + "I", head, 8)
        begin += 4
    else:
        return None
    end = begin + length
    return None if end > len(start) else _Element(group << 16 | number, start[begin:end], end)


# --- making a head -------------------------------------------------------------------------


def _meta(coding: _Coding, sop_class_uid: bytes, sop_instance_uid: bytes) -> bytes:
    """File Meta Information (PS3.10 table 7.1-1) in Explicit VR Little Endian."""
    body = struct.pack("<HH2sHI2s", 2, 1, b"OB", 0, 2, b"\0\1") + b"".join(
        struct.pack("<HH2sH", 2, number, b"UI", len(uid) + len(uid) % 2)
        + uid.ljust(len(uid) + len(uid) % 2, b"\0")
        for number, uid in (
            (2, sop_class_uid),
            (3, sop_instance_uid),
            (0x10, coding.value.encode()),
            (0x12, IMPLEMENTATION.encode()),
        )
    )
    return struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(body)) + body


def _marked(meta: bytes) -> bytes:
    """Preamble and prefix before what of the File Meta Information is made here."""
    mark = MARK + (132 + len(meta)).to_bytes(4, "big")
    return mark.ljust(128, b"\0") + _PREFIX + meta
