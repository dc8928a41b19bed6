"""Offer, claim and lease (domain.md, Queue) and why an expert was chosen (Matching)."""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from uuid import UUID

from pydantic import Field

from protocol.base import Answer, Fence, Message, Moment
from protocol.consultation import Consultation, ConsultationSummary, Person


class ScoreTerm(StrEnum):
    """One term of the matching score."""

    TITLE = "title"
    YEARS = "years"
    RESPONSE = "response"
    CRITICAL = "critical"
    REACHABILITY = "reachability"
    """Of critical cases: who is free now and answers fast."""


class IneligibleReason(StrEnum):
    DEPARTMENT = "department"
    DISEASE = "disease"
    LANGUAGE = "language"
    FULL = "full"
    UNREACHABLE = "unreachable"
    OFF_SHIFT = "off_shift"
    UNLICENSED = "unlicensed"
    NO_AGREEMENT = "no_agreement"
    EXCLUDED = "excluded"
    DECLINED = "declined"
    NOT_INDEPENDENT = "not_independent"


ASKED_NEVERTHELESS = frozenset(
    (
        IneligibleReason.DEPARTMENT,
        IneligibleReason.DISEASE,
        IneligibleReason.LANGUAGE,
        IneligibleReason.FULL,
        IneligibleReason.UNREACHABLE,
        IneligibleReason.OFF_SHIFT,
    )
)
"""Reasons that do not keep a person from naming this expert for a case."""


class TermValue(Answer):
    term: ScoreTerm
    value: Decimal


class CaseClock(StrEnum):
    """A clock of a case that escalates (domain.md, Queue); `read_back` and `idle` have one stage
    only: the holder of a case that nobody works on is warned before it is suspended."""

    ACCEPT = "accept"
    START = "start"
    REPORT = "report"
    READ_BACK = "read_back"
    IDLE = "idle"


class ClockStage(StrEnum):
    """How far it has run: 50, 80 and 100 %."""

    AMBER = "amber"
    DISPATCHER = "dispatcher"
    OVERDUE = "overdue"


class Candidate(Answer):
    """An expert considered for a case: the score term by term, or why not. `relaxed` are reasons
    that count no longer because the case has waited too long. `rings`: so many other cases ring
    them now; whom too many ring is asked after who is rung less."""

    expert_id: UUID
    display_name: str
    score: Decimal | None
    terms: tuple[TermValue, ...] = ()
    ineligible: tuple[IneligibleReason, ...] = ()
    relaxed: tuple[IneligibleReason, ...] = ()
    rings: int = 0


RECOMMENDED = 3
"""So many of those who are eligible (domain.md, Matching)."""


def recommended(candidates: Iterable[Candidate]) -> frozenset[UUID]:
    """The best of a list in its order: whom a person who chooses is shown as such."""
    eligible = (one.expert_id for one in candidates if not one.ineligible)
    return frozenset(islice(eligible, RECOMMENDED))


class Offer(Answer):
    """A case that rings an expert until `rings_until`.

    Where somebody else holds it, `handed_by` asks to hand it over, and `note` says why.
    """

    id: UUID
    consultation: ConsultationSummary
    rings_until: Moment
    why: Candidate
    handed_by: Person | None = None
    note: str = ""


class OfferEnd(StrEnum):
    CLAIMED_BY_YOU = "claimed_by_you"
    CLAIMED_BY_OTHER = "claimed_by_other"
    EXPIRED = "expired"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    FULL = "full"
    """The expert took another case and holds as many as they can: as if it had not rung."""


class Claim(Answer):
    """Answer to a claim: whoever holds token and fence may write to the case."""

    claim_token: str
    fence: Fence
    lease_until: Moment
    consultation: Consultation


class Heartbeat(Message):
    """The case is open; `idle_s`: nobody has touched the program for so long, in seconds."""

    claim_token: str
    fence: Fence
    idle_s: int = Field(default=0, ge=0, le=30 * 24 * 3600)


class Lease(Answer):
    lease_until: Moment


class Presence(StrEnum):
    AVAILABLE = "available"
    READING = "reading"
    IN_CALL = "in_call"
    PAUSED = "paused"
    OFF_SHIFT = "off_shift"
    OFFLINE = "offline"


class PersonPresence(Answer):
    account_id: UUID
    presence: Presence
    until: Moment | None = Field(default=None, description="end of a pause, begin of a shift")
    on_call: bool = Field(default=False, description="off shift or offline, but on call")
