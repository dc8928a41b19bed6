"""What the window and the transfer process say to each other of recordings of calls."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from protocol.base import Message


class SendRecordings(Message):
    """Whether recordings may be sent: not while a call needs the line, or one is still being
    written. Nothing is sent before this is told, or the window has gone."""

    kind: Literal["send-recordings"] = "send-recordings"
    may: bool


class RecordingsState(Message):
    """What of this account is not on the server yet; of the first so many pieces have arrived."""

    kind: Literal["recordings-state"] = "recordings-state"
    unsent: int = Field(ge=0)
    sent: int = 0
    to_send: int = 0


class RecordingSent(Message):
    """The server has verified all of it, and nothing of it is left here."""

    kind: Literal["recording-sent"] = "recording-sent"
    recording_id: UUID


class RecordingTrouble(Message):
    """`refused`: the server does not take it. `damaged`: a piece of it cannot be opened here."""

    kind: Literal["recording-trouble"] = "recording-trouble"
    what: Literal["refused", "damaged"]


RecordingEvent = RecordingsState | RecordingSent | RecordingTrouble
