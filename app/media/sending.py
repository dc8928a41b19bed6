"""aiortc's senders, made to follow the controller: sender by sender; the library stays as it is.

Stock aiortc sends each picture in one burst, builds its encoder anew for each tenth of a change,
answers every key-frame request, and sends lost packets again without counting them. Here:

- pictures are encoded by `app.media.encoders`, on the rung's size and frame rate, and their packets
  wait for their turn (`app.media.pacing`);
- one key-frame request in 500 ms is answered, a new size always begins with a key frame;
- a lost packet is sent again at most once a round trip, and paid for by new pictures;
- sound never waits. While packets are lost, each is sent a second time 40 ms later, under the same
  sequence number: any receiver drops the second copy (SRTP's replay protection, RFC 3711 3.3.2).

Fits one version of aiortc only, as the repairs do (`app.media.repairs.fits_installed`).
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import cast

import av
from aiortc import RTCRtpSender, clock
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpSendParameters
from aiortc.rtcrtpsender import RTCEncodedFrame
from aiortc.rtp import (
    RTCP_PSFB_APP,
    AnyRtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpSrPacket,
    compute_audio_level_dbov,
    is_rtcp,
    unpack_remb_fci,
)
from aiortc.utils import uint16_add

from app.media.bitrate import Decision
from app.media.encoders import LONGEST_S, Encoded, PictureEncoder, SpeechEncoder, encoder_for
from app.media.line_quality import Report
from app.media.pacing import PacedSending
from app.media.redundancy import is_red
from app.media.scaling import scaled, size_on
from app.media.sources import AUDIO_RATE, VIDEO_CLOCK, Clock
from protocol.call import Motion

KEY_EVERY = 0.5
"""Seconds between key frames that were asked for."""
RESEND_AFTER = 0.1
"""Seconds after which a packet may be sent again once more; a longer round trip counts instead."""
SECOND_COPY_AFTER = 0.02
LOSING, QUEUED_MS = 0.005, 80
"""Where packets are lost, but not for want of room (so much loss, no longer queue), what is sent
again goes out twice, so many seconds apart: it is lost as often, and a third time is too late."""
REPEAT_LATER = 2
"""The second copy of a packet of sound follows so many packets after the first."""
PACKET_OVERHEAD = 40
"""Bytes of IP, UDP and SRTP around an RTP packet."""
HISTORY = 2048
ENCODED_SHARE, PACED_SHARE = 0.88, 1.15
"""Of the rate for pictures: headers and retransmissions need the rest; a larger picture than others
may go out a little faster, so that the next one need not be left out."""
COPIES, MOST_LOST = 2, 0.15
"""A lost packet is sent again so often; of a line that loses more, no more is kept for that."""
LATE = 1.25
"""A picture later than by so many steps of its rung was kept waiting by the one before it. With
the bits of all that time it would keep the next one waiting as long, for ever."""
REPORTS_KEPT = 8

_HISTORY = "_RTCRtpSender__rtp_history"


@dataclass(slots=True)
class Counts:
    """What one sender of pictures did since the call began."""

    sent: int = 0
    key_frames: int = 0
    resent: int = 0
    octets: int = 0
    encode_s: float = 0.0


class _Line:
    """What a sender calls its transport: counts and spaces the packets on their way there."""

    def __init__(
        self, inner: RTCDtlsTransport, send: Callable[[bytes], Coroutine[None, None, None]]
    ) -> None:
        self._inner = inner
        self._send = send

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    async def _send_rtp(self, data: bytes) -> None:
        if is_rtcp(data):
            await self._inner._send_rtp(data)
        else:
            await self._send(data)


class _Reporting(RTCRtpSender):
    """Gives every report block about its stream to `on_report`, with a round trip of its own.

    The round trip is that of RFC 3550 section 6.4.1, against every sender report sent lately: on a
    full line the answer comes after the next report has gone out.
    """

    on_report: Callable[[Report, RtcpReceiverInfo], None]
    on_estimate: Callable[[float], None]
    _sent_reports: dict[int, float]
    _reported_at: float | None
    _highest: int | None
    _clock_rate: int

    def _begin(self, clock_rate: int) -> None:
        self._sent_reports, self._highest, self._clock_rate = {}, None, clock_rate
        self._reported_at = None

    async def _send_rtcp(self, packets: list[AnyRtcpPacket]) -> None:
        for packet in packets:
            if isinstance(packet, RtcpSrPacket) and packet.sender_info.ntp_timestamp:
                self._date(packet)
        await super()._send_rtcp(packets)

    def _date(self, packet: RtcpSrPacket) -> None:
        """Dates a sender report by its own moment: aiortc gives that of the last packet."""
        info = packet.sender_info
        now = clock.current_ntp_time()
        later = round((now - info.ntp_timestamp) / (1 << 32) * self._clock_rate)
        info.ntp_timestamp = now
        info.rtp_timestamp = (info.rtp_timestamp + later) & 0xFFFFFFFF
        self._sent_reports[now >> 16 & 0xFFFFFFFF] = time.monotonic()
        for old in tuple(self._sent_reports)[:-REPORTS_KEPT]:
            del self._sent_reports[old]

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if isinstance(packet, RtcpRrPacket | RtcpSrPacket):
            for report in packet.reports:
                if report.ssrc == self._ssrc:
                    self.on_report(self._understood(report), report)
        elif isinstance(packet, RtcpPsfbPacket) and packet.fmt == RTCP_PSFB_APP:
            try:
                bps, ssrcs = unpack_remb_fci(packet.fci)
            except ValueError:
                return
            if self._ssrc in ssrcs:
                self.on_estimate(bps / 1000)
            return
        await super()._handle_rtcp_packet(packet)

    def _understood(self, report: RtcpReceiverInfo) -> Report:
        now = time.monotonic()
        sent_at = self._sent_reports.get(report.lsr)
        trip = None
        if sent_at is not None:
            trip = max(0.0, (now - sent_at - report.dlsr / 65536) * 1000)
        before, self._highest = self._highest, report.highest_sequence
        packets = max(0, report.highest_sequence - before) if before is not None else 0
        covers = 0.0 if self._reported_at is None else now - self._reported_at
        self._reported_at = now
        return Report(
            lost=report.fraction_lost / 256,
            packets=packets,
            rtt_ms=trip,
            jitter_ms=report.jitter / self._clock_rate * 1000,
            covers_s=covers,
        )


def encoded_share(lost: float) -> float:
    """Of the rate for pictures, what an encoder may spend where that share of packets is lost."""
    return ENCODED_SHARE * (1 - COPIES * min(lost, MOST_LOST))


class SoundSender(_Reporting):
    """Sends sound at once, and twice while packets are lost.

    `see` is shown what is sent: (codec, bit stream, timestamp).
    """

    see: Callable[[str, bytes, int], bool] | None = None

    def adopt(self) -> None:
        """Made of a stock sender that has not started."""
        self._begin(AUDIO_RATE)
        self.decision: Decision | None = None
        self._encoder_of_speech: SpeechEncoder | None = None
        self._latest: deque[bytes] = deque(maxlen=REPEAT_LATER + 1)

    @property
    def transport(self) -> RTCDtlsTransport:
        return cast(RTCDtlsTransport, _Line(super().transport, self._send_twice))

    async def _send_twice(self, data: bytes) -> None:
        real = super().transport
        await real._send_rtp(data)
        self._latest.append(data)
        wanted = self.decision is not None and self.decision.repeat_sound
        if wanted and len(self._latest) > REPEAT_LATER:
            await real._send_rtp(self._latest[0])

    async def send(self, parameters: RTCRtpSendParameters) -> None:
        """Sends what follows RED among the codecs: RED is only received."""
        own = [codec for codec in parameters.codecs if not is_red(codec)]
        await super().send(replace(parameters, codecs=own))

    async def _next_encoded_frame(self, codec: RTCRtpCodecParameters) -> RTCEncodedFrame | None:
        if codec.name.lower() != "opus":
            return await super()._next_encoded_frame(codec)
        frame = await self.track.recv()
        if not self._enabled or not isinstance(frame, av.AudioFrame):
            return None
        kbps = self.decision.sound_kbps if self.decision is not None else 24
        if self._encoder_of_speech is None or self._encoder_of_speech.kbps != kbps:
            self._encoder_of_speech = SpeechEncoder(kbps)
        level = compute_audio_level_dbov(frame)
        loop = asyncio.get_running_loop()
        payloads, timestamp = await loop.run_in_executor(
            None, self._encoder_of_speech.encode, frame
        )
        if self.see is not None:
            for payload in payloads:
                self.see(codec.name, payload, timestamp)
        return RTCEncodedFrame(payloads, timestamp, level) if payloads else None


class PictureSender(_Reporting):
    """Sends pictures on the rung and at the rate that were decided.

    `see` is shown what is sent; True from it asks for a key frame.
    """

    see: Callable[[str, bytes, int], bool] | None = None

    def adopt(self, now: Clock) -> None:
        """Made of a stock sender that has not started."""
        self._begin(VIDEO_CLOCK)
        self.counts = Counts()
        self.decision: Decision | None = None
        self.rtt_ms = 0.0
        self.codec_name = ""
        self._now = now
        self._pacing = PacedSending(now, 300)
        self._encoder_of_pictures: PictureEncoder | None = None
        self._due_at: float | None = None
        self._key_wanted = True
        self._key_at = -KEY_EVERY
        self._resent_at: dict[int, float] = {}
        self._again: deque[tuple[float, int]] = deque()
        self._resending = False
        self._bytes_at: dict[int, int] = {}

    @property
    def transport(self) -> RTCDtlsTransport:
        return cast(RTCDtlsTransport, _Line(super().transport, self._send_paced))

    def follow(self, decision: Decision) -> None:
        """Sends as decided from the next picture on."""
        before, self.decision = self.decision, decision
        self._pacing.set_rate(decision.pictures_kbps * PACED_SHARE)
        if before is not None and before.rung.motion is not decision.rung.motion:
            self._key_wanted, self._due_at = True, None

    def bytes_until(self, sequence: int) -> int | None:
        """Bytes of pictures sent up to a sequence number, None when it is too old."""
        return self._bytes_at.get(sequence & 0xFFFF)

    async def _send_paced(self, data: bytes) -> None:
        resending, self._resending = self._resending, False
        if resending:
            await super().transport._send_rtp(data)
            return
        while self._again and self._again[0][0] <= self._now.now():
            await self._resend(self._again.popleft()[1])
        size = len(data) + PACKET_OVERHEAD
        await self._pacing.turn(size)
        sequence = int.from_bytes(data[2:4], "big")
        self.counts.octets += size
        self._bytes_at[sequence] = self.counts.octets
        self._bytes_at.pop(uint16_add(sequence, -HISTORY), None)
        await super().transport._send_rtp(data)

    def _send_keyframe(self) -> None:
        self._key_wanted = True

    async def _retransmit(self, sequence_number: int) -> None:
        """Sends a lost packet again, if its turn is not over and the rate pays for it."""
        now = self._now.now()
        last = self._resent_at.get(sequence_number)
        if last is not None and now - last < max(RESEND_AFTER, self.rtt_ms / 1000):
            return
        if len(self._resent_at) > HISTORY:
            self._resent_at.clear()
        if await self._resend(sequence_number):
            self._resent_at[sequence_number] = now
            if self._losing():
                self._again.append((now + SECOND_COPY_AFTER, sequence_number))

    async def _resend(self, sequence_number: int) -> bool:
        """False when the packet is too old, or the rate does not pay for it."""
        packet = getattr(self, _HISTORY).get(sequence_number % 128)
        if packet is None or packet.sequence_number != sequence_number:
            return False
        if not self._pacing.may_resend(len(packet.payload) + PACKET_OVERHEAD + 12):
            return False
        self.counts.resent += 1
        packet.extensions.abs_send_time = clock.current_ntp_time() >> 14 & 0x00FFFFFF
        self._resending = True  # seen by `_send_paced` before anything else runs
        await super()._retransmit(sequence_number)
        return True

    def _losing(self) -> bool:
        """Packets are lost, but not for want of room: those sent again are lost as often."""
        decision = self.decision
        return decision is not None and decision.lost >= LOSING and decision.queue_ms < QUEUED_MS

    async def _next_encoded_frame(self, codec: RTCRtpCodecParameters) -> RTCEncodedFrame | None:
        frame = await self.track.recv()
        if not self._enabled or not isinstance(frame, av.VideoFrame) or self.decision is None:
            return None
        if self._encoder_of_pictures is None:
            self.codec_name = codec.name
            self._encoder_of_pictures = encoder_for(codec.name, sharp=self.decision.rung.sharp)
            if self._encoder_of_pictures is None:
                return None
        if not self._is_due(self.decision):
            return None
        encoded = await self._encode(frame, self._encoder_of_pictures, self.decision)
        if encoded is None:
            return None
        self.counts.sent += 1
        if self.see is not None and self.see(codec.name, encoded.data, encoded.timestamp):
            self._send_keyframe()
        return RTCEncodedFrame(encoded.payloads, encoded.timestamp, cast(int, None))

    def _is_due(self, decision: Decision) -> bool:
        """Whether the rung's frame rate has room for a picture now."""
        if decision.rung.motion is Motion.PAUSED or decision.pictures_kbps <= 0:
            return False
        now = self._now.now()
        every = 1 / decision.rung.fps
        if self._due_at is not None and now < self._due_at - every / 8:
            return False
        self._due_at = max((self._due_at or now) + every, now)
        return True

    async def _encode(
        self, frame: av.VideoFrame, encoder: PictureEncoder, decision: Decision
    ) -> Encoded | None:
        single = decision.rung.motion is Motion.SINGLE
        now = self._now.now()
        key = single or (self._key_wanted and now - self._key_at >= KEY_EVERY)
        size = size_on(decision.rung, frame.width, frame.height)
        kbps = decision.pictures_kbps
        bps = kbps * 1000 * encoded_share(decision.lost) * self._pacing.spending.share(now, kbps)
        moves = not single and not decision.rung.sharp
        longest_s = LATE / decision.rung.fps if moves else LONGEST_S

        def work() -> tuple[Encoded | None, float]:
            began = time.perf_counter()
            picture = scaled(frame, size)
            made = encoder.encode(picture, bps, key=key, alone=single, longest_s=longest_s)
            return made, time.perf_counter() - began

        encoded, seconds = await asyncio.get_running_loop().run_in_executor(None, work)
        self.counts.encode_s += seconds
        if key:
            self._key_wanted, self._key_at = False, now
        if encoded is not None and encoded.is_key:
            self.counts.key_frames += 1
            self._key_at = now
        return encoded
