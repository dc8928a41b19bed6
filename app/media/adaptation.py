"""One peer's sending, adapted: reports go to the controller, what it decides goes to the senders.

Each side also tells the other what it sends and why not more, and how the line to it is, five times
a second in an RTCP APP packet (RFC 3550 section 6.7): so no still picture is without a word, and
each direction is judged by itself. Browsers skip the packet.
"""

import asyncio
import contextlib
import logging
import struct
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import av
from aiortc import RTCRtpReceiver, RTCRtpSender
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtp import RtcpReceiverInfo
from aiortc.stats import RTCTransportStats

from app.media.bitrate import HEADERS_KBPS, Controller, Decision
from app.media.budget import WHOLE, LinePart
from app.media.capture import LocalTrack
from app.media.estimating import estimate_for
from app.media.forwarded import ForwardedController
from app.media.line_quality import Report, Work
from app.media.messages import PeerStatistics
from app.media.queueing import LineQueue
from app.media.sending import PictureSender, SoundSender
from app.media.sources import Clock
from protocol.call import Limit, Motion

log = logging.getLogger(__name__)

DECIDE_EVERY, TELL_EVERY, COUNT_EVERY = 0.5, 0.2, 0.6
LATE_S = 0.08
"""Later than that, this process was kept from running, and delays it measured are its own."""
TOLD_FOR = 5.0
"""Seconds for which what the other side told is believed."""
WORK_WEIGHT = 0.3
SENT_LOOKS = 8
"""Decisions of which the one with most sent tells what is really sent."""
SPENT = 0.6
"""Of the rate for pictures must be used before left out pictures are called too rich."""
H264_BEST = 1
"""Level 3.1, which is negotiated, ends at 720p."""

_APP, _NAME = 204, b"HZST"
_UNKNOWN = 0xFFFF
_BODY = struct.Struct("!BBHHHI")
"""Motion, limit, queue to us in ms, arriving kbit/s, what is off, the moment of sending in ms."""
_CAMERA_OFF, _MICROPHONE_OFF = 1, 2
_RECEIVE_RTCP = "_handle_rtcp_data"
_MOTIONS, _LIMITS = tuple(Motion), tuple(Limit)


@dataclass(frozen=True, slots=True)
class Told:
    """What the other side says it sends."""

    motion: Motion
    limit: Limit
    camera_off: bool
    microphone_off: bool


class Adaptation:
    """Owner of one peer's two senders.

    Args:
        sound, pictures: stock senders that have not started; they change their class.
        receiver: the one of the other side's pictures.
        track: what the sender of pictures reads.
        line: what of the line to the peer is this connection's.
        forwarded: an SFU is at the other end, to which nothing of ours is told.
    """

    def __init__(
        self,
        sound: RTCRtpSender,
        pictures: RTCRtpSender,
        receiver: RTCRtpReceiver,
        track: LocalTrack[av.VideoFrame],
        clock: Clock,
        line: LinePart = WHOLE,
        *,
        forwarded: bool = False,
    ) -> None:
        self._clock, self._line, self._forwarded = clock, line, forwarded
        self._track = track
        self._queue = LineQueue(clock.now)
        self._received = (clock.now(), 0, 0)
        self._arriving, self._came = 0.0, 0
        self._receiver = receiver
        sound.__class__ = SoundSender
        pictures.__class__ = PictureSender
        assert isinstance(sound, SoundSender)
        assert isinstance(pictures, PictureSender)
        sound.adopt()
        pictures.adopt(clock)
        self._sound, self._pictures = sound, pictures
        self._controller = (ForwardedController if forwarded else Controller)(clock.now())
        sound.on_report = self._sound_reported
        pictures.on_report = self._pictures_reported
        sound.on_estimate = pictures.on_estimate = self._controller.estimated
        self._arrived: tuple[float, int] | None = None
        self._arrived_kbps: float | None = None
        self._rtt_ms: float | None = None
        self._before = (clock.now(), 0, 0, 0.0, 0)
        self._skipped = self._encoding = self._sound_lost = 0.0
        self._sent: deque[float] = deque(maxlen=SENT_LOOKS)
        self._told: tuple[float, Told] | None = None
        self._listening: RTCDtlsTransport | None = None
        now = clock.now()
        self.decision = line.allot(now, self._controller.decide(now, Work()))
        self._follow(self.decision)
        self._task = asyncio.create_task(self._run(), name="adaptation")

    @property
    def told(self) -> Told | None:
        """What the other side sends, if it says so (another program's client does not)."""
        if self._told is None or self._clock.now() - self._told[0] > TOLD_FOR:
            return None
        return self._told[1]

    def counted(self, so_far: PeerStatistics) -> PeerStatistics:
        """The statistics with what is known here."""
        decision, counts, told = self.decision, self._pictures.counts, self.told
        return so_far.model_copy(
            update={
                "frames_sent": counts.sent,
                "rtt_ms": self._rtt_ms,
                "key_frames_sent": counts.key_frames,
                "packets_resent": counts.resent,
                "target_kbps": decision.target_kbps,
                "rung": decision.rung.name,
                "motion": decision.rung.motion,
                "limit": decision.limit,
                "queue_ms": decision.queue_ms,
                "lost_out": decision.lost,
                "their_motion": told.motion if told is not None else None,
                "their_limit": told.limit if told is not None else None,
                "their_camera_off": told is not None and told.camera_off,
                "their_microphone_off": told is not None and told.microphone_off,
            }
        )

    async def close(self) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    # --- what is heard -------------------------------------------------------------------

    def _sound_reported(self, report: Report, _: RtcpReceiverInfo) -> None:
        self._sound_lost = report.lost
        self._heard(report)

    def _pictures_reported(self, report: Report, block: RtcpReceiverInfo) -> None:
        now = self._clock.now()
        until = self._pictures.bytes_until(block.highest_sequence)
        if until is not None:
            before, self._arrived = self._arrived, (now, until)
            if before is not None and now - before[0] > 0.2:
                kbps = (until - before[1]) * 8 / 1000 / (now - before[0]) * (1 - report.lost)
                self._arrived_kbps = max(0.0, kbps)
        self._heard(report)

    def _heard(self, report: Report) -> None:
        if report.rtt_ms is not None:
            self._rtt_ms = self._pictures.rtt_ms = report.rtt_ms
        self._controller.heard(self._clock.now(), report)

    # --- what is decided -----------------------------------------------------------------

    async def _run(self) -> None:
        decided_at = self._clock.now()
        while True:
            due = self._clock.now() + TELL_EVERY
            await self._clock.until(due)
            now = self._clock.now()
            if now - due > LATE_S:
                self._queue.stood_still()
            self._look_for_life(now)
            if now - decided_at >= DECIDE_EVERY or self._controller.alarmed:
                decided_at = now
                decided = self._controller.decide(now, self._line.work(now, self._work(now)))
                self._follow(self._line.allot(now, decided))
            if not self._forwarded:
                await self._tell(now)

    def _look_for_life(self, now: float) -> None:
        came = _counted(self._receiver.transport)
        if came is not None and came.packetsReceived > self._came:
            self._came = came.packetsReceived
            self._controller.alive(now)

    def _follow(self, decision: Decision) -> None:
        self.decision = decision
        self._pictures.follow(decision)
        self._sound.decision = decision

    def _work(self, now: float) -> Work:
        if self._pictures.codec_name.upper() == "H264":
            self._controller.best = H264_BEST
        counts, offered = self._pictures.counts, self._track.offered
        then, sent, had, spent, octets = self._before
        self._before = (now, counts.sent, offered, counts.encode_s, counts.octets)
        seconds = max(0.05, now - then)
        due = min(offered - had, self.decision.rung.fps * seconds)
        if due >= 2:
            share = max(0.0, 1 - (counts.sent - sent) / due)
            if (counts.octets - octets) * 8 / 1000 / seconds < SPENT * self.decision.pictures_kbps:
                share = 0.0  # not for want of bits: the computer was too slow for them
            self._skipped += WORK_WEIGHT * (share - self._skipped)
        self._encoding += WORK_WEIGHT * ((counts.encode_s - spent) / seconds - self._encoding)
        sound = self.decision.sound_kbps + HEADERS_KBPS if self._line.speaks else 0
        sound *= 2 if self.decision.repeat_sound else 1
        sends = (counts.octets - octets) * 8 / 1000 / seconds + sound
        self._sent.append(sends)
        arrived = None
        fresh = self._arrived is not None and now - self._arrived[0] <= TOLD_FOR
        if self._arrived_kbps is not None and fresh:
            arrived = self._arrived_kbps + sound * (1 - self._sound_lost)
        late = self._queue.waiting_ms() or 0.0
        return Work(arrived, self._encoding, self._skipped, max(self._sent), late, sends)

    # --- what the sides tell each other --------------------------------------------------

    async def _tell(self, now: float) -> None:
        transport = self._receiver.transport
        self._listen(transport)
        rung, queue = self.decision.rung, self._queue.waiting_ms()
        body = _BODY.pack(
            _MOTIONS.index(rung.motion),
            _LIMITS.index(self.decision.limit),
            _UNKNOWN if queue is None else min(_UNKNOWN - 1, round(queue)),
            min(_UNKNOWN - 1, round(self._arriving_kbps(now, transport))),
            _off(self._pictures, _CAMERA_OFF) | _off(self._sound, _MICROPHONE_OFF),
            round(self._clock.now() * 1000) & 0xFFFFFFFF,
        )
        head = struct.pack("!BBHI", 0x80, _APP, 2 + len(body) // 4, self._pictures._ssrc)
        with contextlib.suppress(ConnectionError):
            await transport._send_rtp(head + _NAME + body)

    def _arriving_kbps(self, now: float, transport: RTCDtlsTransport) -> float:
        """What came since the last look, with the headers of IP and UDP."""
        if now - self._received[0] < COUNT_EVERY:
            return self._arriving
        counted = _counted(transport)
        if counted is None:
            return 0.0
        then, octets, packets = self._received
        self._received = (now, counted.bytesReceived, counted.packetsReceived)
        came = counted.bytesReceived - octets + 28 * (counted.packetsReceived - packets)
        self._arriving = max(0.0, came * 8 / 1000 / (now - then))
        return self._arriving

    def _listen(self, transport: RTCDtlsTransport) -> None:
        if self._listening is transport:
            return
        self._listening = transport
        stock: Callable[[bytes], Awaitable[None]] = getattr(transport, _RECEIVE_RTCP)

        async def heard(data: bytes) -> None:
            if len(data) == 24 and data[1] == _APP and data[8:12] == _NAME:
                self._hear_told(*_BODY.unpack(data[12:]))
            else:
                await stock(data)

        setattr(transport, _RECEIVE_RTCP, heard)

    def _hear_told(
        self, motion: int, limit: int, queue: int, kbps: int, off: int, sent_ms: int
    ) -> None:
        if (estimate := estimate_for(self._receiver)) is not None:
            estimate.own_kind = True
        self._queue.arrived(sent_ms)
        now = self._clock.now()
        if motion < len(_MOTIONS) and limit < len(_LIMITS):
            away = bool(off & _CAMERA_OFF), bool(off & _MICROPHONE_OFF)
            self._told = (now, Told(_MOTIONS[motion], _LIMITS[limit], *away))
        if queue != _UNKNOWN:
            self._controller.told(now, *self._line.told(now, float(queue), float(kbps)))


def _off(sender: RTCRtpSender, bit: int) -> int:
    return bit if isinstance(sender.track, LocalTrack) and sender.track.off() else 0


def _counted(transport: RTCDtlsTransport) -> RTCTransportStats | None:
    counted = transport._get_stats().get(transport._stats_id)
    return counted if isinstance(counted, RTCTransportStats) else None
