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
from app.media.loudness import SoundLevels, Speaking
from app.media.messages import (
    AddPeer,
    Command,
    ConnectionState,
    EndCall,
    Event,
    Failed,
    Frames,
    FramesGone,
    LocalDescription,
    PeerState,
    Ready,
    RemoteCandidate,
    RemoteDescription,
    RemovePeer,
    Role,
    SetMuted,
    SourceFallback,
    StartCall,
    Statistics,
)
from app.net.errors import Unreachable
from app.net.socket import EventSocket
from app.services.equipment import DeviceMemory, EquipmentService
from app.services.facts import Facts
from app.services.tasks import Tasks
from app.services.troubles import raise_notice, trouble_of
from app.services.yielding import Yielding
from app.session.call import (
    CallEnded,
    CallEntered,
    CallJoining,
    CallPhase,
    CallReconnecting,
    MediaTold,
    PeerPicture,
    SourcesChanged,
    TalkHeld,
)
from app.session.notices import Severity, Trouble
from protocol.base import new_id
from protocol.call import JoinedCall, SessionDescription
from protocol.socket import (
    CallChanged,
    CallJoined,
    JoinCall,
    LeaveCall,
    Refused,
    SendSignal,
    SignalReceived,
)

log = logging.getLogger(__name__)
REJOIN_PAUSE_S = 1.0


class CallService:
    """In one call at a time. Of two peers the one that joined later makes the offer."""

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
        self._peers: dict[UUID, Role] = {}
        self._media_died = False
        self.media = MediaLink(on_event=self._media_said, on_lost=self._media_lost)
        self.equipment = EquipmentService(facts, devices, self.media, generated=generated)

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
        await self._socket().send(JoinCall(ref=self._ref, consultation_id=consultation_id))

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

    def heard(self, message: CallJoined | SignalReceived | CallChanged | Refused) -> None:
        match message:
            case CallJoined():
                if message.ref == self._ref:
                    self._enter(message.joined)
            case SignalReceived():
                self._signal(message)
            case CallChanged():
                self._roster(message)
            case Refused():
                if message.ref is not None and message.ref == self._ref:
                    self._facts.apply(CallEnded())
                    raise_notice(self._facts, message.problem.code)
            case _:
                assert_never(message)

    def connection_back(self) -> None:
        """The socket is new, so the server has forgotten our place in the call: join again."""
        if self._facts.state.call.phase in (CallPhase.IN, CallPhase.RECONNECTING):
            self._tasks.start(self._rejoin(), only="rejoin call")

    def connection_lost(self) -> None:
        self._facts.apply(CallReconnecting())

    def _enter(self, joined: JoinedCall) -> None:
        self._joined = joined
        self._drop_media()
        call = self._facts.state.call
        self._tell_media(
            StartCall(
                ice_servers=joined.ice_servers,
                video=self.equipment.camera,
                audio=self.equipment.microphone,
                speaker=self.equipment.speaker,
            )
        )
        if call.muted or call.camera_off:
            self._tell_media(SetMuted(audio=call.muted, video=call.camera_off))
        generated = self.equipment.generated_picture
        self._facts.apply(SourcesChanged(call.muted, call.camera_off, generated))
        for participant in joined.call.participants:
            if participant.peer_id != joined.peer_id:
                self._add(participant.peer_id, Role.OFFERER)
        self._facts.apply(CallEntered(joined.peer_id, joined.call))

    def _roster(self, message: CallChanged) -> None:
        joined = self._joined
        if joined is None or message.consultation_id != joined.call.consultation_id:
            return
        if message.call is None and self._facts.state.call.phase is CallPhase.IN:
            self._tasks.start(self.leave(), only="leave call")
            return
        present = {p.peer_id for p in message.call.participants} if message.call else set()
        if joined.peer_id not in present:
            return  # told before our own joining, or we have just left
        for gone in set(self._peers) - present:
            del self._peers[gone]
            self._tell_media(RemovePeer(peer_id=str(gone)))
        for new in present - set(self._peers) - {joined.peer_id}:
            self._add(new, Role.ANSWERER)

    def _add(self, peer_id: UUID, role: Role) -> None:
        if peer_id not in self._peers:
            self._peers[peer_id] = role
            self._tell_media(AddPeer(peer_id=str(peer_id), role=role))

    def _signal(self, message: SignalReceived) -> None:
        if self._joined is None:
            return
        self._add(message.sender, Role.ANSWERER)
        peer = str(message.sender)
        if isinstance(message.signal, SessionDescription):
            offered = message.signal.type == "offer"
            if offered is (self._peers[message.sender] is Role.OFFERER):
                return  # meant for an earlier place of ours in this call
            self._tell_media(RemoteDescription(peer_id=peer, description=message.signal))
        else:
            self._tell_media(RemoteCandidate(peer_id=peer, candidate=message.signal))

    # --- what the media process says -----------------------------------------------------

    def _media_said(self, event: Event) -> None:
        match event:
            case LocalDescription():
                self._tasks.start(self._send(UUID(event.peer_id), event.description))
            case Statistics():
                self._counted(event)
            case PeerState():
                self._peer_state(event)
            case SourceFallback() | DeviceList() | DeviceInUse() | Speaking():
                self.equipment.heard(event)
            case Ready() if self._media_died and self._joined is not None:
                self._media_died = False
                self._tasks.start(self._rejoin(), only="rejoin call")
            case Failed():
                log.warning("the media process could not do it: %s", event.code.value)
            case Ready() | Frames() | FramesGone() | SoundLevels():
                pass
            case _:
                assert_never(event)

    def _peer_state(self, event: PeerState) -> None:
        if event.state is ConnectionState.FAILED and self._joined is not None:
            self._tasks.start(self._rejoin(), only="rejoin call")

    def _counted(self, event: Statistics) -> None:
        self._yielding.counted(event)
        connected = ConnectionState.CONNECTED
        pictures = tuple(
            PeerPicture(
                peer_id=UUID(peer.peer_id),
                connected=peer.state is connected,
                frames_received=peer.frames_decoded,
                audio_frames_received=peer.audio_frames_received,
                frames_per_second=peer.fps,
                kilobits_per_second=peer.bitrate_in_bps // 1000,
                packets_lost=peer.packets_lost,
                motion=peer.motion,
                limit=peer.limit,
                their_motion=peer.their_motion,
                their_limit=peer.their_limit,
            )
            for peer in event.peers
        )
        sent = max((peer.frames_sent for peer in event.peers), default=0)
        self._facts.apply(MediaTold(pictures, sent))

    def _media_lost(self, returncode: int, will_restart: bool) -> None:
        log.error("the media process ended: %s", returncode)
        self._media_died = True
        if self._joined is None:
            return
        raise_notice(self._facts, Trouble.MEDIA_STOPPED, severity=Severity.WARNING)
        if will_restart:
            self._facts.apply(CallReconnecting())
        else:
            self._tasks.start(self.leave())

    async def _rejoin(self) -> None:
        """Joins the same call again, as a new peer; the older one leaves."""
        consultation_id = self._facts.state.call.consultation_id
        if consultation_id is None:
            return
        self._facts.apply(CallReconnecting())
        await asyncio.sleep(REJOIN_PAUSE_S)
        try:
            await self._ask_to_join(consultation_id)
        except Unreachable:
            log.info("the call is rejoined when the connection is back")

    async def _send(self, peer: UUID, description: SessionDescription) -> None:
        joined = self._joined
        if joined is None:
            return
        consultation_id = joined.call.consultation_id
        try:
            await self._socket().send(
                SendSignal(consultation_id=consultation_id, to=peer, signal=description)
            )
        except Unreachable:
            log.info("a description could not be sent; the call is rejoined")

    def _drop_media(self) -> None:
        self._yielding.ended()
        self.equipment.call_ended()
        self._peers.clear()
        if self.media.running:
            self._tell_media(EndCall())

    def _tell_media(self, command: Command) -> None:
        try:
            self.media.send(command)
        except ChildNotRunningError:
            log.info("the media process is being started again")
