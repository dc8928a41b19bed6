"""What aiortc does not count: frame rates and bit rates, from its totals and our own counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiortc.stats import (
    RTCInboundRtpStreamStats,
    RTCRemoteInboundRtpStreamStats,
    RTCStats,
    RTCTransportStats,
)

from app.media.sources import AUDIO_RATE, VIDEO_CLOCK


@dataclass(frozen=True, slots=True)
class Totals:
    """A peer connection's totals at one moment. Jitter and RTT in ms, None: not measured."""

    packets_received: int = 0
    bytes_received: int = 0
    bytes_sent: int = 0
    packets_lost: int = 0
    rtt_ms: float | None = None
    jitter_ms: float | None = None


def totals(report: Mapping[str, RTCStats]) -> Totals:
    """The totals of `RTCPeerConnection.getStats()`; the worse of sound's and picture's jitter."""
    packets = received = sent = lost = 0
    rtts: list[float] = []
    jitters: list[float] = []
    for entry in report.values():
        match entry:
            case RTCTransportStats():
                packets += entry.packetsReceived
                received += entry.bytesReceived
                sent += entry.bytesSent
            case RTCRemoteInboundRtpStreamStats():
                # aiortc leaves it None until the first report has been answered.
                if isinstance(entry.roundTripTime, float):
                    rtts.append(entry.roundTripTime * 1000)
            case RTCInboundRtpStreamStats():
                lost += entry.packetsLost
                clock = AUDIO_RATE if entry.kind == "audio" else VIDEO_CLOCK
                jitters.append(entry.jitter / clock * 1000)
            case _:
                pass
    return Totals(
        packets_received=packets,
        bytes_received=received,
        bytes_sent=sent,
        packets_lost=lost,
        rtt_ms=max(rtts, default=None),
        jitter_ms=max(jitters, default=None),
    )


@dataclass(frozen=True, slots=True)
class Rates:
    """Per second over one interval: bits each way and decoded pictures."""

    bitrate_in_bps: int = 0
    bitrate_out_bps: int = 0
    fps: float = 0.0


class RateMeter:
    """Turns totals into rates between two readings.

    Args:
        now: monotonic seconds at which everything was zero.
    """

    def __init__(self, now: float) -> None:
        self._last = (now, Totals(), 0)

    def read(self, now: float, current: Totals, frames_decoded: int) -> Rates:
        """The rates since the last reading, never below 0: a closed peer takes its totals along.

        Args:
            now: monotonic seconds.
        """
        last, self._last = self._last, (now, current, frames_decoded)
        if now <= last[0]:
            return Rates()
        seconds = now - last[0]
        return Rates(
            bitrate_in_bps=_bits(last[1].bytes_received, current.bytes_received, seconds),
            bitrate_out_bps=_bits(last[1].bytes_sent, current.bytes_sent, seconds),
            fps=round(max(0, frames_decoded - last[2]) / seconds, 1),
        )


def _bits(before: int, after: int, seconds: float) -> int:
    return round(max(0, after - before) * 8 / seconds)
