"""What a report may begin with, phrases for each of its fields, and the places left to fill in."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from protocol.report import OPEN_PLACE
from resources import resource


class ReportField(Enum):
    """The fields of an opinion that hold text; the values are its attributes."""

    FINDINGS = "findings"
    IMPRESSION = "impression"
    RECOMMENDATION = "recommendation"


@dataclass(frozen=True, slots=True)
class AskedFinding:
    """A structured finding that a template asks for: a number in a unit (UCUM) that is usually
    between `least` and `most`, or one of `choices`; with a side or without."""

    code: str
    name: str
    unit: str = ""
    ucum: str = ""
    loinc: str = ""
    sides: bool = False
    choices: tuple[str, ...] = ()
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ReportTemplate:
    department: str
    """Empty: for every department."""
    name: str
    texts: tuple[tuple[ReportField, str], ...]
    findings: tuple[AskedFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    field: ReportField
    text: str
    own: bool = False
    """Kept by the expert, not by the program."""


@dataclass(frozen=True, slots=True)
class Wording:
    templates: tuple[ReportTemplate, ...]
    phrases: tuple[Phrase, ...]

    def asked(self, code: str) -> AskedFinding | None:
        """Whichever template asks for it."""
        found = (one for template in self.templates for one in template.findings)
        return next((one for one in found if one.code == code), None)

    def for_department(self, department: str) -> tuple[ReportTemplate, ...]:
        """Those of the department first, then those for every one, then the others."""
        return tuple(
            sorted(
                self.templates,
                key=lambda one: 0 if one.department == department else 1 + bool(one.department),
            )
        )


@cache
def wording(*, chinese: bool) -> Wording:
    """What comes with the program (`resources/report/templates.toml`), in one language."""
    file = tomllib.loads(resource("report", "templates.toml").read_text(encoding="utf-8"))
    templates = tuple(
        ReportTemplate(
            one["department"],
            _in(one, "name", chinese),
            tuple((field, _in(one, field.value, chinese)) for field in ReportField),
            tuple(_asked(asked, chinese=chinese) for asked in one.get("finding", ())),
        )
        for one in file["template"]
    )
    phrases = tuple(
        Phrase(ReportField(one["field"]), _in(one, "text", chinese)) for one in file["phrase"]
    )
    return Wording(templates, phrases)


def _in(entry: dict[str, Any], name: str, chinese: bool) -> str:
    return str(entry[name if chinese else f"{name}_en"]).strip()


def _asked(entry: dict[str, Any], *, chinese: bool) -> AskedFinding:
    unit = entry.get("unit", "")
    return AskedFinding(
        entry["code"],
        _in(entry, "name", chinese),
        unit if chinese else entry.get("unit_en", unit),
        entry.get("ucum", ""),
        entry.get("loinc", ""),
        entry.get("sides", False),
        tuple(entry.get("choices", ())),
        Decimal(str(entry.get("least", 0))),
        Decimal(str(entry.get("most", 0))),
    )


def begun_with(written: str, proposed: str) -> str:
    """What was written stays; what is proposed stands below it."""
    return "\n".join(part for part in (written.rstrip(), proposed) if part)


def with_proposals(text: str) -> str:
    """Every proposal taken as it stands; a place without one stays open."""
    return OPEN_PLACE.sub(lambda found: found.group()[1:-1] or found.group(), text)
