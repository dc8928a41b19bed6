"""DICOM JSON (PS3.18 annex F): objects and their values."""

import json
from collections.abc import Mapping
from typing import cast

from app.net.errors import NotUnderstood

Attributes = Mapping[str, object]


def object_of(body: bytes) -> Attributes:
    """Raises NotUnderstood."""
    try:
        found = json.loads(body)
    except ValueError as error:
        raise NotUnderstood("not DICOM JSON") from error
    if not isinstance(found, dict):
        raise NotUnderstood("not one DICOM JSON object")
    return cast(Attributes, found)


def array_of(body: bytes) -> list[Attributes]:
    """Raises NotUnderstood."""
    if not body:  # 204: nothing matches (PS3.18 10.6.3)
        return []
    try:
        found = json.loads(body)
    except ValueError as error:
        raise NotUnderstood("not DICOM JSON") from error
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise NotUnderstood("not a list of DICOM JSON objects")
    return cast(list[Attributes], found)


def values_of(item: Attributes, tag: str) -> list[object]:
    """Empty where there is none."""
    element = item.get(tag)
    values = element.get("Value") if isinstance(element, dict) else None
    return values if isinstance(values, list) else []


def text_of(item: Attributes, tag: str) -> str:
    """The first value where that is a text, else nothing."""
    values = values_of(item, tag)
    return values[0] if values and isinstance(values[0], str) else ""


def number_of(item: Attributes, tag: str) -> int | None:
    """The first value as a whole number."""
    values = values_of(item, tag)
    try:
        return int(cast(int, values[0])) if values else None
    except (TypeError, ValueError):
        return None


def uid_of(item: Attributes, tag: str) -> str:
    """Raises NotUnderstood where there is none."""
    if not (uid := text_of(item, tag)):
        raise NotUnderstood(f"a listed object has no {tag}")
    return uid


def items_of(answer: Attributes, tag: str) -> list[Attributes]:
    """The items of a sequence."""
    return [cast(Attributes, item) for item in values_of(answer, tag) if isinstance(item, dict)]
