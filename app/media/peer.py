"""One RTCPeerConnection to one remote peer.

The server says who offers, so there is no glare and no perfect negotiation. aiortc has neither an
outgoing trickle nor an ICE restart: a description is sent when gathering is done, and a failed
connection is replaced by a new peer. It notices a silent peer only after 30 s: the packets are
watched here (RTCP alone arrives more than once a second, also from a muted peer).
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import av
from aiortc import (
    RTCConfiguration,
    RTCIceCandidate,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy
from aiortc.rtcrtpparameters import RTCRtpCodecCapability
from aiortc.sdp import candidate_from_sdp

from app.media.adaptation import Adaptation, adaptable
from app.media.capture import Feed
from app.media.errors import NegotiationError
from app.media.ladder import Motion
from app.media.messages import ConnectionState, PeerStatistics, Role
from app.media.pictures import Pictures
from app.media.playout import Playout
from app.media.playout_delay import PlayoutDelay
from app.media.repairs import RepairedReceiver, repair
from app.media.smoothness import Smoothness
from app.media.sources import Clock
from app.media.statistics import RateMeter, Totals, totals
from protocol.call import IceCandidate, IceServer, SessionDescription

log = logging.getLogger(__name__)

SILENT_AFTER = 3.0
"""Seconds without a packet until a connected peer is called silent."""
FAILED_AFTER = 12.0
"""Seconds without a packet until a connected peer is given up."""
WAITING = 24
"""Decoded pictures that wait to be shown: more than `PlayoutDelay` ever holds at 30 a second."""
CONNECT_WITHIN = 20.0
"""Seconds from having both descriptions until a connection is given up."""

_STATES = {
    "new": ConnectionState.NEW,
    "connecting": ConnectionState.CONNECTING,
    "connected": ConnectionState.CONNECTED,
    "failed": ConnectionState.FAILED,
    "closed": ConnectionState.CLOSED,
}


@dataclass(frozen=True, slots=True)
class PeerMedia:
    """What a peer is joined to: what is sent, and where what it sends goes."""

    video: Feed[av.VideoFrame]
    audio: Feed[av.AudioFrame]
    pictures: Pictures
    playout: Playout
    clock: Clock


class Peer:
    """One remote participant.

    Args:
        on_description: the local offer or answer, with every candidate in it.
        on_state: each change of the connection's state.
        codec: the one wished for pictures, by its RTP name.
    """

    def __init__(
        self,
        peer_id: str,
        role: Role,
        ice_servers: Sequence[IceServer],
        media: PeerMedia,
        *,
        on_description: Callable[[SessionDescription], None],
        on_state: Callable[[ConnectionState], None],
        codec: str | None = None,
    ) -> None:
        self.peer_id = peer_id
        self._role = role
        self._media = media
        self._on_description = on_description
        self._on_state = on_state
        self._connection = RTCPeerConnection(_configuration(ice_servers))
        self._connection.add_listener("track", self._track_arrived)
        self._connection.add_listener("connectionstatechange", self._state_changed)
        self._video = media.video.track()
        self._audio = media.audio.track()
        self._state = ConnectionState.NEW
        self._early: list[IceCandidate] = []
        self._receivers: list[asyncio.Task[None]] = []
        self._repaired: list[RepairedReceiver] = []
        self._delay = PlayoutDelay()
        self._waiting: deque[tuple[float, av.VideoFrame]] = deque(maxlen=WAITING)
        self._picture_came = asyncio.Event()
        self._codec = codec
        self._adaptation: Adaptation | None = None
        self._smoothness = Smoothness()
        self._frames_decoded = 0
        self._audio_received = 0
        self._size = (0, 0)
        self._meter = RateMeter(media.clock.now())
        self._negotiated: float | None = None
        self._packets = 0
        self._last_packet = media.clock.now()

    # --- negotiation ---------------------------------------------------------------------

    async def start(self) -> None:
        """Makes and sends the offer, if this side offers."""
        if self._role is not Role.OFFERER:
            return
        self._add_tracks()
        await self._describe(await self._connection.createOffer())

    async def accept(self, description: SessionDescription) -> None:
        """Takes the remote description, and answers an offer.

        Raises:
            NegotiationError: it cannot be used.
        """
        try:
            await self._connection.setRemoteDescription(
                RTCSessionDescription(sdp=description.sdp, type=description.type)
            )
            if description.type == "offer":
                self._add_tracks()
                await self._describe(await self._connection.createAnswer())
        except Exception as error:
            # The SDP is a stranger's text; aiortc's parser raises whatever it stumbles on.
            raise NegotiationError(
                f"the {description.type} cannot be used ({type(error).__name__})"
            ) from error
        self._negotiated = self._media.clock.now()
        early, self._early = self._early, []
        for candidate in early:
            await self.add_candidate(candidate)

    async def add_candidate(self, candidate: IceCandidate) -> None:
        """Takes a trickled remote candidate; an empty one ends the list.

        Raises:
            NegotiationError: it cannot be used.
        """
        if self._negotiated is None:
            self._early.append(candidate)
            return
        try:
            await self._connection.addIceCandidate(_candidate(candidate))
        except Exception as error:
            raise NegotiationError(
                f"the candidate cannot be used ({type(error).__name__})"
            ) from error

    async def close(self) -> None:
        """Ends the connection and what is received from it."""
        if self._adaptation is not None:
            await self._adaptation.close()
        await self._connection.close()
        for track in (self._video, self._audio):
            track.stop()
        for task in self._receivers:
            task.cancel()
        await asyncio.gather(*self._receivers, return_exceptions=True)
        self._media.pictures.forget(self.peer_id)
        self._media.playout.forget(self.peer_id)
        self._set_state(ConnectionState.CLOSED)

    def _add_tracks(self) -> None:
        self._connection.addTrack(self._audio)
        self._connection.addTrack(self._video)
        for transceiver in self._connection.getTransceivers():
            repaired = repair(transceiver.receiver, transceiver.kind, self._media.clock.now)
            if repaired is not None:
                self._repaired.append(repaired)
            if transceiver.kind == "video" and self._codec is not None:
                transceiver.setCodecPreferences(_preferred(self._codec))
        if adaptable():
            self._adapt()

    def _adapt(self) -> None:
        of_kind = {
            transceiver.kind: transceiver for transceiver in self._connection.getTransceivers()
        }
        sound, pictures = of_kind["audio"], of_kind["video"]
        self._adaptation = Adaptation(
            sound.sender, pictures.sender, sound.receiver, self._video, self._media.clock
        )

    async def _describe(self, description: RTCSessionDescription) -> None:
        await self._connection.setLocalDescription(description)
        local = self._connection.localDescription
        local_type: Literal["offer", "answer"] = "offer" if local.type == "offer" else "answer"
        self._on_description(SessionDescription(type=local_type, sdp=local.sdp))

    # --- state ---------------------------------------------------------------------------

    @property
    def state(self) -> ConnectionState:
        return self._state

    def _state_changed(self) -> None:
        self._last_packet = self._media.clock.now()
        self._set_state(_STATES[self._connection.connectionState])

    def _set_state(self, state: ConnectionState) -> None:
        final = self._state in (ConnectionState.FAILED, ConnectionState.CLOSED)
        if state is self._state or (final and state is not ConnectionState.CLOSED):
            return
        self._state = state
        self._on_state(state)

    def _watch(self, packets: int) -> None:
        """Judges the connection by the packets that came since the last look."""
        now = self._media.clock.now()
        if packets != self._packets:
            self._packets, self._last_packet = packets, now
            if self._state is ConnectionState.SILENT:
                self._set_state(ConnectionState.CONNECTED)
            return
        quiet = now - self._last_packet
        match self._state:
            case ConnectionState.CONNECTED if quiet > SILENT_AFTER:
                self._set_state(ConnectionState.SILENT)
            case ConnectionState.SILENT if quiet > FAILED_AFTER:
                self._set_state(ConnectionState.FAILED)
            case ConnectionState.NEW | ConnectionState.CONNECTING:
                if self._negotiated is not None and now - self._negotiated > CONNECT_WITHIN:
                    self._set_state(ConnectionState.FAILED)
            case _:
                pass

    # --- what arrives --------------------------------------------------------------------

    def _track_arrived(self, track: MediaStreamTrack) -> None:
        work = (
            (self._receive_audio(track),)
            if track.kind == "audio"
            else (self._receive_video(track), self._show())
        )
        self._receivers += [asyncio.create_task(part) for part in work]

    async def _receive_audio(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                if isinstance(frame, av.AudioFrame):
                    self._audio_received += 1
                    self._media.playout.play(self.peer_id, frame)

    async def _receive_video(self, track: MediaStreamTrack) -> None:
        """Takes every picture as it comes, so that none waits behind a slow screen."""
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                if not isinstance(frame, av.VideoFrame):
                    continue
                self._frames_decoded += 1
                self._size = (frame.width, frame.height)
                self._waiting.append((self._due(frame), frame))
                self._picture_came.set()

    def _due(self, frame: av.VideoFrame) -> float:
        now = self._media.clock.now()
        if frame.time is None or self._meant_still():
            self._delay.forget()
            return now
        return self._delay.due(now, frame.time)

    def _meant_still(self) -> bool:
        told = self._adaptation.told if self._adaptation is not None else None
        return told is not None and told.motion is not Motion.FLUENT

    async def _show(self) -> None:
        """Each picture when it is due; of several that are, the newest."""
        clock = self._media.clock
        while True:
            await self._picture_came.wait()
            await clock.until(self._waiting[0][0])
            newest: av.VideoFrame | None = None
            while self._waiting and self._waiting[0][0] <= clock.now():
                _, newest = self._waiting.popleft()
            if not self._waiting:
                self._picture_came.clear()
            if newest is not None:
                self._smoothness.shown(clock.now(), meant_still=self._meant_still())
                self._media.pictures.show(self.peer_id, newest)

    # --- statistics ----------------------------------------------------------------------

    async def statistics(self) -> PeerStatistics:
        """Counts and rates since the last call; also notices silence, so call it every second."""
        current = Totals()
        if self._state is not ConnectionState.CLOSED:
            current = totals(await self._connection.getStats())
        self._watch(current.packets_received)
        rates = self._meter.read(self._media.clock.now(), current, self._frames_decoded)
        slots = sum(part.packets_expected for part in self._repaired if part.kind == "audio")
        counted = PeerStatistics(
            peer_id=self.peer_id,
            state=self._state,
            frames_sent=self._video.frames_sent,
            audio_frames_sent=self._audio.frames_sent,
            frames_received=sum(part.frames_received for part in self._repaired)
            or self._frames_decoded,
            frames_decoded=self._frames_decoded,
            audio_frames_received=self._audio_received,
            packets_lost=sum(part.packets_lost for part in self._repaired)
            if self._repaired
            else current.packets_lost,
            rtt_ms=current.rtt_ms,
            jitter_ms=current.jitter_ms,
            bitrate_in_bps=rates.bitrate_in_bps,
            bitrate_out_bps=rates.bitrate_out_bps,
            width=self._size[0],
            height=self._size[1],
            fps=rates.fps,
            freezes=self._smoothness.freezes,
            audio_slots=slots,
            audio_concealed=max(0, slots - self._audio_received),
        )
        return self._adaptation.counted(counted) if self._adaptation is not None else counted


def _preferred(codec: str) -> list[RTCRtpCodecCapability]:
    """The video codecs with the wished one, and its retransmission, first."""
    known = RTCRtpSender.getCapabilities("video").codecs
    return sorted(known, key=lambda one: one.name.upper() != codec.upper())


def _configuration(ice_servers: Sequence[IceServer]) -> RTCConfiguration:
    """Always names the servers: left to itself aiortc would ask a public STUN server."""
    return RTCConfiguration(
        iceServers=[
            RTCIceServer(
                urls=list(server.urls), username=server.username, credential=server.credential
            )
            for server in ice_servers
        ],
        bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
    )


def _candidate(candidate: IceCandidate) -> RTCIceCandidate | None:
    """aiortc's candidate, None for the end of the list."""
    text = candidate.candidate.removeprefix("candidate:").strip()
    if not text:
        return None
    parsed = candidate_from_sdp(text)
    parsed.sdpMid = candidate.sdp_mid
    parsed.sdpMLineIndex = candidate.sdp_m_line_index
    return parsed
