"""The patient's copies of the open case's report: the one just made, and what became of all."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from app.session.notices import NoticeCode
from protocol.report_copy import ReportCopyState


@dataclass(frozen=True, slots=True)
class GivenCopy:
    """`link` opens the report; `squares` are the rows of its QR code (ISO/IEC 18004), 1 is dark."""

    id: str
    consultation_id: UUID
    expires_at: datetime
    link: str = field(repr=False)
    squares: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReportCopies:
    """`known` are those of one case as the server told them, the latest first."""

    consultation_id: UUID | None = None
    making: bool = False
    problem: NoticeCode | None = None
    latest: GivenCopy | None = None
    known: tuple[ReportCopyState, ...] = ()


@dataclass(frozen=True, slots=True)
class CopyAsked:
    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class CopyMade:
    given: GivenCopy

    @property
    def consultation_id(self) -> UUID:
        return self.given.consultation_id


@dataclass(frozen=True, slots=True)
class CopyFailed:
    """`giving`: it was the making of a copy that ended so, not what was asked beside it."""

    consultation_id: UUID
    code: NoticeCode
    giving: bool = False


@dataclass(frozen=True, slots=True)
class CopiesTold:
    consultation_id: UUID
    copies: tuple[ReportCopyState, ...]


ReportCopyFact = CopyAsked | CopyMade | CopyFailed | CopiesTold


def reduce_report_copies(copies: ReportCopies, fact: ReportCopyFact) -> ReportCopies:
    """After a fact of the case that is open."""
    if copies.consultation_id != fact.consultation_id:
        copies = ReportCopies(fact.consultation_id)
    match fact:
        case CopyAsked():
            return replace(copies, making=True, problem=None)
        case CopyMade(given):
            return replace(copies, making=False, latest=given)
        case CopyFailed(_, code, giving):
            return replace(copies, making=copies.making and not giving, problem=code)
        case CopiesTold(_, known):
            return replace(copies, problem=None, known=known)
        case _:
            assert_never(fact)
