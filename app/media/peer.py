"""One RTCPeerConnection to one remote peer.

aiortc has no ICE restart and no outgoing trickle, and notices a silent peer only after 30 s. So one
connection lives and ends here, `app.media.pair` watches its packets and replaces it by another, and
`app.media.gathering` adds what it does not gather by itself.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import av
from aioice import Candidate
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.stats import RTCTransportStats

from app.media.adaptation import Adaptation
from app.media.budget import WHOLE, LinePart
from app.media.capture import Feed
from app.media.errors import NegotiationError
from app.media.gathering import Gathering, gathers, without_end
from app.media.messages import ConnectionState, Direction, PeerStatistics, Role
from app.media.negotiating import Path, candidate_of, opened, prefer
from app.media.pictures import Pictures
from app.media.playout import Playout
from app.media.recording import Recorder
from app.media.repairs import RepairedReceiver, fits_installed, repair
from app.media.showing import Showing
from app.media.sources import Clock
from app.media.statistics import RateMeter, Totals, totals
from app.media.taps import tap
from app.media.ways import Way
from protocol.call import Attempt, IceCandidate, Motion, SessionDescription

log = logging.getLogger(__name__)

FAREWELL_S = 0.7
"""Seconds for the last words to the other side and to a relay."""

_STATES = {
    "new": ConnectionState.NEW,
    "connecting": ConnectionState.CONNECTING,
    "connected": ConnectionState.CONNECTED,
    "failed": ConnectionState.FAILED,
    "closed": ConnectionState.CLOSED,
}


@dataclass(frozen=True, slots=True)
class PeerMedia:
    """What a peer is joined to: what is sent, and where what it sends goes.

    `pictures_go` says that only pictures go, and only that way; there is no sound then.
    """

    video: Feed[av.VideoFrame]
    audio: Feed[av.AudioFrame]
    pictures: Pictures
    playout: Playout
    clock: Clock
    recorder: Recorder
    line: LinePart = WHOLE
    pictures_go: Literal["sendonly", "recvonly"] | None = None


@dataclass(slots=True)
class SoundTimes:
    """When sound of a connection was heard, by the call's clock; None before."""

    first: float | None = None
    last: float | None = None

    def heard(self, now: float) -> None:
        self.first, self.last = self.first if self.first is not None else now, now


class Peer:
    """One connection to a remote participant.

    Args:
        way: who offers, and which way media go.
        attempt: its name among the connections to this participant.
        on_description: the local offer or answer.
        on_candidate: a further candidate of ours, or their end.
        on_state: each change of the connection's state.
        codec: the one wished for pictures, by its RTP name.
    """

    def __init__(
        self,
        peer_id: str,
        way: Way,
        attempt: Attempt | None,
        path: Path,
        media: PeerMedia,
        *,
        on_description: Callable[[SessionDescription], None],
        on_candidate: Callable[[IceCandidate], None],
        on_state: Callable[[ConnectionState], None],
        codec: str | None = None,
    ) -> None:
        self.peer_id = peer_id
        self._role, self._direction = way.role, way.direction
        self._media = media
        self._attempt = attempt
        self._relays = path.relays
        self._gathering: Gathering | None = None
        self._described: asyncio.Future[None] | None = None
        self._on_description = on_description
        self._on_candidate = on_candidate
        self._on_state = on_state
        self._connection = self._opened(path)
        self._video = media.video.track()
        self._audio = media.audio.track()
        self._state = ConnectionState.NEW
        self._early: list[IceCandidate] = []
        self._receivers: list[asyncio.Task[None]] = []
        self._repaired: list[RepairedReceiver] = []
        show = partial(media.pictures.show, peer_id)
        self._showing = Showing(media.clock, show, self._meant_still)
        self._codec = codec
        self._adaptation: Adaptation | None = None
        self._frames_decoded = self._audio_received = 0
        self.sounds = SoundTimes()
        self._size = (0, 0)
        self._meter = RateMeter(media.clock.now())
        self._negotiated = False

    def _opened(self, path: Path) -> RTCPeerConnection:
        made = opened(path)
        made.add_listener("track", self._track_arrived)
        made.add_listener("connectionstatechange", self._state_changed)
        return made

    # --- negotiation ---------------------------------------------------------------------

    async def start(self) -> None:
        """Makes and sends the offer, if this side offers."""
        if self._role is not Role.OFFERER:
            return
        self._add_tracks()
        await self._gather()
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
                await self._gather()
                await self._describe(await self._connection.createAnswer())
        except Exception as error:
            # The SDP is a stranger's text; aiortc's parser raises whatever it stumbles on.
            raise NegotiationError(
                f"the {description.type} cannot be used ({type(error).__name__})"
            ) from error
        self._negotiated = True
        early, self._early = self._early, []
        for candidate in early:
            await self.add_candidate(candidate)

    async def add_candidate(self, candidate: IceCandidate) -> None:
        """Takes a trickled remote candidate; an empty one ends the list.

        Raises:
            NegotiationError: it cannot be used.
        """
        if not self._negotiated:
            self._early.append(candidate)
            return
        try:
            await self._connection.addIceCandidate(candidate_of(candidate))
        except Exception as error:
            raise NegotiationError(
                f"the candidate cannot be used ({type(error).__name__})"
            ) from error

    async def close(self) -> None:
        """Ends the connection and what is received from it; the last picture stays."""
        if self._described is not None:
            await asyncio.gather(self._described, return_exceptions=True)
        if self._gathering is not None:
            await self._gathering.close()
        if self._adaptation is not None:
            await self._adaptation.close()
        await self._hang_up()
        self._stop_tracks()
        for task in self._receivers:
            task.cancel()
        await asyncio.gather(*self._receivers, return_exceptions=True)
        self._set_state(ConnectionState.CLOSED)

    def _stop_tracks(self) -> None:
        for track in (self._video, self._audio):
            track.stop()

    async def _hang_up(self) -> None:
        closing = asyncio.create_task(self._connection.close(), name="hang up")
        try:
            done, _ = await asyncio.wait({closing}, timeout=FAREWELL_S)
            if not done and self._gathering is not None:
                self._gathering.abandon()
            await closing
        finally:
            closing.cancel()

    def _add_tracks(self) -> None:
        sends = self._direction is not Direction.RECEIVE
        if sends:
            self._connection.addTrack(self._audio)
            self._connection.addTrack(self._video)
        else:
            self._stop_tracks()
        for transceiver in self._connection.getTransceivers():
            if self._media.pictures_go is not None:
                video = transceiver.kind == "video"
                transceiver.direction = self._media.pictures_go if video else "inactive"
            elif self._direction is Direction.SEND:
                transceiver.direction = "sendonly"
            repaired = repair(
                transceiver.receiver, transceiver.kind, self._media.clock.now, joins=True
            )
            if repaired is not None:
                self._repaired.append(repaired)
            prefer(transceiver, self._codec, red=self._direction is Direction.BOTH)
        if sends and fits_installed():
            self._adapt()
        if self._media.pictures_go is None:  # a share is not recorded
            tap(self._media.recorder, self.peer_id, self._connection)

    def _adapt(self) -> None:
        of_kind = {
            transceiver.kind: transceiver for transceiver in self._connection.getTransceivers()
        }
        sound, pictures = of_kind["audio"], of_kind["video"]
        self._adaptation = Adaptation(
            sound.sender,
            pictures.sender,
            pictures.receiver,
            self._video,
            self._media.clock,
            self._media.line,
            forwarded=self._direction is Direction.SEND,
        )

    async def _gather(self) -> None:
        if gathers():
            ice = self._transport().transport._connection
            self._gathering = Gathering(self._relays, ice, self._gathered)
            await self._gathering.first()

    async def _describe(self, description: RTCSessionDescription) -> None:
        # Until it has gathered, aioice's sockets are nobody's: cut off, they would stay open.
        self._described = asyncio.ensure_future(self._connection.setLocalDescription(description))
        await asyncio.shield(self._described)
        local = self._connection.localDescription
        local_type: Literal["offer", "answer"] = "offer" if local.type == "offer" else "answer"
        more = self._gathering is not None and self._gathering.more
        sdp = without_end(local.sdp) if more else local.sdp
        self._on_description(SessionDescription(type=local_type, sdp=sdp, attempt=self._attempt))
        if self._gathering is not None:
            self._gathering.go_on()

    def _gathered(self, candidate: Candidate | None) -> None:
        text = "" if candidate is None else f"candidate:{candidate.to_sdp()}"
        mid = self._connection.getTransceivers()[0].mid
        self._on_candidate(
            IceCandidate(candidate=text, sdp_mid=mid, sdp_m_line_index=0, attempt=self._attempt)
        )

    def _transport(self) -> RTCDtlsTransport:
        """The only one: everything is bundled."""
        return self._connection.getTransceivers()[0].receiver.transport

    # --- state ---------------------------------------------------------------------------

    @property
    def state(self) -> ConnectionState:
        return self._state

    @property
    def packets(self) -> int:
        """Everything that came on this connection so far, keys and reports included."""
        if self._state is not ConnectionState.CONNECTED:
            return 0
        transport = self._transport()
        counted = transport._get_stats().get(transport._stats_id)
        return counted.packetsReceived if isinstance(counted, RTCTransportStats) else 0

    @property
    def has_sent(self) -> bool:
        """A picture or sound of ours went out on this connection."""
        return self._video.frames_sent + self._audio.frames_sent > 0

    def address(self) -> str | None:
        """The address of this computer without which the connection cannot go on."""
        return self._gathering.address() if self._gathering is not None else None

    def _state_changed(self) -> None:
        self._set_state(_STATES[self._connection.connectionState])

    def _set_state(self, state: ConnectionState) -> None:
        final = self._state in (ConnectionState.FAILED, ConnectionState.CLOSED)
        if state is self._state or (final and state is not ConnectionState.CLOSED):
            return
        self._state = state
        self._on_state(state)

    # --- what arrives --------------------------------------------------------------------

    def _track_arrived(self, track: MediaStreamTrack) -> None:
        work = (
            (self._receive_audio(track),)
            if track.kind == "audio"
            else (self._receive_video(track), self._showing.run())
        )
        self._receivers += [asyncio.create_task(part) for part in work]

    async def _receive_audio(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                if isinstance(frame, av.AudioFrame):
                    self._audio_received += 1
                    self.sounds.heard(self._media.clock.now())
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
                self._showing.take(frame)

    def _meant_still(self) -> bool:
        told = self._adaptation.told if self._adaptation is not None else None
        return told is not None and told.motion is not Motion.FLUENT

    # --- statistics ----------------------------------------------------------------------

    async def statistics(self) -> PeerStatistics:
        """Counts, and rates since the last call."""
        current = Totals()
        if self._state is not ConnectionState.CLOSED:
            current = totals(await self._connection.getStats())
        return self._counted(current)

    def counted_so_far(self) -> PeerStatistics:
        """The counts without what aiortc has to be asked for."""
        return self._counted(Totals())

    def _counted(self, current: Totals) -> PeerStatistics:
        rates = self._meter.read(self._media.clock.now(), current, self._frames_decoded)
        local, remote = self._gathering.kinds() if self._gathering is not None else ("", "")
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
            freezes=self._showing.freezes,
            picture_too_large=any(part.too_large for part in self._repaired),
            audio_slots=slots,
            audio_concealed=max(0, slots - self._audio_received),
            local_candidate=local,
            remote_candidate=remote,
        )
        return self._adaptation.counted(counted) if self._adaptation is not None else counted
