"""Files of HL7 v2 as their messages, each in its own characters."""

import re
from collections.abc import Sequence

from protocol.readings import has_characters

_START = re.compile(rb"(?:\xef\xbb\xbf)?MSH(?=[^\w\s])")
_LINE_ENDS = re.compile(rb"[\r\n\x0b\x1c]+")
"""No byte of a character in GB 18030 or UTF-8 is one of these."""
READ = ("ADT", "ORU", "MDM")
"""Message types (MSH-9.1) that are read, and so kept where they come in."""
_ENVELOPE = (b"FHS", b"BHS", b"BTS", b"FTS")
_GOES_ON = b"ADD"
"""What an OBX goes on with where it is longer than a segment may be (HL7 v2.5.1 2.10.2.1)."""
_CHARACTERS = 17
"""Where MSH-18 stands among what the separators part, for MSH-1 is the first of them."""
_LATIN = re.compile(r"(?:ISO)?8859(1[0135]?|1[46]|[2-9])")


def split(raw: bytes) -> list[str]:
    """The messages of a file, each in its own characters; lines end with CR as the library wants
    them."""
    messages: list[list[bytes]] = []
    in_value = False
    for line in _LINE_ENDS.split(raw):
        if _START.match(line):
            messages.append([line.removeprefix(b"\xef\xbb\xbf")])
            in_value = False
        elif messages and in_value and line[:3] == _GOES_ON:
            messages[-1].append(line[4:])
        elif messages and line.strip() and line[:3] not in _ENVELOPE:
            messages[-1] += [b"\r", line]
            in_value = line[:3] == b"OBX"
    return [characters_of(b"".join(lines)).strip() + "\r" for lines in messages]


def characters_of(raw: bytes) -> str:
    """A message in the characters its MSH-18 names (table 0211), where it can be that; else in
    those of UTF-8 or GB 18030, for many engines name what they do not send."""
    fields = raw.partition(b"\r")[0].split(raw[3:4])
    named = fields[_CHARACTERS].partition(raw[5:6])[0] if len(fields) > _CHARACTERS else b""
    told = re.sub(r"[^0-9A-Z]", "", named.decode("latin-1").upper())
    if told.startswith(("GB", "CP936")):
        return decoded_as(raw, ("utf-8", "gb18030") if _is_utf_8(raw) else ("gb18030", "utf-8"))
    if (latin := _LATIN.fullmatch(told)) is not None:
        return decoded_as(raw, ("utf-8", "gb2312", f"iso8859-{latin[1]}"))
    return decoded_as(raw, ("utf-8", "gb18030"))


def _is_utf_8(raw: bytes) -> bool:
    """Whatever it names: two signs of GB 18030 may be one letter of UTF-8, but common ones of it
    are never a Chinese sign of UTF-8."""
    try:
        return has_characters(raw.decode())
    except UnicodeDecodeError:
        return False


def decoded_as(raw: bytes, encodings: Sequence[str]) -> str:
    """In the first of these that it can be; what no one can be has signs left out in the last."""
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode(encodings[-1], errors="replace")
