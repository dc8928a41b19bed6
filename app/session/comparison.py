"""The reports of several experts on one question, side by side while somebody compares them."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from protocol.report import SignedReport


@dataclass(frozen=True, slots=True)
class ComparedReport:
    """`verified`: the signature fits the text. `department`: whose opinion it is in an MDT."""

    signed: SignedReport
    verified: bool
    department: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Without reports while they are being read, or where that `failed`."""

    reports: tuple[ComparedReport, ...] = ()
    failed: bool = False


@dataclass(frozen=True, slots=True)
class ComparisonAsked:
    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class ComparisonRead:
    consultation_id: UUID
    reports: tuple[ComparedReport, ...]


@dataclass(frozen=True, slots=True)
class ComparisonFailed:
    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class ComparisonClosed:
    consultation_id: UUID


ComparisonFact = ComparisonAsked | ComparisonRead | ComparisonFailed | ComparisonClosed


def comparison_after(fact: ComparisonFact) -> Comparison | None:
    match fact:
        case ComparisonAsked():
            return Comparison()
        case ComparisonRead(_, reports):
            return Comparison(reports)
        case ComparisonFailed():
            return Comparison(failed=True)
        case ComparisonClosed():
            return None
        case _:
            assert_never(fact)
