"""The call as this client sees it: the server's roster and the pictures' state."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import assert_never
from uuid import UUID

from app.media.messages import RelayState
from protocol.call import CallState, Limit, Motion
from protocol.socket import CallChanged


class CallPhase(Enum):
    """Our own part in the call."""

    OUT = auto()
    JOINING = auto()
    IN = auto()
    RECONNECTING = auto()


@dataclass(frozen=True, slots=True)
class PeerPicture:
    """What arrives from one peer and what goes to it; counts since the call began.

    `motion` and `limit` are of the pictures that we send, `their_…` of those the peer sends, None
    when its program does not say.
    """

    peer_id: UUID
    connected: bool
    frames_received: int = 0
    audio_frames_received: int = 0
    frames_per_second: float = 0.0
    kilobits_per_second: int = 0
    packets_lost: int = 0
    motion: Motion = Motion.FLUENT
    limit: Limit = Limit.NONE
    their_motion: Motion | None = None
    their_limit: Limit | None = None
    their_camera_off: bool = False
    picture_too_large: bool = False
    their_microphone_off: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """`running` is the roster told by the server, also while we are not in it.

    `server_away`: the line to the server is gone, and pictures and sound may go on without it.
    """

    running: CallState | None = None
    phase: CallPhase = CallPhase.OUT
    consultation_id: UUID | None = None
    own_peer: UUID | None = None
    pictures: tuple[PeerPicture, ...] = ()
    muted: bool = False
    camera_off: bool = False
    generated_picture: bool = False
    frames_sent: int = 0
    speaker: UUID | None = None
    """Who speaks, and is shown large where several are."""
    speaks_muted: bool = False
    talking: bool = False
    """Muted, but the key for talking is held down."""
    server_away: bool = False
    relay: RelayState = RelayState.NONE

    def picture_of(self, peer: UUID) -> PeerPicture | None:
        return next((picture for picture in self.pictures if picture.peer_id == peer), None)


@dataclass(frozen=True, slots=True)
class CallJoining:
    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class CallEntered:
    own_peer: UUID
    call: CallState


@dataclass(frozen=True, slots=True)
class CallEnded:
    """We left, or could not stay."""


@dataclass(frozen=True, slots=True)
class CallReconnecting:
    """Our own media are being started again."""


@dataclass(frozen=True, slots=True)
class CallMediaBack:
    """Our own media, which had stood still, go on as they were."""


@dataclass(frozen=True, slots=True)
class CallServerAway:
    """The line to the server is gone, or back with our seat."""

    away: bool


@dataclass(frozen=True, slots=True)
class CallResumed:
    """We sit where we sat before the line broke."""

    call: CallState


@dataclass(frozen=True, slots=True)
class RelaySeen:
    state: RelayState


@dataclass(frozen=True, slots=True)
class MediaTold:
    """Statistics of the media process."""

    pictures: tuple[PeerPicture, ...]
    frames_sent: int


@dataclass(frozen=True, slots=True)
class SourcesChanged:
    muted: bool
    camera_off: bool
    generated_picture: bool


@dataclass(frozen=True, slots=True)
class SpeakingSeen:
    """Who speaks, and whether we speak while muted."""

    speaker: UUID | None
    while_muted: bool


@dataclass(frozen=True, slots=True)
class TalkHeld:
    """The key for talking is held down, or was let go."""

    held: bool


CallFact = (
    CallChanged
    | CallJoining
    | CallEntered
    | CallEnded
    | CallReconnecting
    | CallMediaBack
    | CallServerAway
    | CallResumed
    | RelaySeen
    | MediaTold
    | SourcesChanged
    | SpeakingSeen
    | TalkHeld
)


def reduce_call(call: Call, fact: CallFact) -> Call:
    match fact:
        case CallChanged():
            return _roster(call, fact)
        case CallJoining(consultation_id):
            same = call.consultation_id == consultation_id
            return Call(
                running=call.running if same else None,
                phase=CallPhase.JOINING,
                consultation_id=consultation_id,
                muted=call.muted,
                camera_off=call.camera_off,
            )
        case CallEntered(own_peer, state):
            return replace(
                call,
                phase=CallPhase.IN,
                own_peer=own_peer,
                running=state,
                consultation_id=state.consultation_id,
                server_away=False,
            )
        case CallEnded():
            return Call(
                running=call.running,
                consultation_id=call.consultation_id,
                muted=call.muted,
                camera_off=call.camera_off,
                generated_picture=call.generated_picture,
            )
        case CallReconnecting():
            return (
                call if call.phase is CallPhase.OUT else replace(call, phase=CallPhase.RECONNECTING)
            )
        case CallMediaBack():
            return replace(call, phase=CallPhase.IN) if _reconnects(call) else call
        case CallServerAway(away):
            return call if call.phase is CallPhase.OUT else replace(call, server_away=away)
        case CallResumed(state):
            return replace(call, running=state, server_away=False, phase=CallPhase.IN)
        case RelaySeen(relay):
            return replace(call, relay=relay)
        case MediaTold(pictures, frames_sent):
            return replace(call, pictures=pictures, frames_sent=frames_sent)
        case SourcesChanged(muted, camera_off, generated):
            return replace(call, muted=muted, camera_off=camera_off, generated_picture=generated)
        case SpeakingSeen(speaker, while_muted):
            return replace(call, speaker=speaker, speaks_muted=while_muted)
        case TalkHeld(held):
            return replace(call, talking=held)
        case _:
            assert_never(fact)


def _reconnects(call: Call) -> bool:
    return call.phase is CallPhase.RECONNECTING


def _roster(call: Call, fact: CallChanged) -> Call:
    """While we take part in a call (or come back to it), no other call concerns us."""
    same = call.consultation_id == fact.consultation_id
    if call.phase is not CallPhase.OUT:
        return replace(call, running=fact.call) if same else call
    if fact.call is not None:
        return replace(call, running=fact.call, consultation_id=fact.consultation_id)
    return Call(muted=call.muted, camera_off=call.camera_off) if same else call
