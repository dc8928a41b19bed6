"""What is kept of a recorded call, on the server.

A recording comes in pieces: each a Matroska file of its own (RFC 9559) with a few seconds of every
track, all on one clock that begins with the recording. A track's title is `PEER camera` or
`PEER sound`.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from protocol.base import Answer, Message, Moment, Sha256
from protocol.call import ParticipantKind, PeerId
from protocol.recording import RecordingEnd, RecordingId

PieceIndex = Annotated[int, Field(ge=0, lt=1_000_000)]
Milliseconds = Annotated[int, Field(ge=0, lt=2**40)]
MAX_PIECE_BYTES = 16 * 1024 * 1024
PIECE = "video/matroska"
"""The media type of a piece."""


class RecordedPerson(Answer):
    """Whose media are in a recording; the tracks are named by the peer id."""

    peer_id: PeerId
    kind: ParticipantKind
    display_name: str


class RecordingInfo(Answer):
    """A recording of a case. `complete`: all of it is on the server.

    `kept_until` is absent while its call runs; `seconds` counts from its beginning to its end.
    """

    id: RecordingId
    consultation_id: UUID
    asked_by: UUID
    asker_name: str
    began_at: Moment
    ended_at: Moment | None
    end: RecordingEnd | None
    kept_until: Moment | None
    seconds: float
    nbytes: int
    complete: bool
    people: tuple[RecordedPerson, ...]


class RecordingPiece(Answer):
    """One piece on the server; times in milliseconds on the recording's clock."""

    index: PieceIndex
    start_ms: Milliseconds
    end_ms: Milliseconds
    sha256: Sha256
    nbytes: int


class RecordingPieces(Answer):
    """In the order of their index; `deleted`: nothing of it is wanted any more."""

    pieces: tuple[RecordingPiece, ...]
    deleted: bool = False


class CompleteRecording(Message):
    """Nothing follows: so many pieces there are, and these hashes they have, in order."""

    sha256: tuple[Sha256, ...] = Field(max_length=1_000_000)


class DeleteRecording(Message):
    """On whose wish, or why; goes into the audit trail."""

    reason: Literal["participant", "mistake"]
