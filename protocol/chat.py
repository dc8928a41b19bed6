"""Text chat of a consultation."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from protocol.base import Answer, Moment
from protocol.consultation import Person

ChatText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class ChatMessage(Answer):
    """`id` is chosen by the sender, so that sending again after a lost answer posts once."""

    id: UUID
    consultation_id: UUID
    author: Person
    at: Moment
    text: str
