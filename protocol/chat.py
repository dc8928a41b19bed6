"""Text chat of a consultation."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from protocol.base import Answer, Moment
from protocol.consultation import Person

ChatText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class ChatAudience(StrEnum):
    """Who reads a message: the two who treat the case, or everybody in its call, guests too."""

    TREATING = "treating"
    CALL = "call"


class ChatMessage(Answer):
    """`id` is chosen by the sender, so that sending again after a lost answer posts once.

    A guest has no account: there the id of `author` is that of the seat.
    """

    id: UUID
    consultation_id: UUID
    author: Person
    at: Moment
    text: str
    audience: ChatAudience = ChatAudience.TREATING
