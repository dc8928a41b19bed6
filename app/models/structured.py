"""Structured findings: what a template asks for, and how they are read and compared."""

from collections.abc import Iterable
from decimal import Decimal

from PySide6.QtCore import QCoreApplication

from app.models.report_templates import AskedFinding, ReportTemplate
from app.models.words import word
from protocol.structured import Side, StructuredFinding


def begun(
    template: ReportTemplate, written: tuple[StructuredFinding, ...]
) -> tuple[StructuredFinding, ...]:
    """What has a value stays; the template's follow without one."""
    kept = tuple(one for one in written if one.value)
    known = {one.code for one in kept}
    asked = (
        StructuredFinding(
            code=one.code, name=one.name, unit=one.unit, ucum=one.ucum, loinc=one.loinc
        )
        for one in template.findings
        if one.code not in known
    )
    return (*kept, *asked)


def name_of(finding: StructuredFinding) -> str:
    """With its side, where it has one."""
    if finding.side is Side.NONE:
        return finding.name
    text = QCoreApplication.translate("structured", "{name} ({side})")
    return text.format(name=finding.name, side=word(finding.side))


def line_of(finding: StructuredFinding, before: StructuredFinding | None = None) -> str:
    """As it stands in the report; with how much more or less it is than `before`, if both count the
    same thing in the same unit."""
    line = f"{name_of(finding)} {finding.amount}"
    counted = before is not None and before.value and finding.ucum == before.ucum
    if before is None or not counted or not finding.ucum:
        return line
    more = Decimal(finding.value) - Decimal(before.value)
    return f"{line} ({more:+f})" if more else line


def lines_of(findings: Iterable[StructuredFinding]) -> tuple[str, ...]:
    return tuple(line_of(one) for one in findings if one.value)


def doubt(asked: AskedFinding | None, value: str) -> str:
    """A value that is hardly ever meant; empty where nothing is strange."""
    if asked is None or not asked.ucum or not value:
        return ""
    if asked.least <= Decimal(value) <= asked.most:
        return ""
    text = QCoreApplication.translate("structured", "Check this: usually {least} to {most} {unit}.")
    return text.format(least=f"{asked.least:f}", most=f"{asked.most:f}", unit=asked.unit)
