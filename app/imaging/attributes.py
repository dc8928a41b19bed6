"""Reading attributes of a data set nobody has validated.

Every function answers None where the element is absent, empty or not of the asked kind:
a wrong VR or a broken value in one element never stops an object from opening.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from protocol.charsets import mended

if TYPE_CHECKING:
    from pydicom import Dataset


def raw(dataset: Dataset, keyword: str | int) -> Any:
    """The value as pydicom gives it, or None.

    Repeating groups (60xx) have no keyword of their own: they are asked for by their tag,
    0x60000010.
    """
    try:
        if isinstance(keyword, int):
            element = dataset.get(keyword)
            return None if element is None else element.value
        return dataset.get(keyword)
    except Exception:  # pydicom raises whatever the conversion of a broken value raises
        return None


def byte_order(dataset: Dataset) -> str:
    """How words in bulk values (OW) of a data set or an item lie, "<" or ">"."""
    _, little = getattr(dataset, "original_encoding", (None, None))
    return ">" if little is False else "<"


def _first(value: Any) -> Any:
    if isinstance(value, str | bytes) or not hasattr(value, "__getitem__"):
        return value
    return value[0] if len(value) else None


def _words(dataset: Dataset, value: object) -> str:
    said = str(value).strip()
    if said.isascii() and "\x1b" not in said:
        return said
    return mended(said, getattr(dataset, "original_character_set", ())).strip()


def text(dataset: Dataset, keyword: str | int) -> str:
    """The value as stripped text, empty where there is none."""
    value = raw(dataset, keyword)
    if value is None:
        return ""
    try:
        if isinstance(value, str) or not isinstance(value, Sequence):
            # A PersonName iterates too, letter by letter.
            return _words(dataset, value).strip("\0")
        return "\\".join(_words(dataset, part) for part in value)
    except Exception:  # a person name that cannot be decoded
        return ""


def texts(dataset: Dataset, keyword: str | int) -> tuple[str, ...]:
    """A multi-valued text as a tuple."""
    joined = text(dataset, keyword)
    return tuple(part.strip() for part in joined.split("\\")) if joined else ()


def integer(dataset: Dataset, keyword: str | int) -> int | None:
    """The first value as an integer."""
    try:
        return int(_first(raw(dataset, keyword)))
    except (TypeError, ValueError, OverflowError, LookupError):
        return None


def numbers(dataset: Dataset, keyword: str | int) -> tuple[float, ...]:
    """All values as finite floats; empty if any is not a number."""
    value = raw(dataset, keyword)
    if value is None or value == "":
        return ()
    parts = value if hasattr(value, "__iter__") and not isinstance(value, str) else [value]
    try:
        found = tuple(float(part) for part in parts)
    except (TypeError, ValueError, OverflowError):
        return ()
    return found if all(math.isfinite(part) for part in found) else ()


def number(dataset: Dataset, keyword: str | int) -> float | None:
    """The first value as a finite float."""
    found = numbers(dataset, keyword)
    return found[0] if found else None


def items(dataset: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """The items of a sequence."""
    value = raw(dataset, keyword)
    if value is None or isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        return ()
    try:
        return tuple(item for item in value if hasattr(item, "get"))
    except TypeError:
        return ()


def functional_group(dataset: Dataset, frame: int, keyword: str) -> Dataset | None:
    """The item of a functional group macro for a frame, shared or per frame (PS3.3 C.7.6.16).

    `frame` counts from 0.
    """
    per_frame = items(dataset, "PerFrameFunctionalGroupsSequence")
    if 0 <= frame < len(per_frame):
        found = items(per_frame[frame], keyword)
        if found:
            return found[0]
    for group in items(dataset, "SharedFunctionalGroupsSequence"):
        found = items(group, keyword)
        if found:
            return found[0]
    return None
