"""What the window and the media process say to each other (JSON lines, see `app.ipc`).

Commands go down, events come up. What two peers have to say to each other passes as it is, see
`app.media.signal_messages`.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from app.media.equipment import DeviceInUse, Devices, DeviceSource
from app.media.loudness import SoundLevels, SoundTreatment, Speaking
from app.media.playing_messages import PlayerCommand, PlayerEvent
from app.media.recording_messages import Record, RecordingWritten, StopWriting
from app.media.ringing_messages import RingCommand
from app.media.sharing import ChooseShare, Flow, ListSurfaces, ShareLost, Surfaces
from app.media.signal_messages import LocalSignal, PeerSignal
from protocol.base import Message
from protocol.call import IceServer, IceTransportPolicy, Limit, Motion

SELF_VIEW = "self"
"""The stream name of one's own picture; every other stream is named by its peer id."""


# --- sources -------------------------------------------------------------------------------


class GeneratedSource(Message):
    """A moving picture or a speech-like tone made by the program."""

    kind: Literal["generated"] = "generated"
    width: int = Field(default=640, ge=64, le=1920)
    height: int = Field(default=480, ge=64, le=1080)
    fps: int = Field(default=25, ge=1, le=60)
    noise: int = Field(default=0, ge=0, le=64)
    """Standard deviation of the grey levels' noise, as of a camera in a dark room."""


class FileSource(Message):
    """A media file played in a loop."""

    kind: Literal["file"] = "file"
    path: Path


class NoSource(Message):
    """Nothing is sent."""

    kind: Literal["none"] = "none"


Source = Annotated[
    GeneratedSource | FileSource | DeviceSource | NoSource, Field(discriminator="kind")
]


# --- commands ------------------------------------------------------------------------------


class Role(StrEnum):
    """Who makes the offer between two peers; the server decides by the order of joining."""

    OFFERER = "offerer"
    ANSWERER = "answerer"


class Direction(StrEnum):
    """Which way media go in a pair; one way only where a call passes an SFU."""

    BOTH = "both"
    SEND = "send"
    RECEIVE = "receive"


class StartCall(Message):
    """Opens the sources. `ice_servers` is empty unless the site has its own.

    `ice_transport_policy` is `relay` where direct paths are forbidden.
    `codec` is the one asked for in offers and answers; None leaves it to the order of the library.
    """

    kind: Literal["start-call"] = "start-call"
    ice_servers: tuple[IceServer, ...] = ()
    ice_transport_policy: IceTransportPolicy = "all"
    video: Source = GeneratedSource()
    audio: Source = GeneratedSource()
    play_audio: bool = True
    speaker: DeviceSource = DeviceSource()
    codec: Literal["VP8", "H264"] | None = None


class SetIceServers(Message):
    """Fresh credentials, for connections that are made from now on."""

    kind: Literal["set-ice-servers"] = "set-ice-servers"
    ice_servers: tuple[IceServer, ...]


class AddPeer(Message):
    """`again`: the peer knows us already, and is asked for an offer if it is to offer. `flow` SHOW
    is the connection of our share, which has a name of its own (`share_line`)."""

    kind: Literal["add-peer"] = "add-peer"
    peer_id: str
    role: Role
    again: bool = False
    direction: Direction = Direction.BOTH
    flow: Flow = Flow.TALK


class TurnPeer(Message):
    """Media take another way from now on; the old connection goes on until the other is up."""

    kind: Literal["turn-peer"] = "turn-peer"
    peer_id: str
    role: Role
    direction: Direction


class RemovePeer(Message):
    kind: Literal["remove-peer"] = "remove-peer"
    peer_id: str


class SetMuted(Message):
    """Muted video closes the camera; muted audio sends no packet at all."""

    kind: Literal["set-muted"] = "set-muted"
    audio: bool
    video: bool


class ChooseSources(Message):
    """Changes the sources of the running call without a new negotiation."""

    kind: Literal["choose-sources"] = "choose-sources"
    video: Source | None = None
    audio: Source | None = None
    speaker: DeviceSource | None = None


class ListDevices(Message):
    kind: Literal["list-devices"] = "list-devices"


class EndCall(Message):
    kind: Literal["end-call"] = "end-call"


PeerCommand = AddPeer | TurnPeer | RemovePeer | PeerSignal
Command = Annotated[
    StartCall
    | SetIceServers
    | PeerCommand
    | SetMuted
    | ChooseSources
    | ListDevices
    | Record
    | StopWriting
    | PlayerCommand
    | RingCommand
    | ListSurfaces
    | ChooseShare
    | EndCall,
    Field(discriminator="kind"),
]


# --- events --------------------------------------------------------------------------------


class Ready(Message):
    """The process is up and takes commands."""

    kind: Literal["ready"] = "ready"
    pid: int


class RelayState(StrEnum):
    """NONE: the site has no relay. REFUSED: it answers, but not to our credentials."""

    NONE = "none"
    READY = "ready"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


class RelayTold(Message):
    """How the site's relays are, whenever that changes."""

    kind: Literal["relay-told"] = "relay-told"
    state: RelayState


class NetworkChanged(Message):
    """This computer has other addresses than before."""

    kind: Literal["network-changed"] = "network-changed"
    addresses: tuple[str, ...]


class ConnectionState(StrEnum):
    """SILENT: no packet comes; the connection is made anew until CONNECTED follows."""

    NEW = "new"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    SILENT = "silent"
    FAILED = "failed"
    CLOSED = "closed"


class PeerState(Message):
    """How it is with a peer; FAILED is told of no peer, only of one of its connections."""

    kind: Literal["peer-state"] = "peer-state"
    peer_id: str
    state: ConnectionState


class Frames(Message):
    """Pictures of the stream are in this shared memory from now on (`app.media.frames`)."""

    kind: Literal["frames"] = "frames"
    stream: str
    memory: str
    width: int
    height: int


class FramesGone(Message):
    """The stream has no picture any more (the peer left, or a camera was closed)."""

    kind: Literal["frames-gone"] = "frames-gone"
    stream: str


class PeerStatistics(Message):
    """Totals since the peer was added, rates over the last interval.

    Units: packets, frames (audio: 20 ms each), milliseconds, bits per second, pixels. `None` means
    not measured yet. `frames_received` are complete encoded pictures, `frames_decoded` pictures.

    `audio_slots` are the 20 ms of sound the other side sent, over outages and new connections too,
    `audio_concealed` those without decoded sound. What we send: `target_kbps` for all, on `rung`
    (`app.media.ladder`), in `motion` and not better because of `limit`; `queue_ms` and `lost_out`
    (0 to 1) are how the line to the peer is by its reports. `their_motion` and `their_limit` are
    what the peer says of its pictures, and `their_camera_off` and `their_microphone_off` that none
    are meant to come, or no sound. `picture_too_large`: what comes is not decoded for its size.
    `reconnects` counts the connections that took the place of another; `local_candidate` and
    `remote_candidate` are the kinds of the path in use, e.g. `host` or `relay/tcp`.
    """

    peer_id: str
    state: ConnectionState
    frames_sent: int = 0
    audio_frames_sent: int = 0
    frames_received: int = 0
    frames_decoded: int = 0
    audio_frames_received: int = 0
    packets_lost: int = 0
    rtt_ms: float | None = None
    jitter_ms: float | None = None
    bitrate_in_bps: int = 0
    bitrate_out_bps: int = 0
    width: int = 0
    height: int = 0
    fps: float = 0.0
    freezes: int = 0
    audio_slots: int = 0
    audio_concealed: int = 0
    key_frames_sent: int = 0
    packets_resent: int = 0
    target_kbps: int = 0
    rung: str = ""
    motion: Motion = Motion.FLUENT
    limit: Limit = Limit.NONE
    queue_ms: float | None = None
    lost_out: float = 0.0
    their_motion: Motion | None = None
    their_limit: Limit | None = None
    their_camera_off: bool = False
    picture_too_large: bool = False
    their_microphone_off: bool = False
    reconnects: int = 0
    local_candidate: str = ""
    remote_candidate: str = ""


class Statistics(Message):
    kind: Literal["statistics"] = "statistics"
    peers: tuple[PeerStatistics, ...]


class MediaKind(StrEnum):
    VIDEO = "video"
    AUDIO = "audio"


class SourceFallback(Message):
    """The wished source cannot be used (any more).

    In its place a generated one is sent; for a microphone nothing, as a tone would be no speech.
    """

    kind: Literal["source-fallback"] = "source-fallback"
    media: MediaKind
    wished: Literal["device", "file"]


class FailureCode(StrEnum):
    NO_CALL = "no-call"
    UNKNOWN_PEER = "unknown-peer"
    PEER_EXISTS = "peer-exists"
    NEGOTIATION = "negotiation"
    INTERNAL = "internal"


class Failed(Message):
    """A command could not be carried out; nothing else is disturbed."""

    kind: Literal["failed"] = "failed"
    code: FailureCode
    peer_id: str | None = None


Event = Annotated[
    Ready
    | LocalSignal
    | RelayTold
    | NetworkChanged
    | PeerState
    | Frames
    | FramesGone
    | Statistics
    | SourceFallback
    | Devices
    | DeviceInUse
    | SoundLevels
    | Speaking
    | SoundTreatment
    | RecordingWritten
    | PlayerEvent
    | Surfaces
    | ShareLost
    | Failed,
    Field(discriminator="kind"),
]

COMMANDS: TypeAdapter[Command] = TypeAdapter(Command)
EVENTS: TypeAdapter[Event] = TypeAdapter(Event)
