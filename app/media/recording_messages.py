"""What the window and the media process say to each other of a recording."""

from enum import StrEnum
from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import Field

from protocol.base import Message


class Record(Message):
    """From now on the media of these peers, and one's own, are written; nobody else's.

    `zero` is where the recording's clock begins (POSIX seconds); `own_peer` names one's own tracks.
    `folder` and `store_key` (base64) are the profile's: pieces are sealed before they are written.
    """

    kind: Literal["record"] = "record"
    recording_id: UUID
    zero: float
    own_peer: str
    peers: tuple[str, ...]
    folder: Path
    store_key: str = Field(repr=False)


class StopWriting(Message):
    """Nothing more is written: the recording is paused or over. What came is kept."""

    kind: Literal["stop-writing"] = "stop-writing"


class WritingState(StrEnum):
    """KEPT: a piece is on the disk. STOPPED: the last one is, and none follows."""

    KEPT = "kept"
    STOPPED = "stopped"
    DISK_FULL = "disk-full"
    FAILED = "failed"


class RecordingWritten(Message):
    """How writing goes. After DISK_FULL and FAILED nothing more is written."""

    kind: Literal["recording-written"] = "recording-written"
    recording_id: UUID
    state: WritingState
    end_ms: int = 0
