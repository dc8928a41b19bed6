"""Which rung of the ladder is taken: left at once, and climbed with patience.

A try that fails is seen (pictures stop, speech is late), so each makes the next one of the same
rung wait four times as long (twice, where hardly a picture is sent), until the line proves to be
another one.
"""

from app.media.ladder import LADDER, SMALLEST_FLUENT, rung_for

MARGIN_UP, MARGIN_DOWN = 1.1, 0.88
WAIT_S, WAIT_MOST_S, WAIT_GROWS = 3.0, 600.0, 4
WAIT_SILENT_S, WAIT_SILENT_GROWS = 120.0, 2
"""No longer is waited where hardly a picture is sent: nothing else shows a better line."""
LEAP = 4.0
"""Times what is really sent may be aimed at for the next rung."""
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
        self._waits: dict[int, float] = {}
        self._failed_at: dict[int, float] = {}
        self._fits_since: dict[int, float] = {}
        self._rose_at: float | None = None
        self._rose_from = len(LADDER)
        self._aimed = 0.0

    def unproven_aim(self, capped: int, sent: float) -> float:
        """The rate from which the next better rung is taken, where that may be aimed at unproven;
        else 0. A quiet picture never takes as much on the rung it is on, so that the next one is
        itself the try.

        Args:
            capped: no better one may be taken.
            sent: kbit/s that are really sent.
        """
        if self.place <= capped:
            return 0.0
        needs = LADDER[self.place - 1].least_kbps * MARGIN_UP
        return needs if self.place > SMALLEST_FLUENT or needs <= LEAP * sent else 0.0

    def choose(self, now: float, target: float, sent: float, capped: int) -> None:
        """The rung for this rate.

        Args:
            sent: of `target` is really sent, which alone proves that the line is another one.
            capped: no better one may be taken.
        """
        if self._rose_at is not None and now - self._rose_at > PROVEN_AFTER_S:
            self._rose_at = None
            for poorer in range(self.place, len(LADDER)):
                self._forget(poorer)
        self._aimed = max(self._aimed, target)
        proven = min(target, sent)
        for place, failed in list(self._failed_at.items()):
            if proven > failed * ANOTHER_LINE:
                self._forget(place)
        carried = max(rung_for(target, MARGIN_DOWN), capped)
        if carried > self.place:
            self._fall(now, carried)
            return
        wanted = max(rung_for(target, MARGIN_UP), capped)
        better = range(wanted, self.place)
        self._fits_since = {place: self._fits_since.get(place, now) for place in better}
        for place in better:
            if now - self._fits_since[place] >= self._patience(place):
                self._rise(now, place, target)
                return

    def _patience(self, place: int) -> float:
        wait = self._waits.get(place, WAIT_S)
        return min(wait, WAIT_SILENT_S) if self.place > SMALLEST_FLUENT else wait

    def _rise(self, now: float, to: int, target: float) -> None:
        self._rose_from, self._rose_at, self._aimed = self.place, now, target
        self.place, self._fits_since = to, {}

    def _fall(self, now: float, to: int) -> None:
        tried = self._rose_at is not None and now - self._rose_at <= FAILED_WITHIN_S
        if to > self._rose_from:
            self._forget(self.place)  # not the try failed: the line is another one now
        elif tried:
            grows = WAIT_GROWS if to <= SMALLEST_FLUENT else WAIT_SILENT_GROWS
            longer = self._waits.get(self.place, WAIT_S) * grows
            self._waits[self.place] = min(WAIT_MOST_S, longer)
            self._failed_at[self.place] = self._aimed
        self.place, self._fits_since, self._rose_at = to, {}, None
        self._rose_from = len(LADDER)

    def _forget(self, place: int) -> None:
        """A try of this rung may come as soon as the first did."""
        self._waits.pop(place, None)
        self._failed_at.pop(place, None)
