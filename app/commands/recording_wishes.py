"""Wishes about recordings of calls."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class WishRecord:
    """Ask everybody in the call; the words were read, and are agreed to by asking."""


@dataclass(frozen=True, slots=True)
class WishAnswerRecording:
    """One's own consent, a refusal, or its withdrawal."""

    agreed: bool


@dataclass(frozen=True, slots=True)
class WishStopRecording:
    """By who asked: nothing more is recorded."""


@dataclass(frozen=True, slots=True)
class WishRecordings:
    """Which recordings does the open case have?"""


@dataclass(frozen=True, slots=True)
class WishPlayRecording:
    recording_id: UUID


@dataclass(frozen=True, slots=True)
class WishPlayOn:
    """Play, or stand still."""

    playing: bool


@dataclass(frozen=True, slots=True)
class WishSeekRecording:
    position_ms: int


@dataclass(frozen=True, slots=True)
class WishStopPlaying:
    """The player is closed."""


@dataclass(frozen=True, slots=True)
class WishDeleteRecording:
    """For good; by a dispatcher, on a participant's wish or because it was a mistake."""

    recording_id: UUID
    reason: Literal["participant", "mistake"]


RecordingWish = (
    WishRecord
    | WishAnswerRecording
    | WishStopRecording
    | WishRecordings
    | WishPlayRecording
    | WishPlayOn
    | WishSeekRecording
    | WishStopPlaying
    | WishDeleteRecording
)
