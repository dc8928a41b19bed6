"""What somebody asks to be done to a consultation, and what an action must be told."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from protocol.base import Message, Moment, Sha256, ShortText
from protocol.consultation import Action, Decision
from protocol.mdt import MdtSeat
from protocol.seal import FreshSeal

IDEMPOTENCY_KEY = "Idempotency-Key"
"""The header of a step that is asked for again where it was perhaps done: a UUID of the client."""


class DeclineReason(StrEnum):
    NOT_MY_SPECIALTY = "not_my_specialty"
    TOO_BUSY = "too_busy"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    POOR_MATERIAL = "poor_material"
    OTHER = "other"


def says_why(words: str) -> bool:
    """Whether a reason has a word in it: two letters or digits, or an ideograph. A full stop, a
    tick and what cannot be seen are none."""
    return sum(1 + (sign >= "\u2e80") for sign in words if sign.isalnum()) >= 2


class Transition(Message):
    """Asks for one action; what an action needs beyond its name is checked by the server.

    `claim_token` and `fence` are needed for every action of the expert who holds the case.
    `checklist` is what is asked for, and in `resubmit` the answers to it; in `read_back` `reason`
    is what was understood and `told` who was told. In `ask_mdt` `expert_id` is who chairs, and
    `seats` whose opinions are asked for.
    """

    action: Action
    reason: ShortText = ""
    approved: Sha256 | None = Field(
        default=None, description="needed for `approve`: the digest of the draft that was read"
    )
    seal: FreshSeal | None = Field(
        default=None,
        description="of `approve`: over `protocol.approval.approval_bytes`; programs of before "
        "send none",
    )
    told: ShortText = ""
    decline_reason: DeclineReason | None = None
    decision: Decision | None = None
    checklist: tuple[ShortText, ...] = ()
    scheduled_for: Moment | None = None
    expert_id: UUID | None = None
    seats: tuple[MdtSeat, ...] = ()
    claim_token: str | None = None
    fence: int | None = None
