"""A second opinion: another expert reads the same case, not knowing what the first one wrote."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from protocol.base import Answer, Moment


class SecondState(StrEnum):
    """How far a second opinion is, as everybody hears of it who takes part in the first case."""

    WAITING = "waiting"
    READING = "reading"
    SIGNED = "signed"
    ENDED = "ended"


class SecondOpinion(Answer):
    """The second opinion on a case: a case of its own. `ended`: without a report that counts."""

    consultation_id: UUID
    state: SecondState
    asked_at: Moment
    signed_at: Moment | None = Field(
        default=None, description="when both experts could read each other's report"
    )
