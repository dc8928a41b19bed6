"""The base of what happened: numbered, stored, replayed."""

from uuid import UUID

from protocol.account import Role
from protocol.base import Answer, Moment, Seq


class Author(Answer):
    account_id: UUID
    display_name: str
    role: Role | None = None


class Fact(Answer):
    """What happened; `author` is absent when the clock did it."""

    seq: Seq
    at: Moment
    author: Author | None = None
