"""Codes, people and moments as an object writes them (PS3.3 8.8, PS3.5 6.2), for reading aloud."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.imaging.attributes import items, text

if TYPE_CHECKING:
    from pydicom import Dataset

_DATE = re.compile(r"(\d{4})[.-]?(\d{2})[.-]?(\d{2})")
_TIME = re.compile(r"(\d{2}):?(\d{2})?:?(\d{2})?")

_UNITS = {
    "uV": "µV",
    "um": "µm",
    "ug": "µg",
    "Cel": "°C",
    "deg": "°",
    "{ratio}": "",
    "{pixels}": "px",
    "{pixel}": "px",
    "[hnsf'U]": "HU",
    "mm2": "mm²",
    "mm3": "mm³",
    "cm2": "cm²",
    "cm3": "cm³",
    "m2": "m²",
    "kg/m2": "kg/m²",
    "um2/s": "µm²/s",
    "mm2/s": "mm²/s",
    "10-6.mm2/s": "10⁻⁶ mm²/s",
    "10*-6.mm2/s": "10⁻⁶ mm²/s",
    "/min": "1/min",
    "{H.B.}/min": "1/min",
    "{SUVbw}g/ml": "g/ml",
    "{SUVlbm}g/ml": "g/ml",
    "{SUVbsa}cm2/ml": "cm²/ml",
}
"""UCUM codes as people write them; those that are not here read as they are."""


@dataclass(frozen=True, slots=True)
class Code:
    """One coded concept (PS3.3 8.8); `value` may also be a long or URN code."""

    value: str
    scheme: str
    meaning: str

    @property
    def words(self) -> str:
        """The meaning, or the bare code where the file gives none."""
        return self.meaning or self.value

    def same(self, value: str, scheme: str) -> bool:
        """Whether this is that code."""
        return (self.value, self.scheme) == (value, scheme)


def code_of(dataset: Dataset, keyword: str) -> Code | None:
    """The first item of a code sequence, None where there is none or it says nothing."""
    for item in items(dataset, keyword)[:1]:
        value = text(item, "CodeValue") or text(item, "LongCodeValue") or text(item, "URNCodeValue")
        found = Code(value, text(item, "CodingSchemeDesignator"), text(item, "CodeMeaning"))
        return found if found.words else None
    return None


def unit_words(unit: Code | None) -> str:
    """The unit as it is written beside a number: UCUM's code, "" for the unity."""
    if unit is None or unit.value in ("1", "{1}", "{unity}", "no units"):
        return ""
    if unit.scheme and unit.scheme != "UCUM":
        return unit.value or unit.meaning
    if unit.value in _UNITS:
        return _UNITS[unit.value]
    if unit.value.startswith("{"):
        return unit.meaning or unit.value.strip("{}")
    return unit.value or unit.meaning


def date_words(value: str) -> str:
    """A DA as 2026-11-21; what is no date stays as it is."""
    found = _DATE.match(value.strip())
    return "-".join(found.groups()) if found else value.strip()


def time_words(value: str) -> str:
    """A TM as 14:05 or 14:05:09; what is no time stays as it is."""
    found = _TIME.match(value.strip())
    if not found:
        return value.strip()
    parts = [part for part in found.groups() if part]
    if len(parts) == 3 and parts[2] == "00":
        parts.pop()
    return ":".join(parts) if len(parts) > 1 else f"{parts[0]}:00"


def datetime_words(value: str) -> str:
    """A DT as 2026-11-21 14:05, with seconds and offset from UTC where they are there."""
    value = value.strip()
    date = date_words(value[:8])
    if date == value[:8]:
        return value
    rest, sign, zone = value[8:], "", ""
    for mark in "+-":
        if mark in rest:
            rest, sign, zone = (*rest.split(mark, 1)[:1], mark, rest.split(mark, 1)[1])
    time = f" {time_words(rest)}" if rest else ""
    return f"{date}{time}" + (f" {sign}{zone[:2]}:{zone[2:4]}" if sign else "")


def person_words(value: str) -> str:
    """A PN as people write it: family first, ideographs before Latin letters (PS3.5 6.2.1)."""
    groups = [_group(part) for part in value.split("=")]
    latin = groups[0] if groups else ""
    ideographs = groups[1] if len(groups) > 1 else ""
    if ideographs and latin and ideographs != latin:
        return f"{ideographs} ({latin})"
    return ideographs or latin or (groups[2] if len(groups) > 2 else "")


def _group(value: str) -> str:
    parts = [part.strip() for part in value.split("^")]
    joined = " ".join(part for part in parts if part)
    wide = bool(joined) and all(ord(letter) > 0x2E7F or letter == " " for letter in joined)
    return joined.replace(" ", "") if wide else joined
