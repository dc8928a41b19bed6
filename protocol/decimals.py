"""JSON whose numbers stay as they were written: 0.040 is no 0.04 (R4 2.24.0.1, decimal)."""

import re
from decimal import Decimal
from typing import Any

import simplejson

_SPACE = re.compile(r"[ \t\n\r]*")
_ONE = simplejson.JSONDecoder(parse_float=Decimal)


def loads(raw: str | bytes) -> Any:
    """Numbers with a point or an exponent as Decimal; raises ValueError, RecursionError."""
    return simplejson.loads(raw, use_decimal=True)


def loads_in_steps(raw: bytes) -> Any:
    """As `loads`, but of an object the lists item by item: what takes long holds up the other
    threads of the process for as long as one item takes."""
    text = raw.decode("utf-8-sig")
    at = _past(text, 0)
    if text[at : at + 1] != "{":
        return loads(text)
    told: dict[str, Any] = {}
    at = _past(text, at + 1)
    sign = text[at : at + 1]
    at += sign == "}"
    while sign != "}":
        key, at = _ONE.raw_decode(text, at)
        sign, at = _sign(text, at)
        if sign != ":" or not isinstance(key, str):
            raise ValueError("a name and a value are wanted")
        told[key], at = _value(text, at)
        sign, at = _sign(text, at)
        if sign not in (",", "}"):
            raise ValueError("another name, or the end, is wanted")
    if _past(text, at) != len(text):
        raise ValueError("something stands behind the end")
    return told


def _value(text: str, at: int) -> tuple[Any, int]:
    at = _past(text, at)
    if text[at : at + 1] != "[":
        return _decoded(text, at)
    items: list[Any] = []
    at = _past(text, at + 1)
    if text[at : at + 1] == "]":
        return items, at + 1
    while True:
        item, at = _decoded(text, at)
        items.append(item)
        sign, at = _sign(text, at)
        if sign == "]":
            return items, at
        if sign != ",":
            raise ValueError("another item, or the end, is wanted")


def _decoded(text: str, at: int) -> tuple[Any, int]:
    value, end = _ONE.raw_decode(text, at)
    return value, int(end)


def _sign(text: str, at: int) -> tuple[str, int]:
    at = _past(text, at)
    return text[at : at + 1], at + 1


def _past(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at


def dumps(
    value: object, *, compact: bool = False, ordered: bool = False, indent: int | None = None
) -> str:
    """`ordered`: alike is written alike, in whatever order it stood."""
    separators = (",", ":") if compact else None
    text: str = simplejson.dumps(
        value,
        use_decimal=True,
        ensure_ascii=False,
        separators=separators,
        sort_keys=ordered,
        indent=indent,
        allow_nan=False,
    )
    return text
