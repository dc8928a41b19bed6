"""What an image says, whatever its encoding: a digest beside that of its bytes (ADR 43).

Two files of one instance have the same digest where they differ only in how they are written: File
Meta Information, transfer syntax, VR (Implicit has none), lengths of groups and sequences, padding,
character set, order of planes, and lossless compression. Everything else counts, and what cannot be
told for certain has no digest. A lossy codestream is itself, never what it decodes to.

pydicom and numpy are imported when a digest is made: not before, and not by whoever makes none.
"""

from __future__ import annotations

import hashlib
import struct
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from protocol.charsets import mended

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement, RawDataElement
    from pydicom.dataset import Dataset

LOSSLESS = frozenset(
    f"1.2.840.10008.1.2.4.{last}" for last in ("57", "70", "80", "90", "201", "202")
)
"""Transfer syntaxes whose codestreams can only be lossless; Run Length Encoding is one more."""
RLE = "1.2.840.10008.1.2.5"
MOST_BYTES = 64 << 20
"""Of one element that is not the pixel data."""
_DEEPEST = 16
_CHARSET, _FRAMES, _PHOTOMETRIC, _PLANAR = 0x00080005, 0x00280008, 0x00280004, 0x00280006
_PIXELS = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
_WRITING = frozenset((_CHARSET, _FRAMES, _PHOTOMETRIC, _PLANAR, 0xFFFCFFFC))
"""Character set, what the pixels are told with, and Data Set Trailing Padding."""
_OFFSETS = frozenset((0x7FE00001, 0x7FE00002, 0x7FE00003))
"""Extended Offset Table, its lengths, and Encapsulated Pixel Data Value Total Length."""
_TEXTS = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))
_CODES = frozenset(("AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI", "UR"))
_LEADING = frozenset(("LT", "ST", "UT", "UR"))
"""VRs of one value, in which spaces at the beginning count (PS3.5 6.2)."""
_WORD_BYTES = {
    **dict.fromkeys(("AT", "OW", "SS", "US"), 2),
    **dict.fromkeys(("FL", "OF", "OL", "SL", "UL"), 4),
    **dict.fromkeys(("FD", "OD", "OV", "SV", "UV"), 8),
}
_DECODED = {"YBR_RCT": "RGB", "YBR_ICT": "RGB", "YBR_FULL_422": "YBR_FULL"}
_ITEM, _ITEM_END = b"I", b"E"
_FIRST_ITEM = b"\xfe\xff\x00\xe0"


class Unsaid(Exception):
    """Nobody can tell for certain what this object says in another encoding."""


BIG_ENDIAN = "1.2.840.10008.1.2.2"
_IMPLICIT = "1.2.840.10008.1.2"


@dataclass(frozen=True, slots=True)
class Coding:
    """How a data set is written: VR and byte order."""

    implicit: bool = False
    little: bool = True

    @classmethod
    def of(cls, transfer_syntax_uid: str) -> Coding:
        """Deflated and compressed ones are Explicit VR Little Endian (PS3.5 A.4, A.5)."""
        return cls(transfer_syntax_uid == _IMPLICIT, transfer_syntax_uid != BIG_ENDIAN)


@dataclass(frozen=True, slots=True)
class Pixels:
    """Pixel data as they are told: `photometric` as the object names it, `pieces` as `words` or
    `codestreams` make them; `decoded` where they were compressed."""

    photometric: str
    frames: int
    pieces: Iterable[bytes]
    decoded: bool = False

    @property
    def head(self) -> str:
        """What the samples are, once a codestream's own transform is undone."""
        colour = _DECODED.get(self.photometric, self.photometric)
        return f"{colour if self.decoded else self.photometric}\\{self.frames}"


def content_sha256(
    source: BinaryIO, start: int, coding: Coding, pixels: Pixels | None = None
) -> str:
    """SHA-256 (lower-case hexadecimal) of what an object says.

    Args:
        source: the plain bytes, or those of an inflated data set.
        start: where the data set begins.
        pixels: of the element of the pixel data, if it has one; read when their turn comes.

    Raises:
        Unsaid: it cannot be told for certain.
        OSError and what `source` and `pixels` raise.
    """
    said = hashlib.sha256()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _readable():
            source.seek(start)
            for one in _spoken(_elements(source, coding, stop=True), coding):
                said.update(one)
            tag, end = _pixels_end(source, coding)
        if (end is None) is not (pixels is None):
            raise Unsaid("its pixel data are not where they should be")
        if pixels is not None and end is not None:
            said.update(_item("P", f"{tag}\\{pixels.head}".encode()))
            for piece in pixels.pieces:
                said.update(piece)
            with _readable():
                source.seek(end)
                for one in _spoken(_elements(source, coding), coding):
                    said.update(one)
    return said.hexdigest()


@contextmanager
def _readable() -> Iterator[None]:
    """What a malformed element makes pydicom raise."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, EOFError, struct.error) as error:
        raise Unsaid("the data set is not written as it should be") from error


def words(samples: Any, allocated: int, stored: int, high: int, *, signed: bool) -> bytes:
    """Samples by pixel as they are told: little-endian words of BitsAllocated.

    Unused bits that hold nothing but the sign, or nothing, are told as the sign; where they hold
    something, that is told too: a codec would have lost it (PS3.5 8.1.1).

    Args:
        samples: integers of shape (rows, columns) or (rows, columns, samples).
    """
    import numpy as np

    if allocated not in (8, 16, 32) or samples.dtype.itemsize * 8 > allocated:
        raise Unsaid("its samples are no words of the length it names")
    kind = np.dtype(f"<u{allocated // 8}")
    found = samples.astype(kind)
    spare = kind.type(max(0, allocated - stored))
    if not spare or high != stored - 1:
        return bytes(found.tobytes())
    low = (found << spare) >> spare
    extended = low
    if signed:
        extended = ((found << spare).view(f"<i{allocated // 8}") >> spare).astype(kind)
    if np.array_equal(found, low) or np.array_equal(found, extended):
        found = extended
    return bytes(found.tobytes())


def codestreams(transfer_syntax_uid: str, frames: Iterable[bytes]) -> Iterator[bytes]:
    """Compressed frames that are told as they are."""
    yield _item("C", transfer_syntax_uid.encode())
    for frame in frames:
        yield _item("F", frame)


# --- the elements ------------------------------------------------------------------------


@dataclass(slots=True)
class _Voice:
    """How one data set's texts are written; `raw` once something was told that it would change."""

    charset: bytes
    encodings: Any
    raw: bool = False


def _elements(
    source: BinaryIO, coding: Coding, *, stop: bool = False
) -> Iterator[RawDataElement | DataElement]:
    from pydicom.filereader import data_element_generator

    return data_element_generator(
        source,
        coding.implicit,
        coding.little,
        stop_when=(lambda tag, _vr, _length: int(tag) in _PIXELS) if stop else None,
        defer_size=MOST_BYTES,
    )


def _spoken(
    elements: Iterable[RawDataElement | DataElement],
    coding: Coding,
    voice: _Voice | None = None,
    depth: int = 0,
) -> Iterator[bytes]:
    """The elements of one data set as they are told."""
    from pydicom.charset import convert_encodings

    if depth > _DEEPEST:
        raise Unsaid("its sequences are nested too deeply")
    voice = _Voice(b"", ["iso8859"]) if voice is None else _Voice(voice.charset, voice.encodings)
    for element in elements:
        tag = int(element.tag)
        if tag == _CHARSET:
            voice.charset = _raw(element).strip(b"\0 ")
            voice.encodings = convert_encodings(voice.charset.decode("ascii").split("\\"))
        if tag in _WRITING or tag in _OFFSETS or not tag & 0xFFFF:
            continue
        yield struct.pack(">I", tag)
        items = _items_of(element, coding)
        if items is not None:
            for item in items:
                yield _ITEM
                yield from _spoken(_of(item), coding, voice, depth + 1)
                yield _ITEM_END
            continue
        yield _told(element, coding, voice)
    if voice.raw:
        yield _item("S", voice.charset)


def _of(item: Dataset) -> Iterator[RawDataElement | DataElement]:
    return (item.get_item(tag) for tag in item.keys())  # noqa: SIM118  # values would be converted


def _items_of(element: RawDataElement | DataElement, coding: Coding) -> Iterable[Dataset] | None:
    """The items of a sequence, None where the element is none."""
    from pydicom.dataelem import RawDataElement
    from pydicom.values import convert_SQ

    if not isinstance(element, RawDataElement):
        if element.VR != "SQ":
            raise Unsaid("one of its elements cannot be read as it is")
        found: Iterable[Dataset] = element.value
        return found
    vr, value = _vr(element), element.value
    unknown = vr == "" and element.VR in (None, "UN")
    looks_like = isinstance(value, bytes) and value.startswith(_FIRST_ITEM) and coding.little
    if vr != "SQ" and element.VR != "SQ" and not (unknown and looks_like):
        return None
    return convert_SQ(_raw(element), coding.implicit, coding.little)


def _vr(element: RawDataElement) -> str:
    """The VR of the data dictionary; empty where it does not know the element, or more than one."""
    from pydicom.datadict import dictionary_VR

    try:
        return "" if element.tag.is_private else dictionary_VR(element.tag)
    except KeyError:
        return ""


def _raw(element: RawDataElement | DataElement) -> bytes:
    value = element.value
    if value is None and _length(element) > 0:
        raise Unsaid("one of its elements is too large")
    if value is None or value == "":
        return b""
    if not isinstance(value, bytes):
        raise Unsaid("one of its values cannot be read as it is written")
    return value


def _length(element: Any) -> int:
    """Of a raw element, whose value was left in the file when it is too large."""
    return int(getattr(element, "length", None) or 0)


def _told(element: Any, coding: Coding, voice: _Voice) -> bytes:
    vr, value = _vr(element), _raw(element)
    if vr in _TEXTS:
        return _item("T", _text(value, vr, voice))
    if vr in _CODES and value.isascii():
        return _item("A", _trimmed(value.decode("ascii"), vr).encode())
    if not coding.little:
        value = _turned(value, element.VR or vr)
    if not value.isascii() and vr == "":
        voice.raw = True
    return _item("B", value)


def _text(value: bytes, vr: str, voice: _Voice) -> bytes:
    from pydicom.charset import decode_bytes
    from pydicom.valuerep import TEXT_VR_DELIMS, PersonName

    if value.isascii() and b"\x1b" not in value:
        text = value.decode("ascii")
    elif vr == "PN":
        text = "\\".join(
            str(PersonName(one, voice.encodings).decode()) for one in value.split(b"\\")
        )
    else:
        text = decode_bytes(value, voice.encodings, TEXT_VR_DELIMS)
    text = mended(text, voice.encodings)
    if "\ufffd" in text or "\x1b" in text:
        raise Unsaid("a text is not written in the character set it names")
    return _trimmed(text, vr).encode()


def _trimmed(text: str, vr: str) -> str:
    """Without the padding of each value, and the empty components at the end of a name (6.2.1)."""
    if vr in _LEADING:
        return text.rstrip(" \0")
    values = [one.strip(" \0") for one in text.split("\\")]
    if vr == "PN":
        values = ["=".join(group.rstrip("^ ") for group in one.split("=")) for one in values]
        values = [one.rstrip("=") for one in values]
    return "\\".join(values)


def _turned(value: bytes, vr: str | None) -> bytes:
    """Words in little endian."""
    size = _WORD_BYTES.get(vr or "", 1)
    if len(value) % size:
        raise Unsaid("the words of one of its elements are not whole")
    return b"".join(value[at : at + size][::-1] for at in range(0, len(value), size))


def _item(kind: str, value: bytes) -> bytes:
    return kind.encode() + struct.pack(">Q", len(value)) + value


def _pixels_end(source: BinaryIO, coding: Coding) -> tuple[int, int | None]:
    """The element of the pixel data that begins here, and where it ends; None at the object's."""
    order = "<" if coding.little else ">"
    head = source.read(8)
    if not head:
        return 0, None
    group, number = struct.unpack(f"{order}HH", head[:4])
    tag = group << 16 | number
    if coding.implicit:
        (length,) = struct.unpack(f"{order}4xI", head)
    else:
        (length,) = struct.unpack(f"{order}I", source.read(4))
    if length != 0xFFFFFFFF:
        return tag, source.tell() + int(length)
    while True:
        group, number, length = struct.unpack(f"{order}HHI", source.read(8))
        if (group, number) == (0xFFFE, 0xE0DD):
            return tag, source.tell()
        if (group, number) != (0xFFFE, 0xE000):
            raise ValueError("its fragments end before they should")
        source.seek(length, 1)
