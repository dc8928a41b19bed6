"""Chinese texts as the field writes them, where pydicom follows the letter of the standard.

With ISO 2022 IR 58 (PS3.3 C.12.1.1.2, GB 2312 by escape sequences) the sequences themselves are no
part of a text; many machines write GBK bytes and name no character set, or IR 58 without escapes.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile("\x1b[\x20-\x2f]+[\x30-\x7e]")
"""Designation of a character set (ISO/IEC 2022 13.2)."""
_HIGH = re.compile("[\x80-\xff]+")
_DEFAULT, _GB2312 = "iso8859", "iso_ir_58"


def mended(text: str, character_set: object) -> str:
    """What a text means. `character_set` is pydicom's name or names of what it was decoded with."""
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    names = [character_set] if isinstance(character_set, str) else list(_names(character_set))
    if set(names) <= {_DEFAULT, _GB2312} and any("\x80" <= letter <= "\xff" for letter in text):
        return _as_gbk(text)
    return text


def _names(character_set: object) -> tuple[str, ...]:
    found = character_set if isinstance(character_set, list | tuple) else ()
    return tuple(str(name) for name in found)


def _as_gbk(text: str) -> str:
    """Bytes that were taken for letters, read as GBK where all of it then is Chinese.

    Only pairs of high bytes are believed: a single one is a letter with an accent.
    """
    if any(len(run) % 2 for run in _HIGH.findall(text)):
        return text
    try:
        read = text.encode("latin-1").decode("gb18030")
    except UnicodeError:
        return text
    return read if all(letter < "\x80" or _is_chinese(letter) for letter in read) else text


def _is_chinese(letter: str) -> bool:
    """Ideographs, and the punctuation and wide forms among them."""
    return "\u3000" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef"
