"""Recordings of calls as this client sees them: those of the open case, what waits to be sent, and
what is being played. That of the running call is in the call's state itself."""

from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from app.session.notices import NoticeCode
from protocol.kept_recording import RecordingInfo


@dataclass(frozen=True, slots=True)
class Player:
    """`waiting`: the next piece is on its way. `over`: it has come to its end."""

    recording: RecordingInfo
    length_ms: int = 0
    position_ms: int = 0
    playing: bool = False
    waiting: bool = True
    over: bool = False
    problem: NoticeCode | None = None


@dataclass(frozen=True, slots=True)
class Recordings:
    """`kept` are those of the case `of_case`; `unsent` lie on this computer only, of the first of
    which `sent` of `to_send` pieces have arrived."""

    of_case: UUID | None = None
    kept: tuple[RecordingInfo, ...] = ()
    loading: bool = False
    problem: NoticeCode | None = None
    unsent: int = 0
    sent: int = 0
    to_send: int = 0
    player: Player | None = None


@dataclass(frozen=True, slots=True)
class RecordingsAsked:
    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class RecordingsTold:
    consultation_id: UUID
    kept: tuple[RecordingInfo, ...]


@dataclass(frozen=True, slots=True)
class RecordingsNotTold:
    code: NoticeCode


@dataclass(frozen=True, slots=True)
class RecordingsUnsent:
    """What lies on this computer and is not on the server yet."""

    count: int
    sent: int = 0
    to_send: int = 0


@dataclass(frozen=True, slots=True)
class PlayerOpened:
    recording: RecordingInfo


@dataclass(frozen=True, slots=True)
class PlayerTold:
    """How playing goes; None leaves a value as it is."""

    length_ms: int | None = None
    position_ms: int | None = None
    playing: bool | None = None
    waiting: bool | None = None
    over: bool | None = None
    problem: NoticeCode | None = None


@dataclass(frozen=True, slots=True)
class PlayerClosed:
    pass


RecordingFact = (
    RecordingsAsked
    | RecordingsTold
    | RecordingsNotTold
    | RecordingsUnsent
    | PlayerOpened
    | PlayerTold
    | PlayerClosed
)


def reduce_recordings(recordings: Recordings, fact: RecordingFact) -> Recordings:
    match fact:
        case RecordingsAsked(case):
            kept = recordings.kept if recordings.of_case == case else ()
            return replace(recordings, of_case=case, kept=kept, loading=True, problem=None)
        case RecordingsTold(case, kept):
            if recordings.of_case != case:
                return recordings
            return replace(recordings, kept=kept, loading=False)
        case RecordingsNotTold(code):
            return replace(recordings, loading=False, problem=code)
        case RecordingsUnsent(count, sent, to_send):
            return replace(recordings, unsent=count, sent=sent, to_send=to_send)
        case PlayerOpened(recording):
            return replace(recordings, player=Player(recording))
        case PlayerTold():
            return _played(recordings, fact)
        case PlayerClosed():
            return replace(recordings, player=None)
        case _:
            assert_never(fact)


def _played(recordings: Recordings, fact: PlayerTold) -> Recordings:
    if recordings.player is None:
        return recordings
    told = {
        name: value for name in PlayerTold.__slots__ if (value := getattr(fact, name)) is not None
    }
    return replace(recordings, player=replace(recordings.player, **told))
