"""A windowless participant: the real engine in this process, for `huizhen join` and for tests."""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

from app.media.engine import CallEngine
from app.media.hardware import Hardware, NoHardware
from app.media.messages import (
    ConnectionState,
    Event,
    Failed,
    FailureCode,
    GeneratedSource,
    MediaKind,
    NetworkChanged,
    PeerCommand,
    PeerState,
    PeerStatistics,
    RelayState,
    RelayTold,
    SetIceServers,
    Source,
    SourceFallback,
    StartCall,
    Statistics,
)
from app.media.pictures import NoPictures
from app.media.signal_messages import LocalCandidate, LocalDescription, LocalSignal, RenewalAsked
from app.media.signals import signal_of
from app.media.sources import MonotonicClock
from protocol.base import Message
from protocol.call import IceServer, IceTransportPolicy, Signal

PATIENCE = 30.0
"""Seconds to wait for the first peer to be connected."""


class Signalling(Protocol):
    """The way to the other participants, e.g. the server's WebSocket."""

    async def send(self, peer_id: str, signal: Signal) -> None:
        """Sends what one has to say to a peer."""
        ...

    def incoming(self) -> AsyncIterator[PeerCommand | SetIceServers]:
        """Who joins and leaves, and what they signal; ends when the call ends."""
        ...

    def network_changed(self, addresses: tuple[str, ...]) -> None:
        """This computer has other addresses: the line may be gone without a word."""
        ...

    def doubtful(self) -> None:
        """A peer has fallen silent: the line may be gone without a word."""
        ...


class SecondOfCall(Message):
    """The statistics of every peer at one moment; totals since the peer was met.

    `at` is in seconds since the first statistics.
    """

    at: float
    peers: tuple[PeerStatistics, ...]


class ParticipantStatistics(Message):
    """What a participant sent and received; `peers` holds everyone who was met, by peer id.

    `relay` is how the site's relays were at last, `relay_troubles` what was wrong with them.
    """

    connected: bool
    seconds: float
    peers: tuple[PeerStatistics, ...]
    fallbacks: tuple[MediaKind, ...]
    failures: tuple[FailureCode, ...]
    each_second: tuple[SecondOfCall, ...] = ()
    relay: RelayState = RelayState.NONE
    relay_troubles: tuple[RelayState, ...] = ()

    def used_paths(self) -> set[str]:
        """The path to each peer in the latest second that brought pictures, `local - remote`.

        The last second of all may be one in which the peer had already gone.
        """
        paths = {
            peer.peer_id: f"{peer.local_candidate} - {peer.remote_candidate}"
            for second in self.each_second
            for peer in second.peers
            if peer.fps and peer.local_candidate
        }
        return set(paths.values())


class _Participant:
    """Collects what the engine says, and sends what must be sent."""

    def __init__(self, signalling: Signalling, hardware: Hardware) -> None:
        self._signalling = signalling
        self._outgoing: asyncio.Queue[LocalSignal] = asyncio.Queue()
        self._met: dict[str, PeerStatistics] = {}
        self._fallbacks: list[MediaKind] = []
        self._failures: list[FailureCode] = []
        self._seconds: list[SecondOfCall] = []
        self._relay = RelayState.NONE
        self._relay_troubles: list[RelayState] = []
        self._clock = MonotonicClock()
        self._began: float | None = None
        self.connected = asyncio.Event()
        self.engine = CallEngine(self._heard, NoPictures(), hardware, self._clock)

    async def send(self) -> None:
        """Sends signals in order, for ever."""
        while True:
            event = await self._outgoing.get()
            await self._signalling.send(event.peer_id, signal_of(event))

    async def receive(self) -> None:
        """Carries out what comes in until signalling ends."""
        async for command in self._signalling.incoming():
            await self.engine.handle(command)

    async def result(self, seconds: float) -> ParticipantStatistics:
        self._heard(await self.engine.statistics())
        return ParticipantStatistics(
            connected=self.connected.is_set(),
            seconds=round(seconds, 2),
            peers=tuple(self._met[peer_id] for peer_id in sorted(self._met)),
            fallbacks=tuple(self._fallbacks),
            failures=tuple(self._failures),
            each_second=tuple(self._seconds),
            relay=self._relay,
            relay_troubles=tuple(self._relay_troubles),
        )

    def _heard(self, event: Event) -> None:
        match event:
            case LocalDescription() | LocalCandidate() | RenewalAsked():
                self._outgoing.put_nowait(event)
            case NetworkChanged():
                self._signalling.network_changed(event.addresses)
            case RelayTold():
                self._relay = event.state
                if event.state in (RelayState.REFUSED, RelayState.UNREACHABLE):
                    self._relay_troubles.append(event.state)
            case PeerState(state=ConnectionState.SILENT):
                self._signalling.doubtful()
            case Statistics():
                self._met.update({peer.peer_id: peer for peer in event.peers})
                if event.peers:
                    now = self._clock.now()
                    self._began = self._began if self._began is not None else now
                    at = round(now - self._began, 2)
                    self._seconds.append(SecondOfCall(at=at, peers=event.peers))
            case PeerState(state=ConnectionState.CONNECTED):
                self.connected.set()
            case SourceFallback():
                self._fallbacks.append(event.media)
            case Failed():
                self._failures.append(event.code)
            case _:
                pass


async def run_participant(
    signalling: Signalling,
    source: Source | None = None,
    seconds: float = 10.0,
    *,
    ice_servers: tuple[IceServer, ...] = (),
    ice_transport_policy: IceTransportPolicy = "all",
    hardware: Hardware | None = None,
    patience: float = PATIENCE,
    enough: asyncio.Event | None = None,
) -> ParticipantStatistics:
    """Takes part in a call and returns its statistics.

    Args:
        signalling: how peers are met.
        source: what is sent (picture and sound; a file without one of them sends a generated one).
        seconds: how long to stay after the first peer is connected.
        ice_servers, ice_transport_policy: as the server gave them.
        patience: seconds to wait for the first connection before giving up; see `connected`.
        enough: set when the caller wants to leave before that.
    """
    participant = _Participant(signalling, hardware or NoHardware())
    wish = source or GeneratedSource()
    loop = asyncio.get_running_loop()
    await participant.engine.handle(
        StartCall(
            ice_servers=ice_servers,
            ice_transport_policy=ice_transport_policy,
            video=wish,
            audio=wish,
            play_audio=False,
        )
    )
    sending = asyncio.create_task(participant.send())
    receiving = asyncio.create_task(participant.receive())
    leaving = asyncio.create_task((enough or asyncio.Event()).wait())
    over = {receiving, sending, leaving}
    try:
        started = loop.time()
        joined = asyncio.create_task(participant.connected.wait())
        await asyncio.wait({joined, *over}, timeout=patience, return_when="FIRST_COMPLETED")
        joined.cancel()
        if participant.connected.is_set():
            started = loop.time()
            await asyncio.wait(over, timeout=seconds, return_when="FIRST_COMPLETED")
        result = await participant.result(loop.time() - started)
    finally:
        for task in over:
            task.cancel()
        ended = await asyncio.gather(sending, receiving, return_exceptions=True)
        await participant.engine.close()
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome  # signalling failed: its owner knows the words
    return result
