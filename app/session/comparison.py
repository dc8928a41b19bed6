"""Reports side by side while somebody compares them: of several experts on one question, or an
earlier one beside the draft that is written."""

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
    """Without reports while they are being read, or where that `failed`; `with_draft`: an earlier
    report of the patient beside what is written now."""

    reports: tuple[ComparedReport, ...] = ()
    failed: bool = False
    with_draft: bool = False


@dataclass(frozen=True, slots=True)
class ComparisonAsked:
    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class ComparisonRead:
    consultation_id: UUID
    reports: tuple[ComparedReport, ...]
    with_draft: bool = False


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
        case ComparisonRead(_, reports, with_draft):
            return Comparison(reports, with_draft=with_draft)
        case ComparisonFailed():
            return Comparison(failed=True)
        case ComparisonClosed():
            return None
        case _:
            assert_never(fact)
