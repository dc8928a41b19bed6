"""When a received picture is shown: later on a line that loses, so that what is lost comes again.

A lost packet comes back a round trip later, and its picture with it. Shown as they come, pictures
stop for that long and then hurry; shown a little later all of them keep their step. The delay is
what nearly all pictures of the last seconds needed beyond the fastest, so it is nothing on a good
line. Sound is never held for pictures.
"""

from collections import deque

KEEP_S = 10.0
"""Pictures of the last seconds that are judged."""
FASTEST_OF_S = 30.0
ON_TIME_SHARE = 0.98
"""Of the pictures come in time; the others are a busy computer's, or were given up."""
TOLERATED_S = 0.05
"""A picture so late is not seen to be late."""
MOST_S = 0.4
"""Beyond that talking suffers more than pictures do."""
FALLS_BY = 0.04
"""Seconds by which the delay shrinks in a second, unseen."""
_FEWEST = 15
_OTHER_CLOCK_S = 10.0


class PlayoutDelay:
    """Told of each decoded picture in order; seconds, of two clocks that need not agree."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._fastest: deque[tuple[float, float]] = deque()
        self._late: deque[tuple[float, float]] = deque()
        self._looked: float | None = None

    def due(self, now: float, timestamp: float) -> float:
        """When the picture taken at `timestamp` and decoded `now` is shown; not before `now`."""
        behind = now - timestamp
        if self._fastest and abs(behind - self._fastest[-1][1]) > _OTHER_CLOCK_S:
            self.forget()  # its clock began anew
        while self._fastest and self._fastest[-1][1] >= behind:
            self._fastest.pop()
        self._fastest.append((now, behind))
        while self._fastest[0][0] < now - FASTEST_OF_S:
            self._fastest.popleft()
        fastest = self._fastest[0][1]
        self._late.append((now, behind - fastest))
        while self._late[0][0] < now - KEEP_S:
            self._late.popleft()
        self._adjust(now)
        return max(now, timestamp + fastest + self.seconds)

    def forget(self) -> None:
        """Pictures stop or are single ones: what they needed says nothing of the next."""
        self._fastest.clear()
        self._late.clear()
        self.seconds, self._looked = 0.0, None

    def _adjust(self, now: float) -> None:
        passed = 0.0 if self._looked is None else now - self._looked
        self._looked = now
        wanted = 0.0
        if len(self._late) >= _FEWEST:
            ranked = sorted(late for _, late in self._late)
            needed = ranked[min(len(ranked) - 1, int(len(ranked) * ON_TIME_SHARE))]
            wanted = min(MOST_S, max(0.0, needed - TOLERATED_S))
        self.seconds = max(wanted, self.seconds - FALLS_BY * passed)
