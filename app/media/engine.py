"""The call engine: carries out commands in one asyncio loop and tells what happens by events."""

import asyncio
import logging
from collections.abc import Callable
from typing import assert_never

import av

from app.media.equipment import Devices
from app.media.errors import NegotiationError
from app.media.hardware import Hardware
from app.media.levels import LOOK_EVERY, Hearing
from app.media.loudspeaker import Loudspeaker
from app.media.messages import (
    SELF_VIEW,
    AddPeer,
    ChooseSources,
    Command,
    ConnectionState,
    EndCall,
    Event,
    Failed,
    FailureCode,
    ListDevices,
    LocalDescription,
    PeerCommand,
    PeerState,
    RemoteCandidate,
    RemoteDescription,
    RemovePeer,
    SetMuted,
    StartCall,
    Statistics,
)
from app.media.peer import Peer, PeerMedia
from app.media.pictures import Pictures
from app.media.sources import Clock
from app.media.studio import Studio
from protocol.call import SessionDescription

log = logging.getLogger(__name__)

STATISTICS_EVERY = 1.0
"""Seconds between Statistics events."""


class _Seat:
    """A peer and the commands for it, carried out in order by a task of its own.

    Gathering may take seconds when a STUN server is unreachable; the other peers must not wait.
    """

    def __init__(self, peer: Peer, failed: Callable[[FailureCode], None]) -> None:
        self.peer = peer
        self._failed = failed
        self._work: asyncio.Queue[RemoteDescription | RemoteCandidate] = asyncio.Queue()
        self._task = asyncio.create_task(self._run(), name="peer")

    def enqueue(self, command: RemoteDescription | RemoteCandidate) -> None:
        self._work.put_nowait(command)

    async def leave(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.peer.close()

    async def _run(self) -> None:
        await self._guard(None)
        while True:
            await self._guard(await self._work.get())

    async def _guard(self, command: RemoteDescription | RemoteCandidate | None) -> None:
        try:
            match command:
                case None:
                    await self.peer.start()
                case RemoteDescription():
                    await self.peer.accept(command.description)
                case RemoteCandidate():
                    await self.peer.add_candidate(command.candidate)
                case _:
                    assert_never(command)
        except NegotiationError as error:
            log.warning("negotiation: %s", error)
            self._failed(FailureCode.NEGOTIATION)
        except (ValueError, OSError) as error:
            # An ICE server's address or the network itself is unusable.
            log.error("peer: %s", type(error).__name__)
            self._failed(FailureCode.INTERNAL)


class _Call:
    """What lives from StartCall to EndCall."""

    def __init__(
        self, studio: Studio, playout: Loudspeaker, hearing: Hearing, wish: StartCall
    ) -> None:
        self.studio = studio
        self.hearing = hearing
        self.playout = playout
        self.wish = wish
        self.seats: dict[str, _Seat] = {}

    async def devices_changed(self, devices: Devices) -> None:
        await self.studio.devices_changed(devices)
        await self.playout.devices_changed(devices)

    async def close(self) -> None:
        await asyncio.gather(*(seat.leave() for seat in self.seats.values()))
        self.seats.clear()
        await self.studio.close()
        self.playout.close()


class CallEngine:
    """Owner of the call's peers and sources.

    Args:
        emit: gets every event, in the engine's loop.
        pictures: where pictures are shown.
        hardware: the real devices.
    """

    def __init__(
        self,
        emit: Callable[[Event], None],
        pictures: Pictures,
        hardware: Hardware,
        clock: Clock,
    ) -> None:
        self._emit = emit
        self._pictures = pictures
        self._hardware = hardware
        self._clock = clock
        self._call: _Call | None = None
        self._ticker: asyncio.Task[None] | None = None
        self._listener: asyncio.Task[None] | None = None
        self._plugging: set[asyncio.Task[None]] = set()
        self._watches = False

    async def handle(self, command: Command) -> None:
        """Carries out one command; what goes wrong is a Failed event."""
        if not self._watches:
            self._watches = True
            self._hardware.watch(self._plugged)
        match command:
            case StartCall():
                await self._start(command)
            case AddPeer() | RemovePeer() | RemoteDescription() | RemoteCandidate():
                await self._handle_peer(command)
            case SetMuted():
                if call := self._current():
                    await call.studio.mute(audio=command.audio, video=command.video)
            case ChooseSources():
                if call := self._current():
                    await call.studio.choose(command.video, command.audio)
                    if command.speaker is not None:
                        await call.playout.choose(command.speaker)
            case ListDevices():
                self._emit(await self._hardware.list_devices())
            case EndCall():
                await self.close()
            case _:
                assert_never(command)

    async def statistics(self) -> Statistics:
        """The statistics of every peer now."""
        seats = tuple(self._call.seats.values()) if self._call is not None else ()
        return Statistics(peers=tuple([await seat.peer.statistics() for seat in seats]))

    async def close(self) -> None:
        """Ends the call, if there is one."""
        call, self._call = self._call, None
        watching = [task for task in (self._ticker, self._listener) if task is not None]
        self._ticker = self._listener = None
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        for task in tuple(self._plugging):
            task.cancel()
        if call is not None:
            await call.close()

    async def _start(self, command: StartCall) -> None:
        await self.close()
        hearing = Hearing(SELF_VIEW)

        def treat(frame: av.AudioFrame) -> av.AudioFrame:
            hearing.heard(SELF_VIEW, frame)
            return frame

        studio = Studio(self._hardware, self._pictures, self._clock, self._emit, treat)
        playout = Loudspeaker(self._hardware, self._emit, hearing.heard)
        if command.play_audio:
            await playout.choose(command.speaker)
        self._call = _Call(studio, playout, hearing, command)
        self._ticker = asyncio.create_task(self._tick(), name="statistics")
        self._listener = asyncio.create_task(self._listen(self._call), name="levels")
        await studio.choose(command.video, command.audio)

    async def _handle_peer(self, command: PeerCommand) -> None:
        call = self._current()
        if call is None:
            return
        seat = call.seats.get(command.peer_id)
        if isinstance(command, AddPeer):
            if seat is not None:
                self._failed(FailureCode.PEER_EXISTS, command.peer_id)
                return
            call.seats[command.peer_id] = self._seat(call, command)
        elif seat is None:
            if not isinstance(command, RemovePeer):
                self._failed(FailureCode.UNKNOWN_PEER, command.peer_id)
        elif isinstance(command, RemovePeer):
            del call.seats[command.peer_id]
            call.hearing.forget(command.peer_id)
            await seat.leave()
        else:
            seat.enqueue(command)

    def _seat(self, call: _Call, command: AddPeer) -> _Seat:
        peer_id = command.peer_id

        def described(description: SessionDescription) -> None:
            self._emit(LocalDescription(peer_id=peer_id, description=description))

        def changed(state: ConnectionState) -> None:
            self._emit(PeerState(peer_id=peer_id, state=state))

        media = PeerMedia(
            video=call.studio.video,
            audio=call.studio.audio,
            pictures=self._pictures,
            playout=call.playout,
            clock=self._clock,
        )
        peer = Peer(
            peer_id,
            command.role,
            call.wish.ice_servers,
            media,
            on_description=described,
            on_state=changed,
            codec=call.wish.codec,
        )
        return _Seat(peer, lambda code: self._failed(code, peer_id))

    def _plugged(self, devices: Devices) -> None:
        """A device came or went."""
        self._emit(devices)
        if (call := self._call) is not None:
            task = asyncio.create_task(call.devices_changed(devices), name="devices")
            self._plugging.add(task)
            task.add_done_callback(self._plugging.discard)

    def _current(self) -> _Call | None:
        if self._call is None:
            self._failed(FailureCode.NO_CALL)
        return self._call

    def _failed(self, code: FailureCode, peer_id: str | None = None) -> None:
        self._emit(Failed(code=code, peer_id=peer_id))

    async def _listen(self, call: _Call) -> None:
        while True:
            now = self._clock.now()
            call.hearing.look(now, muted=call.studio.audio.muted, tell=self._emit)
            await self._clock.until(now + LOOK_EVERY)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(STATISTICS_EVERY)
            self._emit(await self.statistics())
