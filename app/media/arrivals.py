"""What a receiver of our own kind counts, and what the line carries by it."""

from collections import deque

from app.media.line_quality import QUEUES_MS

KEPT = 8
QUEUED_MS = QUEUES_MS[2][0]


class Arrivals:
    """Counts in kbit/s, one after the other."""

    def __init__(self) -> None:
        self._counts: deque[float] = deque(maxlen=KEPT)
        self._queued = 0

    def told(self, queue_ms: float, kbps: float) -> None:
        """While a queue stands the line is never idle: what arrives then is all it carries, however
        much it was before. The first such count is partly of before."""
        self._queued = self._queued + 1 if queue_ms >= QUEUED_MS else 0
        if self._queued == 2:
            self._counts.clear()
        self._counts.append(kbps)

    @property
    def standing(self) -> bool:
        """Whether `carried` was counted through a queue."""
        return self._queued > 1

    @property
    def latest(self) -> float | None:
        return self._counts[-1] if self._counts else None

    @property
    def carried(self) -> float | None:
        """The most of what is still true; None where nothing was told."""
        return max(self._counts, default=None)
