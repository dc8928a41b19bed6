"""The recording of a call: asking, consent, state, and what is kept of it.

Nothing is recorded before everybody who sits in the call has agreed, each by itself, to the words
in force. What is kept of it is in `protocol.kept_recording`.
"""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from protocol.base import Answer, Message, Moment

RECORDING_WORDING = "2026-11-28"
"""The version of the words in which consent to a recording is asked (`server/web/words.js` and
`app/models/recording.py`). A change of what they say is a new version: no other is taken."""

RecordingId = UUID
SeatId = UUID
"""A `protocol.call.PeerId`."""

Wording = Annotated[str, StringConstraints(pattern=r"^[0-9-]{10}$")]
Language = Literal["zh", "en"]


class RecordingPhase(StrEnum):
    """RUNNING only while everybody seated is here and has agreed; PAUSED until they have."""

    ASKING = "asking"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class RecordingEnd(StrEnum):
    """Why asking or recording ended. Nobody is told who refused or withdrew."""

    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    ASKER_LEFT = "asker_left"
    CALL_ENDED = "call_ended"
    FAILED = "failed"


class RecordingTerms(Answer):
    """What the site offers: how long a recording is kept after its call, and the words in force."""

    kept_days: int
    wording: str


class CallRecording(Answer):
    """The latest recording of a running call; `awaited` are the seats that have not answered."""

    id: RecordingId
    asker: SeatId
    asker_name: str
    phase: RecordingPhase
    awaited: tuple[SeatId, ...] = ()
    agreed: tuple[SeatId, ...] = ()
    asked_at: Moment
    began_at: Moment | None = None
    end: RecordingEnd | None = None


class RecordingConsent(Message):
    """The words that were read, by their version and language."""

    wording: Wording
    language: Language
