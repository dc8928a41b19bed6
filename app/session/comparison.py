"""Reports side by side while somebody compares them: of several experts on one question, or an
earlier one beside the draft that is written."""

from dataclasses import dataclass, replace
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
    with_draft: bool = False


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


def comparison_after(before: Comparison | None, fact: ComparisonFact) -> Comparison | None:
    """What is read after it was closed, or after the claim went, is shown to nobody."""
    match fact:
        case ComparisonAsked(_, with_draft):
            return Comparison(with_draft=with_draft)
        case ComparisonRead(_, reports):
            return None if before is None else replace(before, reports=reports)
        case ComparisonFailed():
            return None if before is None else replace(before, failed=True)
        case ComparisonClosed():
            return None
        case _:
            assert_never(fact)
