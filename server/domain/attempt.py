"""One action that somebody, or the clock, asks for, with what it needs to be judged."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from protocol.account import Role
from protocol.consultation import Action, CaseItem, Decision
from protocol.mdt import MdtSeat
from protocol.seal import Seal
from protocol.transition import DeclineReason
from server.domain.people import Who


@dataclass(frozen=True, slots=True)
class Proof:
    """Claim token and fence, as a write of the holder carries them."""

    claim_token: str
    fence: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One action somebody (or, without `who`, the clock) asks for."""

    action: Action
    who: Who | None = None
    reason: str = ""
    proof: Proof | None = None
    decline_reason: DeclineReason | None = None
    decision: Decision | None = None
    checklist: tuple[str, ...] = ()
    scheduled_for: datetime | None = None
    expert_id: UUID | None = None
    seats: tuple[MdtSeat, ...] = ()
    """Of `ask_mdt`: whose opinions; `expert_id` chairs."""
    eligible: bool = False
    offered: bool = False
    kept: bool = False
    """It would be open to them, were it not kept for another expert, whom it rings."""
    assigned: bool = False
    """It would be, were it not for dispatchers to say who takes it; it rings nobody."""
    missing: tuple[CaseItem, ...] = ()
    arriving: int = 0
    """Images of the case that were declared and are not here."""
    doubted: int = 0
    """Late images that may be another patient's; `doubt` is what is to be compared."""
    doubt: str = ""
    images: int = 0
    """Of `add_images` and `take_back_images`: how many."""
    short: str = ""
    """Of `submit`, `resubmit` and `add_images`: how many images of how many (`shortfall_mark`)."""
    report: bool = False
    finding: str = ""
    """Of `sign`: what is critical."""
    approved: str | None = None
    """Of `approve`: the digest of the words that were read; `draft` of those that stand."""
    draft: str | None = None
    seal: Seal | None = None
    """Of `approve`: the reviewer's own, verified."""
    told: str = ""
    sitting: frozenset[Role] = frozenset()
    """Where an appointment is waited for: who sits in the call."""
    new_claim_hash: str | None = None
    holder_name: str | None = None
