"""A critical finding of a signed report: read back by the clinic, or passed to the dispatchers."""

from pydantic import Field

from protocol.base import Answer, Moment, Name, ShortText

SAYS_SOMETHING = 4
"""So many letters, digits or signs a finding needs to be read back; a tick or an "x" says nothing
of what was understood."""


def says_something(words: str) -> bool:
    return sum(sign.isalnum() for sign in words) >= SAYS_SOMETHING


class CriticalFinding(Answer):
    """What the newest signed version of a report calls critical, and what became of it.

    It stays open until somebody has read it back: the clinic in its own words, or a dispatcher
    who reached the clinic by telephone.
    """

    what: ShortText
    version: int = Field(ge=1, description="of the report that first said it in these words")
    signed_at: Moment
    due_at: Moment = Field(description="when the dispatchers are told unless it is read back")
    escalated_at: Moment | None = None
    read_back_at: Moment | None = None
    read_back_by: Name | None = None
    read_back: ShortText = Field(default="", description="what was understood, in own words")
    told: ShortText = Field(default="", description="who was told of it")

    @property
    def open(self) -> bool:
        """Nobody has read it back."""
        return self.read_back_at is None
