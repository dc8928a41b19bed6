"""Codes, numbers and units of reports in the reader's language; the file's meaning where ours has
no word (PS3.3 8.8)."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache

from PySide6.QtCore import QLocale

from app.imaging.coded import Code
from resources import resource

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_LARGE, _FIGURES = 1000.0, 3


@lru_cache
def _table(language: str) -> dict[str, dict[str, str]]:
    """Scheme → code value → words; nothing for a language without a table."""
    file = resource("codes", f"{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def code_words(code: Code | None) -> str:
    """What a code means, in the language that is on."""
    if code is None:
        return ""
    known = _table(QLocale().name()).get(code.scheme, {})
    return known.get(code.value, code.words)


def rounded(value: str) -> str:
    """A decimal with as many figures as a reader needs: one behind the point, none from a thousand
    on, three in all below one. Whole numbers and what is no number stay."""
    found = _NUMBER.fullmatch(value.strip())
    if found is None or not (found[1] or found[2]):
        return value
    number = float(value)
    size = abs(number)
    if size >= 1:
        shown = f"{number:.{0 if size >= _LARGE else 1}f}"
    else:
        shown = f"{number:.{_FIGURES}g}"
    return shown if len(shown) < len(value.strip()) else value
