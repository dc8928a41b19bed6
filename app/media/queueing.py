"""The queue in the line to us, from small packets that say when they were sent.

One that travels longer than the fastest of the last minute has waited somewhere. No common clock is
needed, and unlike a round trip it says nothing of the way back.
"""

from collections import deque
from collections.abc import Callable

RECENT = 2
"""Packets of which the least late one counts: a busy computer delays some, a queue all."""
LEAST_OF_S = 60.0
_OTHER_CLOCK_S = 20.0
_SILENT_S = 1.5
_CATCH_UP_S = 0.1
_WRAP_MS = 1 << 32


class LineQueue:
    """Told of each packet that comes.

    Args:
        now: monotonic seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._recent: deque[float] = deque(maxlen=RECENT)
        self._least: deque[tuple[float, float]] = deque()
        self._trusted_from = 0.0

    def stood_still(self) -> None:
        """This computer was late itself: what came meanwhile, or still waits, says nothing."""
        self._recent.clear()
        self._trusted_from = self._now() + _CATCH_UP_S

    def arrived(self, sent_ms: int) -> None:
        """A packet came that was sent at `sent_ms` of the sender's own clock (32 bits)."""
        now = self._now()
        if now < self._trusted_from:
            return
        behind = (round(now * 1000) - sent_ms) % _WRAP_MS
        delay = (behind - _WRAP_MS if behind >= _WRAP_MS // 2 else behind) / 1000
        if self._recent and abs(delay - self._recent[-1]) > _OTHER_CLOCK_S:
            self._recent.clear()  # the sender slept, or is another one
            self._least.clear()
        self._recent.append(delay)
        while self._least and self._least[-1][1] >= delay:
            self._least.pop()
        self._least.append((now, delay))
        while self._least[0][0] < now - LEAST_OF_S:
            self._least.popleft()

    def waiting_ms(self) -> float | None:
        """How long packets wait now; None while none comes."""
        if len(self._recent) < RECENT or self._now() - self._least[-1][0] > _SILENT_S:
            return None
        return max(0.0, (min(self._recent) - self._least[0][1]) * 1000)
