"""Ranges and quantities that are written in words, as laboratories and keyboards write them."""

import re
import unicodedata
from decimal import Decimal

from app.net.emr.elements import MEASURED_DIGITS, Json

_BETWEEN = tuple(
    re.compile(rf"\s*(-?[\d.]+)\s*(?:{between})\s*(-?[\d.]+)\s*")
    for between in ("-|~|–|—|至", "--|——")
)
"""`-2--1` is from -2 to -1, `3.5--5.5` from 3.5 to 5.5: what is no range one way is one so."""
LIMIT = re.compile(r"\s*(<=|>=|<|>)\s*(-?[\d.]+)\s*")
_PLAIN = str.maketrans(
    {"≤": "<=", "≦": "<=", "⩽": "<=", "≥": ">=", "≧": ">=", "⩾": ">="} | {"−": "-", "〜": "~"}
)
_NUMBER = re.compile(r"-?(?:(?:0|[1-9]\d*)(?:\.\d+)?|\.\d+)")
"""As quantities are written; `0012`, `1e5` and `+1` are names and grades."""


def plain_signs(text: str) -> str:
    """Figures and signs of Chinese keyboards (３．５～５．５, ＜5.2, ≤) as the plain ones."""
    return unicodedata.normalize("NFKC", text).translate(_PLAIN)


def quantity_of(text: str) -> Decimal | None:
    """The number as it was written; None where it is no quantity."""
    text = plain_signs(text)
    named = "." not in text and len(text) > MEASURED_DIGITS
    return None if named or _NUMBER.fullmatch(text) is None else Decimal(text)


def limits_of(text: str) -> Json:
    """Low and high of `115-150` or `<8`, as R4 Range has them; none of other words."""
    plain = plain_signs(text)
    for way in _BETWEEN:
        if (limits := way.fullmatch(plain)) is not None:
            low, high = quantity_of(limits[1]), quantity_of(limits[2])
            if low is not None and high is not None and low <= high:
                return {"low": {"value": low}, "high": {"value": high}}
    found = LIMIT.fullmatch(plain)
    if found is not None and (limit := quantity_of(found[2])) is not None:
        return {"high" if found[1] in ("<", "<=") else "low": {"value": limit}}
    return {}
