"""What can be wished for a case besides reading and signing it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.session.case_action import ItemAnswer
from app.session.queue import CaseFilter
from protocol.consultation import Action
from protocol.mdt import MdtSeat


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
    seats: tuple[MdtSeat, ...] = ()
    """Of an MDT: whose opinions; `expert_id` chairs where nobody holds the case."""
    approved: str = ""
    """Of an approval: the digest of the words that were shown; it is signed with `password`."""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WishCandidates:
    """Whom the case could go to, and why or why not."""

    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishExperts:
    """The experts of each department, to name some of them."""

    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishQuote:
    """The chair of an MDT notes a dissent in the words of the opinion itself."""

    consultation_id: UUID
    opinion_id: UUID


@dataclass(frozen=True, slots=True)
class WishTakeOver:
    """What is empty in the own draft is filled with the draft of who held the case before."""

    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishAnswers:
    """The clinic ticked off or answered something that was asked for; it is kept by itself."""

    consultation_id: UUID
    answers: tuple[ItemAnswer, ...]


@dataclass(frozen=True, slots=True)
class WishLateImages:
    """The clinic adds images to a case that was submitted, or answers what was asked for."""

    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishShowLate:
    """Late images that have come join those on the screen."""

    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishCompare:
    """The reports on a case and its second opinion, or of an MDT, side by side."""

    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishCompareEarlier:
    """The draft of a case and the report of an earlier case of its patient, side by side."""

    consultation_id: UUID
    earlier_id: UUID


@dataclass(frozen=True, slots=True)
class WishCloseComparison:
    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishSeekCases:
    """Those of one's own cases that have this text, open or ended."""

    text: str
    filter: CaseFilter


CaseWish = (
    WishCaseAction
    | WishCandidates
    | WishExperts
    | WishQuote
    | WishTakeOver
    | WishAnswers
    | WishLateImages
    | WishShowLate
    | WishCompare
    | WishCompareEarlier
    | WishCloseComparison
    | WishSeekCases
)
