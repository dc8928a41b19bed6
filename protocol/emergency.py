"""Breaking the glass: a case is read by somebody who takes no part in it, in an emergency."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from protocol.base import Answer, Message, Moment
from protocol.consultation import Person

LEAST_REASON = 10
CaseNumber = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^CONS-[0-9]{8}-[0-9]{4,8}$")
]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=LEAST_REASON, max_length=500)
]


class BreakGlass(Message):
    """The case by its number, and why it has to be read by somebody who takes no part in it."""

    number: CaseNumber
    reason: Reason


class EmergencyAccess(Answer):
    """What was opened for whom, why, and until when; `ended_at` where somebody ended it before."""

    id: UUID
    consultation_id: UUID
    number: str
    by: Person
    reason: str
    at: Moment
    until: Moment
    ended_at: Moment | None = None
