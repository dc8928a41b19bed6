"""Which rung of the ladder is taken: left at once, and climbed with patience.

A try that fails is seen (pictures stop, speech is late), so each makes the next one wait four times
as long, until the line proves to be another one.
"""

from app.media.ladder import LADDER, SMALLEST_FLUENT, rung_for

MARGIN_UP, MARGIN_DOWN = 1.1, 0.88
WAIT_S, WAIT_MOST_S, WAIT_GROWS = 3.0, 600.0, 4
WAIT_SILENT_S = 120.0
"""No longer is waited where hardly a picture is sent: nothing else shows a better line."""
FAILED_WITHIN_S = 120.0
PROVEN_AFTER_S = 180.0
ANOTHER_LINE = 1.5
"""Times the most a failed try was aimed at: so much was not carried then."""


class Climbing:
    """Keeps `place` in `LADDER`; monotonic seconds.

    Args:
        place: the rung to begin with.
    """

    def __init__(self, place: int) -> None:
        self.place = place
        self._wait = WAIT_S
        self._fits_since: float | None = None
        self._rose_at: float | None = None
        self._rose_from = len(LADDER)
        self._aimed = self._failed_at = 0.0

    def least_of_next(self) -> float:
        """The rate from which the next better rung is taken; 0 while pictures are fluent."""
        if self.place <= SMALLEST_FLUENT:
            return 0.0
        return LADDER[self.place - 1].least_kbps * MARGIN_UP

    def choose(self, now: float, target: float, capped: int) -> None:
        """The rung for this rate.

        Args:
            capped: no better one may be taken.
        """
        if self._rose_at is not None and now - self._rose_at > PROVEN_AFTER_S:
            self._rose_at, self._wait = None, WAIT_S
        self._aimed = max(self._aimed, target)
        if target > self._failed_at * ANOTHER_LINE:
            self._wait = WAIT_S
        carried = max(rung_for(target, MARGIN_DOWN), capped)
        if carried > self.place:
            self._fall(now, carried)
            return
        wanted = max(rung_for(target, MARGIN_UP), capped)
        if wanted >= self.place:
            self._fits_since = None
        elif self._fits_since is None:
            self._fits_since = now
        elif now - self._fits_since >= self._patience():
            self._rose_from, self._rose_at, self._aimed = self.place, now, target
            self.place, self._fits_since = wanted, None

    def _patience(self) -> float:
        return min(self._wait, WAIT_SILENT_S) if self.place > SMALLEST_FLUENT else self._wait

    def _fall(self, now: float, to: int) -> None:
        if to > self._rose_from:
            self._wait = WAIT_S  # not the try failed: the line is another one now
        elif self._rose_at is not None and now - self._rose_at <= FAILED_WITHIN_S:
            self._wait = min(WAIT_MOST_S, self._wait * WAIT_GROWS)
            self._failed_at = self._aimed
        self.place, self._fits_since, self._rose_at = to, None, None
