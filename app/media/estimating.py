"""What the line to us carries, as a browser is told it (REMB, draft-alvestrand-rmcat-remb).

aiortc's own estimator takes a moment in which this computer was busy for a full line, and on a
perfect line it held a browser at 74 to 770 kbit/s. Here a queue is only what all packets of a
while have waited for (`app.media.queueing`), and it is answered by what arrives while it stands
(`app.media.arrivals`). A program of our own kind is told more (`app.media.adaptation`); once it is
known to be one it gets no REMB.
"""

import math
from collections.abc import Callable

from aiortc import RTCRtpReceiver

from app.media.arrivals import Arrivals
from app.media.ladder import LEAST_KBPS, MOST_KBPS
from app.media.queueing import LineQueue

COUNT_EVERY_S = 0.6
YOUNG_S, YOUNG_GROWS = 3.0, 2.0
"""In its first seconds a browser goes to what it is told at once, and then ever more slowly."""
GROWS_A_SECOND, NEAR_GROWS, NEAR = 1.08, 1.04, 1.2
"""Less where so many times what went through the last queue is not yet reached."""
BEYOND_ARRIVED, BEYOND_KBPS = 2.0, 100.0
"""No more is allowed than so many times what arrived, and a little: nobody has tried the rest."""
CALM_MS = 60.0
LEFT, LEAST_LEFT, EMPTY_IN_MS = 0.85, 0.5, 2000.0
"""Of what arrives through a queue, so that it empties, and does not take longer than that."""
SHRINKS = 0.9
"""A queue that is at most that share of what it was is on its way out."""
PATH_S = 8.0
"""A delay that stands longer, through all that was taken back, is the length of the path."""
HEADERS = 40
"""Bytes of IP, UDP, RTP around a payload."""
ESTIMATOR = "_RTCRtpReceiver__remote_bitrate_estimator"
_FRACTION, _WRAP = 18, 1 << 24
"""abs-send-time: 24 bits, of which 18 are parts of a second."""


class LineEstimate:
    """In the place of a receiver's `RemoteBitrateEstimator`; told of every packet of pictures.

    Args:
        now: monotonic seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.own_kind = False
        self._now = now
        self._queue = LineQueue(now)
        self._arrivals = Arrivals()
        self._began = self._since = now()
        self._least, self._octets = math.inf, 0
        self._sent = self._sent_last = 0
        self._kbps = 0.0
        self._delayed_since: float | None = None
        self._was_ms = self._through = 0.0

    def add(
        self, *, abs_send_time: int, arrival_time_ms: int, payload_size: int, ssrc: int
    ) -> tuple[int, list[int]] | None:
        """Takes a packet; returns (bit/s, the streams meant) when the sender is to be told."""
        if self.own_kind:
            return None
        now = self._now()
        if self._octets == 0 and self._arrivals.latest is None:
            self._began = self._since = now
        self._queue.arrived(self._sent_ms(abs_send_time))
        waiting = self._queue.waiting_ms()
        if waiting is not None:
            self._least = min(self._least, waiting)
        self._octets += payload_size + HEADERS
        passed = now - self._since
        if passed < COUNT_EVERY_S:
            return None
        self._look(now, passed)
        return round(self._kbps * 1000), [ssrc]

    def _sent_ms(self, abs_send_time: int) -> int:
        step = (abs_send_time - self._sent_last + _WRAP // 2) % _WRAP - _WRAP // 2
        self._sent, self._sent_last = self._sent + step, abs_send_time
        return (self._sent * 1000 >> _FRACTION) & 0xFFFFFFFF

    def _look(self, now: float, passed: float) -> None:
        queue = self._least if math.isfinite(self._least) else 0.0
        self._arrivals.told(queue, self._octets * 8 / 1000 / passed)
        self._since, self._least, self._octets = now, math.inf, 0
        carried = self._arrivals.carried or 0.0
        self._kbps = self._kbps or max(float(LEAST_KBPS), carried)
        if queue < CALM_MS:
            self._calm(now, passed, carried)
        elif self._delayed_since is None:
            self._delayed_since, self._was_ms = now, queue
        elif now - self._delayed_since > PATH_S:
            self._delayed_since, self._queue = None, LineQueue(self._now)
        if self._arrivals.standing and self._delayed_since is not None:
            self._answer(queue, carried)

    def _calm(self, now: float, passed: float, carried: float) -> None:
        """Gives back what was taken to empty the queue, and a little more."""
        if self._delayed_since is not None:
            self._delayed_since = None
            self._kbps = max(self._kbps, self._through * LEFT)
        near = self._kbps < self._through * NEAR
        grows = (NEAR_GROWS if near else GROWS_A_SECOND) ** passed
        if now - self._began < YOUNG_S:
            grows = YOUNG_GROWS
        most = max(self._kbps, carried * BEYOND_ARRIVED + BEYOND_KBPS)
        self._kbps = min(float(MOST_KBPS), most, self._kbps * grows)

    def _answer(self, queue: float, carried: float) -> None:
        """Takes back what does not go through, unless the queue is shrinking already."""
        if queue > self._was_ms * SHRINKS:
            left = min(LEFT, max(LEAST_LEFT, 1 - queue / EMPTY_IN_MS))
            self._through = carried
            self._kbps = max(float(LEAST_KBPS), min(self._kbps, carried * left))
        self._was_ms = queue


def estimate_for(receiver: RTCRtpReceiver) -> LineEstimate | None:
    """That of a repaired receiver of pictures."""
    found: object = getattr(receiver, ESTIMATOR)
    return found if isinstance(found, LineEstimate) else None
