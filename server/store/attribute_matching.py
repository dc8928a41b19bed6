"""Whether a text of a study matches what is searched for (PS3.4 C.2.2.2), where it rests sealed."""

import re
from enum import IntEnum

_BEGINS = "^= "
"""What stands before a part of a name."""


class Kind(IntEnum):
    """How an attribute is matched (PS3.4 C.2.2.2)."""

    TEXT = 0
    PERSON = 1
    ONE_OF = 2
    RANGE = 3
    NUMBER = 4


def matches(text: str, kind: Kind, value: str, *, fuzzy: bool) -> bool:
    """One value of a key; several are alternatives."""
    match kind:
        case Kind.PERSON if fuzzy:
            return all(_sounds(text.lower(), word) for word in words_of(value))
        case Kind.PERSON:
            # A name has up to three groups (alphabetic=ideographic=phonetic): any may match.
            pattern, groups = _wild(value.lower()), text.lower().split("=")
            ends = range(1, len(groups) + 1)
            return any(
                pattern.fullmatch("=".join(groups[first:last]))
                for last in ends
                for first in range(last)
            )
        case Kind.RANGE:
            return _in_range(text, value)
        case _:
            return _wild(value).fullmatch(text) is not None


def words_of(name: str) -> list[str]:
    """The words of a name that is searched for approximately."""
    for sign in "^=*?,":
        name = name.replace(sign, " ")
    return name.lower().split()


def _wild(pattern: str) -> re.Pattern[str]:
    """DICOM wild cards (`*`, `?`; PS3.4 C.2.2.2.4)."""
    parts = ({"*": ".*", "?": "."}.get(sign) or re.escape(sign) for sign in pattern)
    return re.compile("".join(parts), re.DOTALL)


def _sounds(name: str, word: str) -> bool:
    """A word begins a part of the name; a Chinese one may run across its parts."""
    if name.startswith(word) or any(f"{sign}{word}" in name for sign in _BEGINS):
        return True
    return not word.isascii() and word in name.replace("^", "")


def _in_range(text: str, value: str) -> bool:
    """Range matching, PS3.4 C.2.2.2.5; a single value matches what begins with it."""
    first, hyphen, last = value.partition("-")
    if not hyphen:
        return _wild(f"{value}*").fullmatch(text) is not None
    if not text or (first and text < first):
        return False
    return not last or text <= f"{last}\uffff"
