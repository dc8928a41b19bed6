"""Freezes of a received stream, counted as WebRTC's statistics do (freezeCount)."""

from collections import deque

FRAMES = 30
"""Intervals whose mean is what a viewer is used to."""


class Smoothness:
    """Told of each picture that is shown; a freeze is a pause of max(3 × mean, mean + 150 ms)."""

    def __init__(self) -> None:
        self.freezes = 0
        self._last: float | None = None
        self._intervals: deque[float] = deque(maxlen=FRAMES)

    def shown(self, now: float, *, meant_still: bool = False) -> None:
        """A picture is shown at `now` (monotonic seconds).

        Args:
            meant_still: the sender said that it sends single pictures or none: no freeze.
        """
        last, self._last = self._last, now
        if last is None:
            return
        pause = now - last
        if meant_still:
            self._intervals.clear()
            return
        if self._intervals:
            mean = sum(self._intervals) / len(self._intervals)
            if pause > max(3 * mean, mean + 0.15):
                self.freezes += 1
                return
        self._intervals.append(pause)
