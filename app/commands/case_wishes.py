"""What can be wished for a case besides reading and signing it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.session.case_action import ItemAnswer
from protocol.consultation import Action


@dataclass(frozen=True, slots=True)
class WishCaseAction:
    """One action of the case, with what it needs; `expert_name` is for the words afterwards."""

    consultation_id: UUID
    action: Action
    reason: str = ""
    checklist: tuple[str, ...] = ()
    scheduled_for: datetime | None = None
    expert_id: UUID | None = None
    expert_name: str = ""
    told: str = ""
    """Of a read-back: who was told."""


@dataclass(frozen=True, slots=True)
class WishCandidates:
    """Whom the case could go to, and why or why not."""

    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishAnswers:
    """The clinic ticked off or answered something that was asked for; it is kept by itself."""

    consultation_id: UUID
    answers: tuple[ItemAnswer, ...]


@dataclass(frozen=True, slots=True)
class WishLateImages:
    """The clinic adds images to a case that was submitted."""

    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishShowLate:
    """Late images that have come join those on the screen."""

    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishCompare:
    """The reports on a case and its second opinion, side by side."""

    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishCloseComparison:
    consultation_id: UUID


CaseWish = (
    WishCaseAction
    | WishCandidates
    | WishAnswers
    | WishLateImages
    | WishShowLate
    | WishCompare
    | WishCloseComparison
)
