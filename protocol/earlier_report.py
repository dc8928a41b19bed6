"""A report on the same patient that was signed in an earlier case."""

from uuid import UUID

from protocol.base import Answer, Moment


class EarlierReport(Answer):
    """What is told of one before it is read; `consultation_id` is of its own case."""

    consultation_id: UUID
    number: str
    department: str
    version: int
    signed_at: Moment
    expert_name: str
    expert_institution: str
