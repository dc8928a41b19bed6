"""The call engine: carries out commands in one asyncio loop and tells what happens by events."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from app.media.addresses import watch_addresses
from app.media.budget import WHOLE, Line
from app.media.equipment import Devices, DeviceSource
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
    NetworkChanged,
    PeerCommand,
    PeerState,
    RelayTold,
    RemovePeer,
    SetIceServers,
    SetMuted,
    StartCall,
    Statistics,
    TurnPeer,
)
from app.media.negotiating import Path
from app.media.own_sound import OwnSound
from app.media.pair import Pair
from app.media.peer import Peer, PeerMedia
from app.media.pictures import Pictures
from app.media.player import Playing
from app.media.playing_messages import PlayerCommand
from app.media.recording import OpenVault, Recorder
from app.media.recording_messages import Record, StopWriting
from app.media.relays import Relays
from app.media.ringing import Ringing
from app.media.ringing_messages import RingCommand
from app.media.share_studio import ShareStudio
from app.media.sharing import ChooseShare, Flow, ListSurfaces, share_line, viewer_of
from app.media.signal_messages import (
    LocalCandidate,
    LocalDescription,
    PeerSends,
    RemoteCandidate,
    RemoteDescription,
    RenewalAsked,
    RenewPeer,
)
from app.media.sources import Clock
from app.media.studio import Studio
from app.media.surfaces import NoSurfaces, SurfaceHardware
from app.media.ways import Way
from protocol.call import Attempt, IceCandidate, SessionDescription

STATISTICS_EVERY = 1.0
"""Seconds between Statistics events."""


class _Call:
    """What lives from StartCall to EndCall."""

    def __init__(
        self,
        studio: Studio,
        pictures: Pictures,
        playout: Loudspeaker,
        sound: OwnSound,
        wish: StartCall,
        relays: Relays,
        share: ShareStudio,
    ) -> None:
        self.studio = studio
        self.share = share
        self.pictures = pictures
        self.sound = sound
        self.playout = playout
        self.wish = wish
        self.relays = relays
        self.pairs: dict[str, Pair] = {}
        self._lines: dict[str, Line] = {}

    def media(self, name: str, flow: Flow, clock: Clock, recorder: Recorder) -> PeerMedia:
        """What a connection of this name carries."""
        made = PeerMedia(
            video=self.studio.video,
            audio=self.studio.audio,
            pictures=self.pictures,
            playout=self.playout,
            clock=clock,
            recorder=recorder,
        )
        match flow:
            case Flow.TALK:
                return replace(made, line=self._line(name).face)
            case Flow.SHOW:
                line = self._line(viewer_of(name) or name)
                return replace(
                    made, video=self.share.video, line=line.share, pictures_go="sendonly"
                )
            case Flow.WATCH:
                return replace(made, video=self.share.nothing, line=WHOLE, pictures_go="recvonly")

    def _line(self, peer_id: str) -> Line:
        line = self._lines.setdefault(peer_id, Line())
        line.shares(self.share.content if self.shows_to(peer_id) else None)
        return line

    def shows_to(self, peer_id: str) -> bool:
        return share_line(peer_id) in self.pairs

    def look_at_lines(self) -> None:
        """After a connection of the share came or went, or another thing is shared."""
        for peer_id in tuple(self._lines):
            self._line(peer_id)

    async def choose(self, command: ChooseSources) -> None:
        await self.studio.choose(command.video, command.audio)
        if command.speaker is not None:
            await self.playout.choose(command.speaker)
        if isinstance(command.audio, DeviceSource) and self.wish.play_audio:
            self.sound.begin()

    async def devices_changed(self, devices: Devices) -> None:
        await self.studio.devices_changed(devices)
        await self.playout.devices_changed(devices)

    async def close(self) -> None:
        await asyncio.gather(*(self.remove(peer_id) for peer_id in tuple(self.pairs)))
        await self.studio.close()
        await self.share.close()
        await self.sound.close()
        self.playout.close()

    async def remove(self, peer_id: str) -> None:
        """Ends what there was with a participant; its picture goes too."""
        pair = self.pairs.pop(peer_id)
        await pair.close()
        self.pictures.forget(peer_id)
        self.playout.forget(peer_id)
        self.sound.forget(peer_id)
        if viewer_of(peer_id) is None:
            self._lines.pop(peer_id, None)
        self.look_at_lines()


class _Speaking:
    """What one pair has to say, as events."""

    def __init__(self, peer_id: str, emit: Callable[[Event], None]) -> None:
        self._peer_id = peer_id
        self._emit = emit

    def described(self, description: SessionDescription) -> None:
        self._emit(LocalDescription(peer_id=self._peer_id, description=description))

    def found(self, candidate: IceCandidate) -> None:
        self._emit(LocalCandidate(peer_id=self._peer_id, candidate=candidate))

    def asks(self) -> None:
        self._emit(RenewalAsked(peer_id=self._peer_id))

    def changed(self, state: ConnectionState) -> None:
        self._emit(PeerState(peer_id=self._peer_id, state=state))

    def failed(self, code: FailureCode) -> None:
        self._emit(Failed(code=code, peer_id=self._peer_id))


class CallEngine:
    """Owner of the call's peers and sources.

    Args:
        emit: gets every event, in the engine's loop.
        pictures: where pictures are shown.
        hardware: the real devices.
        open_vault: where a recording is kept; None where it cannot be.
        surfaces: screens and windows.
    """

    def __init__(
        self,
        emit: Callable[[Event], None],
        pictures: Pictures,
        hardware: Hardware,
        clock: Clock,
        open_vault: OpenVault | None = None,
        surfaces: SurfaceHardware | None = None,
    ) -> None:
        self._emit = emit
        self._recorder = Recorder(emit, open_vault)
        self._playing = Playing(hardware, pictures, clock, emit)
        self._surfaces = surfaces or NoSurfaces(emit)
        self._pictures = pictures
        self._hardware = hardware
        self._clock = clock
        self._call: _Call | None = None
        self._ringing = Ringing(
            hardware, clock, lambda: None if self._call is None else self._call.playout
        )
        self._watching: tuple[asyncio.Task[None], ...] = ()
        self._plugging: set[asyncio.Task[None]] = set()
        self._watches = False

    async def handle(self, command: Command) -> None:
        """Carries out one command; what goes wrong is a Failed event."""
        if not self._watches:
            self._watches = True
            self._hardware.watch(self._plugged)
        if isinstance(command, PlayerCommand):
            await self._playing.handle(command)
            return
        if isinstance(command, RingCommand):
            await self._ringing.handle(command)
            return
        match command:
            case StartCall():
                await self._start(command)
            case (
                AddPeer()
                | TurnPeer()
                | RemovePeer()
                | RemoteDescription()
                | RemoteCandidate()
                | RenewPeer()
                | PeerSends()
            ):
                await self._handle_peer(command)
            case SetIceServers():
                if call := self._current():
                    call.relays.use(command.ice_servers)
            case SetMuted():
                if call := self._current():
                    await call.studio.mute(audio=command.audio, video=command.video)
            case ChooseSources():
                if call := self._current():
                    await call.choose(command)
            case ListDevices():
                self._emit(await self._hardware.list_devices())
            case Record():
                self._recorder.begin(command)
            case StopWriting():
                self._recorder.end()
            case ListSurfaces():
                self._surfaces.look()
            case ChooseShare():
                if call := self._current():
                    await call.share.choose(command.source)
                    call.look_at_lines()
            case EndCall():
                await self._end()
            case _:
                assert_never(command)

    async def statistics(self) -> Statistics:
        """The statistics of every peer now."""
        pairs = tuple(self._call.pairs.values()) if self._call is not None else ()
        counted = [await pair.statistics() for pair in pairs]
        return Statistics(peers=tuple(one for one in counted if one is not None))

    async def close(self) -> None:
        """Ends the call, if there is one, and everything else."""
        await self._ringing.close()
        await self._end()
        await self._playing.close()
        await self._recorder.close()

    async def _end(self) -> None:
        self._recorder.end()
        call, self._call = self._call, None
        watching, self._watching = (*self._watching, *self._plugging), ()
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        if call is not None:
            await call.close()

    async def _start(self, command: StartCall) -> None:
        await self._end()
        sound = OwnSound(Hearing(SELF_VIEW), self._emit)
        studio = Studio(self._hardware, self._pictures, self._clock, self._emit, sound.treat)
        playout = Loudspeaker(self._hardware, self._emit, sound.played)
        if isinstance(command.audio, DeviceSource) and command.play_audio:
            sound.begin()
        if command.play_audio:
            await playout.choose(command.speaker)
        relays = Relays(
            command.ice_servers,
            command.ice_transport_policy,
            lambda state: self._emit(RelayTold(state=state)),
        )
        share = ShareStudio(self._hardware, self._surfaces, self._pictures, self._clock, self._emit)
        self._call = call = _Call(studio, self._pictures, playout, sound, command, relays, share)
        self._watching = (
            asyncio.create_task(self._tick(), name="statistics"),
            asyncio.create_task(self._listen(call), name="levels"),
            asyncio.create_task(watch_addresses(self._network_changed), name="addresses"),
        )
        await studio.choose(command.video, command.audio)

    async def _handle_peer(self, command: PeerCommand) -> None:
        call = self._current()
        if call is None:
            return
        pair = call.pairs.get(command.peer_id)
        if isinstance(command, AddPeer):
            if pair is not None:
                self._failed(FailureCode.PEER_EXISTS, command.peer_id)
                return
            call.pairs[command.peer_id] = self._pair(call, command)
            call.look_at_lines()
        elif pair is None:
            if not isinstance(command, RemovePeer):
                self._failed(FailureCode.UNKNOWN_PEER, command.peer_id)
        elif isinstance(command, RemovePeer):
            await call.remove(command.peer_id)
        elif isinstance(command, TurnPeer):
            pair.turn(Way(command.role, command.direction))
        else:
            pair.signalled(command)

    def _pair(self, call: _Call, command: AddPeer) -> Pair:
        media = call.media(command.peer_id, command.flow, self._clock, self._recorder)
        codec = call.wish.codec if command.flow is Flow.TALK else "VP8"

        def make(
            way: Way,
            attempt: Attempt | None,
            described: Callable[[SessionDescription], None],
            found: Callable[[IceCandidate], None],
            changed: Callable[[ConnectionState], None],
        ) -> Peer:
            return Peer(
                command.peer_id,
                way,
                attempt,
                Path(call.wish.ice_servers, call.relays),
                media,
                on_description=described,
                on_candidate=found,
                on_state=changed,
                codec=codec,
            )

        told = _Speaking(command.peer_id, self._emit)
        way = Way(command.role, command.direction)
        return Pair(way, make, told, self._clock, again=command.again)

    def _network_changed(self, addresses: frozenset[str]) -> None:
        self._emit(NetworkChanged(addresses=tuple(sorted(addresses))))
        if self._call is not None:
            self._call.relays.begin_anew()
            for pair in self._call.pairs.values():
                pair.network_changed(addresses)

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
            call.sound.hearing.look(now, muted=call.studio.audio.muted, tell=self._emit)
            await self._clock.until(now + LOOK_EVERY)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(STATISTICS_EVERY)
            self._emit(await self.statistics())
