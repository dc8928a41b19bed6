"""Says at most once in some time what would be said again and again."""

from datetime import datetime, timedelta

from server.domain.ports import Clock

TOLD_EVERY = timedelta(minutes=10)
"""Of what goes wrong until somebody mends it."""


class NowAndThen:
    """Whether it is time to say it again."""

    def __init__(self, clock: Clock, every: timedelta) -> None:
        self._clock, self._every = clock, every
        self._last: datetime | None = None

    def due(self) -> bool:
        """The first time, and then when that time is over since the last one that was due."""
        now = self._clock.now()
        if self._last is not None and now - self._last < self._every:
            return False
        self._last = now
        return True

    def reset(self) -> None:
        """The next time is the first again."""
        self._last = None
