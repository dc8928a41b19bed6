"""The case library: de-identified, approved, searchable."""

from enum import StrEnum
from uuid import UUID

from protocol.base import Answer, Moment
from protocol.report import LearningFlag


class AgeBand(StrEnum):
    """De-identified age."""

    INFANT = "0-1"
    CHILD = "2-13"
    ADOLESCENT = "14-17"
    ADULT = "18-39"
    MIDDLE_AGED = "40-59"
    OLDER = "60-79"
    OLDEST = "80+"


class LibrarySummary(Answer):
    id: UUID
    title: str
    department: str
    modalities: tuple[str, ...]
    diagnosis_codes: tuple[str, ...]
    learning_flags: tuple[LearningFlag, ...]
    approved_at: Moment


class LibraryEntry(Answer):
    """A case without its patient: no names, numbers, dates of birth or places."""

    summary: LibrarySummary
    age_band: AgeBand
    sex: str
    reason: str
    history: str
    question: str
    findings: str
    impression: str
    recommendation: str
    learning_points: tuple[str, ...]


class LibraryPage(Answer):
    items: tuple[LibrarySummary, ...]
    total: int
    next: str | None = None
