"""An appointment of a case: who came, whether they met, and what the clock recorded."""

from datetime import timedelta

from pydantic import Field

from protocol.account import Role
from protocol.base import Answer, Moment

FURTHEST = timedelta(days=366)
"""How far ahead an appointment can lie; a year that was mistyped lies further."""


class Appointment(Answer):
    """The time that was agreed, and what came of it.

    `Role.EXPERT` stands for who holds the case, `Role.REQUESTER` for the clinic and whom it
    brought along. It is open until they have met or somebody's absence is recorded.
    """

    at: Moment
    counted_from: Moment = Field(
        description="when the waiting began: `at`, or when the server was there again"
    )
    came: tuple[Role, ...] = ()
    met_at: Moment | None = None
    rung_at: Moment | None = Field(default=None, description="when it rang again")
    recorded_at: Moment | None = None
    absent: tuple[Role, ...] = Field(
        default=(), description="who did not come; none where they missed each other"
    )

    @property
    def open(self) -> bool:
        """Nobody knows yet whether it takes place."""
        return self.met_at is None and self.recorded_at is None
