"""The call: the server's roster and signalling on one side, the media process on the other."""

import asyncio
import logging
from collections.abc import Callable
from typing import assert_never
from uuid import UUID

from app.ipc.errors import ChildNotRunningError, ChildStartError
from app.media.equipment import DeviceInUse
from app.media.equipment import Devices as DeviceList
from app.media.link import MediaLink
from app.media.loudness import SoundLevels, SoundTreatment, Speaking
from app.media.messages import (
    AddPeer,
    Command,
    ConnectionState,
    EndCall,
    Event,
    Failed,
    Frames,
    FramesGone,
    NetworkChanged,
    PeerState,
    Ready,
    RelayTold,
    RemovePeer,
    Role,
    SetIceServers,
    SetMuted,
    SourceFallback,
    Statistics,
    TurnPeer,
)
from app.media.playing_messages import PlayerEvent
from app.media.recording_messages import RecordingWritten
from app.media.sharing import ShareLost, Surfaces, share_line, viewer_of
from app.media.signal_messages import LocalCandidate, LocalDescription, RenewalAsked
from app.media.signals import command_of, signal_of
from app.media.ways import Way, ways_in
from app.net.errors import Unreachable
from app.net.socket import EventSocket
from app.services.call_pictures import none_comes, told_by
from app.services.call_signals import CallSignals
from app.services.equipment import DeviceMemory, EquipmentService
from app.services.facts import Facts
from app.services.sharing import SharingService
from app.services.tasks import Tasks
from app.services.told_guests import ToldGuests
from app.services.troubles import raise_notice, trouble_of
from app.services.yielding import Yielding
from app.session.call import (
    CallEnded,
    CallEntered,
    CallJoining,
    CallMediaBack,
    CallPhase,
    CallReconnecting,
    CallResumed,
    CallServerAway,
    RelaySeen,
    SourcesChanged,
    TalkHeld,
)
from app.session.notices import Severity, Trouble
from app.session.sharing import SharingAllowed
from protocol.base import new_id
from protocol.call import CallState, JoinedCall, SessionDescription
from protocol.socket import (
    CallChanged,
    CallJoined,
    JoinCall,
    LeaveCall,
    Refused,
    SeatLost,
    ShareStarted,
    SignalReceived,
)

log = logging.getLogger(__name__)


class CallService:
    """In one call at a time. Of two peers the one that joined later makes the offer.

    The server keeps our seat while the line to it is gone, and media do not notice; signals wait
    here until the seat is ours again. When the media process dies, the seat stays and the
    connections are made anew.
    """

    def __init__(
        self,
        facts: Facts,
        socket: Callable[[], EventSocket],
        tasks: Tasks,
        *,
        generated: bool,
        yielding: Yielding,
        devices: DeviceMemory,
    ) -> None:
        self._facts = facts
        self._yielding = yielding
        self._socket = socket
        self._tasks = tasks
        self._ref: UUID | None = None
        self._joined: JoinedCall | None = None
        self._peers: dict[UUID, Way] = {}
        self._media_died = False
        self.on_recording: Callable[[RecordingWritten | PlayerEvent], None] = lambda _event: None
        self.on_media_lost: Callable[[], None] = lambda: None
        self.media = MediaLink(
            on_event=self._media_said, on_lost=self._media_lost, on_stalled=self._media_stalled
        )
        self.equipment = EquipmentService(facts, devices, self.media, generated=generated)
        self.sharing = SharingService(facts, socket, self._tell_media, generated=generated)
        self._guests = ToldGuests(socket, tasks)
        self._signals = CallSignals(
            socket,
            tasks,
            place=lambda: self._joined.call.consultation_id if self._joined else None,
            away=lambda: facts.state.call.server_away,
            known=lambda peer: peer in self._peers,
        )

    # --- what a person wants -------------------------------------------------------------

    async def join(self) -> None:
        case = self._facts.state.case
        if case is None or self._facts.state.call.phase is not CallPhase.OUT:
            return
        self._facts.apply(CallJoining(case.id))
        try:
            if not self.media.running:
                await self.media.start()
            await self._ask_to_join(case.id)
        except (ChildStartError, Unreachable) as error:
            self._facts.apply(CallEnded())
            code, details = trouble_of(error)
            raise_notice(self._facts, code, details)

    async def _ask_to_join(self, consultation_id: UUID) -> None:
        self._ref = new_id()
        seat = self._joined.peer_id if self._joined is not None else None
        wish = JoinCall(ref=self._ref, consultation_id=consultation_id, seat=seat)
        await self._socket().send(wish)

    async def leave(self) -> None:
        consultation_id = self._facts.state.call.consultation_id
        self._joined = None
        self._drop_media()
        self._facts.apply(CallEnded())
        if consultation_id is not None:
            try:
                await self._socket().send(LeaveCall(consultation_id=consultation_id))
            except Unreachable:
                log.info("the server notices the end of the call by itself")

    def mute(self, *, muted: bool) -> None:
        self._set_sources(muted=muted, camera_off=self._facts.state.call.camera_off)

    def camera_off(self, *, off: bool) -> None:
        self._set_sources(muted=self._facts.state.call.muted, camera_off=off)

    def _set_sources(self, *, muted: bool, camera_off: bool) -> None:
        generated = self._facts.state.call.generated_picture
        self._facts.apply(SourcesChanged(muted, camera_off, generated))
        self._facts.apply(TalkHeld(False))
        self._tell_media(SetMuted(audio=muted, video=camera_off))

    async def close(self) -> None:
        """Leaves and ends the media process."""
        if self._facts.state.call.phase is not CallPhase.OUT:
            await self.leave()
        await self.media.close()

    # --- what the server says ------------------------------------------------------------

    def heard(
        self, message: CallJoined | ShareStarted | SignalReceived | SeatLost | CallChanged | Refused
    ) -> None:
        match message:
            case CallJoined():
                if message.ref == self._ref:
                    self._seated(message.joined)
            case ShareStarted():
                self.sharing.started(message)
            case SignalReceived():
                self._signal(message)
            case CallChanged():
                self._roster(message)
            case SeatLost():
                self._lost_seat(message)
            case Refused():
                if self.sharing.refused(message):
                    return
                if message.ref is not None and message.ref == self._ref:
                    self._joined = None
                    self._drop_media()
                    self._facts.apply(CallEnded())
                    raise_notice(self._facts, message.problem.code)
            case _:
                assert_never(message)

    def connection_back(self) -> None:
        """The socket is a new one: takes our seat again, from which media may still flow."""
        if self._joined is not None:
            self._tasks.start(self._take_seat(), only="take seat")

    def connection_lost(self) -> None:
        self._facts.apply(CallServerAway(True))

    async def _take_seat(self) -> None:
        if (joined := self._joined) is not None:
            try:
                await self._ask_to_join(joined.call.consultation_id)
            except Unreachable:
                log.info("the seat is taken when the connection is back")

    def _seated(self, joined: JoinedCall) -> None:
        before = self._joined
        if joined.resumed and before is not None and before.peer_id == joined.peer_id:
            self._joined = joined
            self._tell_media(SetIceServers(ice_servers=joined.ice_servers))
            self._facts.apply(CallResumed(joined.call))
            self._meet(joined.call)
            self._signals.send_on()
            self._tasks.start(self.sharing.resumed(joined.call, joined.peer_id))
        else:
            self._enter(joined)
        if joined.ice_valid_s is not None:
            self._tasks.start(self._renew_credentials(joined.ice_valid_s), only="ICE credentials")

    async def _renew_credentials(self, valid_s: int) -> None:
        """A long call asks for its seat again, and with it come fresh ones."""
        await asyncio.sleep(valid_s / 2)
        await self._take_seat()

    def _enter(self, joined: JoinedCall) -> None:
        self._joined = joined
        self.sharing.interrupted()
        self._drop_media()
        self._start_media(joined)
        for peer_id, way in ways_in(joined.call, joined.peer_id).items():
            self._add(peer_id, way)
        self._facts.apply(CallEntered(joined.peer_id, joined.call))
        self._facts.apply(SharingAllowed(joined.screen_sharing))

    def _start_media(self, joined: JoinedCall) -> None:
        call = self._facts.state.call
        self._tell_media(self.equipment.call_with(joined))
        if call.muted or call.camera_off:
            self._tell_media(SetMuted(audio=call.muted, video=call.camera_off))
        generated = self.equipment.generated_picture
        self._facts.apply(SourcesChanged(call.muted, call.camera_off, generated))

    def _roster(self, message: CallChanged) -> None:
        joined, call = self._joined, self._facts.state.call
        if joined is None or message.consultation_id != joined.call.consultation_id:
            return
        if message.call is not None:
            self._meet(message.call)
        elif call.phase is CallPhase.IN and not call.server_away:
            self._tasks.start(self.leave(), only="leave call")

    def _meet(self, call: CallState) -> None:
        joined = self._joined
        if joined is None or all(one.peer_id != joined.peer_id for one in call.participants):
            return  # told before our own joining, or we have just left
        ways = ways_in(call, joined.peer_id)
        for gone in set(self._peers) - ways.keys():
            del self._peers[gone]
            self._tell_media(RemovePeer(peer_id=str(gone)))
        for peer_id, way in ways.items():
            before = self._peers.get(peer_id)
            if before is None:
                self._add(peer_id, way)
            elif before.direction is not way.direction:
                self._peers[peer_id] = way
                turned = TurnPeer(peer_id=str(peer_id), role=way.role, direction=way.direction)
                self._tell_media(turned)
        self.sharing.meet(call)

    def _add(self, peer_id: UUID, way: Way, *, again: bool = False) -> None:
        self._peers[peer_id] = way
        added = AddPeer(
            peer_id=str(peer_id),
            role=way.role,
            direction=way.direction,
            flow=way.flow,
            again=again,
        )
        self._tell_media(added)

    def _lost_seat(self, message: SeatLost) -> None:
        if self._joined and message.consultation_id == self._joined.call.consultation_id:
            self._tasks.start(self.leave(), only="leave call")
            raise_notice(self._facts, Trouble.CALL_NOT_OURS, severity=Severity.WARNING)

    def _signal(self, message: SignalReceived) -> None:
        if self._joined is None:
            return
        if message.sender not in self._peers:
            self._add(message.sender, Way(Role.ANSWERER))
        signal = message.signal
        if message.to is not None and message.to == self.sharing.seat:
            self._tell_media(command_of(share_line(str(message.sender)), signal))
            return
        if isinstance(signal, SessionDescription):
            offered = signal.type == "offer"
            if offered is (self._peers[message.sender].role is Role.OFFERER):
                return  # meant for an earlier place of ours in this call
        self._tell_media(command_of(str(message.sender), signal))

    # --- what the media process says -----------------------------------------------------

    def _media_said(self, event: Event) -> None:
        if isinstance(event, RecordingWritten | PlayerEvent):
            self.on_recording(event)
            return
        match event:
            case LocalDescription() | LocalCandidate() | RenewalAsked():
                viewer = viewer_of(event.peer_id)
                seat = self.sharing.seat if viewer is not None else None
                self._signals.say(UUID(viewer or event.peer_id), signal_of(event), seat)
            case Statistics():
                self._counted(event)
            case PeerState():
                if event.state is ConnectionState.SILENT:
                    self._socket().doubt()  # it may have gone the same way
            case NetworkChanged():
                self._socket().doubt(event.addresses)
            case Surfaces():
                self.sharing.seen(event)
            case ShareLost():
                self._tasks.start(self.sharing.lost(event))
            case RelayTold():
                self._facts.apply(RelaySeen(event.state))
            case SourceFallback() | DeviceList() | DeviceInUse() | Speaking() | SoundTreatment():
                self.equipment.heard(event)
            case Ready() if self._media_died and self._joined is not None:
                self._media_died = False
                self._media_back(self._joined)
            case Failed():
                log.warning("the media process could not do it: %s", event.code.value)
            case Ready() | Frames() | FramesGone() | SoundLevels():
                pass
            case _:
                assert_never(event)

    def _counted(self, event: Statistics) -> None:
        self._yielding.counted(event)
        self._facts.apply(told_by(event))
        self._guests.follow(self._facts.state.call)

    def _media_lost(self, _returncode: int, will_restart: bool) -> None:
        self._media_died = True
        self.on_media_lost()
        if self._joined is None:
            return
        raise_notice(self._facts, Trouble.MEDIA_STOPPED, severity=Severity.WARNING)
        if will_restart:
            self._media_away()
        else:
            self._tasks.start(self.leave())

    def _media_stalled(self, stalled: bool) -> None:
        if not stalled:
            self._facts.apply(CallMediaBack())
        elif self._joined is not None:
            self._media_away()

    def _media_away(self) -> None:
        self._facts.apply(none_comes(self._facts.state.call))
        self._facts.apply(CallReconnecting())

    def _media_back(self, joined: JoinedCall) -> None:
        """Our seat is as it was: the new process meets everybody again."""
        self._start_media(joined)
        for peer_id, way in tuple(self._peers.items()):
            self._add(peer_id, way, again=True)
        self.sharing.media_back()
        self._facts.apply(CallResumed(self._facts.state.call.running or joined.call))

    def _drop_media(self) -> None:
        self._yielding.ended()
        self.equipment.call_ended()
        self.sharing.ended()
        self._peers.clear()
        self._signals.clear()
        self._tasks.cancel("ICE credentials")
        if self.media.running:
            self._tell_media(EndCall())

    def _tell_media(self, command: Command) -> None:
        try:
            self.media.send(command)
        except ChildNotRunningError:
            log.info("the media process is being started again")
