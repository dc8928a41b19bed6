"""What of a delay is a queue in the line to the other side, and what is the length of the path.

Both lengthen a round trip, and the shortest one of a minute is no measure when the path has grown
(another network, a relay). But a queue empties when less is sent than the line carries, and a path
does not: so a delay that stands although it should have gone is the path's.
"""

from collections import deque

SHORTEST_OF_S = 60.0
TOLD_FOR = 5.0
"""Seconds for which a queue told by the receiver is better than one taken from round trips."""
LATE_MS, LATE_OF_S = 120, 10.0
"""Answers that waited so long, beyond the least late ones of the last seconds, say nothing of what
was sent since: no more is tried on them. What stands for longer is not the queue of the way back,
which the other side empties."""

STANDS_MS = 80
"""Shorter ones keep nothing from growing."""
FALLEN, RISEN, RISEN_MS = 0.6, 1.6, 40
"""A delay that leaves this range of what it was moves, as a queue does."""
OVERFULL = 0.7
"""Where less than that share of what is sent arrives, more is sent than the line carries."""
EMPTYING = 0.85
"""Sending less than that share of what the line carried empties a queue."""
SURE, SURE_MS = 1.5, 100
"""It is the path when so many times the delay, and so much more, should have gone."""
TOLD_AFTER_S, REPORTED_AFTER_S = 0.5, 1.5
"""Beyond the round trip: so old is what is heard of the line."""
SOUNDED_FROM_S, SOUNDED_UNTIL_S, SOUNDED_EVERY_S = 4.0, 8.0, 16.0
"""When a delay too short to be answered is sounded by sending a little less."""


class Delays:
    """Told of round trips and of what the receiver measures; milliseconds, monotonic seconds.

    `queue_ms` is None until something was measured.
    """

    def __init__(self) -> None:
        self.queue_ms: float | None = None
        self._trips: deque[tuple[float, float]] = deque()
        self._late: deque[tuple[float, float]] = deque()
        self._told_at: float | None = None
        self._longer_told = self._longer_trip = 0.0

    def trip(self, now: float, rtt_ms: float) -> None:
        """A round trip was measured."""
        while self._trips and self._trips[0][0] < now - SHORTEST_OF_S:
            self._trips.popleft()
        self._trips.append((now, rtt_ms))
        if not self.told_lately(now):
            beyond = rtt_ms - self.shortest_ms
            self._longer_trip = min(self._longer_trip, beyond)
            self.queue_ms = beyond - self._longer_trip

    def told(self, now: float, queue_ms: float) -> None:
        """The receiver measured this delay of the way to it, beyond its own shortest."""
        self._told_at = now
        self._longer_told = min(self._longer_told, queue_ms)
        self.queue_ms = queue_ms - self._longer_told

    def told_lately(self, now: float) -> bool:
        return self._told_at is not None and now - self._told_at <= TOLD_FOR

    @property
    def shortest_ms(self) -> float:
        """The shortest round trip of the last minute."""
        return min((trip for _, trip in self._trips), default=0.0)

    def heard_after(self, now: float) -> float:
        """Seconds until what is sent now shows in what is heard."""
        late = TOLD_AFTER_S if self.told_lately(now) else REPORTED_AFTER_S
        return late + self.shortest_ms / 1000

    def stale(self, now: float, answers_late_ms: float) -> bool:
        """Whether answers wait in a queue themselves."""
        self._late.append((now, answers_late_ms))
        while self._late[0][0] < now - LATE_OF_S:
            self._late.popleft()
        late = answers_late_ms - min(late for _, late in self._late)
        lately = [trip for at, trip in self._trips if at >= now - LATE_OF_S]
        return max(late, lately[-1] - min(lately) if lately else 0.0) >= LATE_MS

    def grown(self, now: float, by_ms: float) -> None:
        """The path is longer by so much than it was taken to be."""
        if self.told_lately(now):
            self._longer_told += by_ms
        else:
            self._longer_trip += by_ms
        self.queue_ms = max(0.0, (self.queue_ms or 0.0) - by_ms)

    def forget(self) -> None:
        """The path may be another one."""
        self._trips.clear()
        self._late.clear()
        self.queue_ms = None
        self._longer_told = self._longer_trip = 0.0


class Standing:
    """Watches one delay: whether it moves while less is sent than the line carried.

    `least_kbps`: where so little is sent that a queue must shrink, the rate that suffices for that;
    else 0.
    """

    def __init__(self) -> None:
        self.least_kbps = 0.0
        self._began: float | None = None
        self._since = self._looked = 0.0
        self._level = self._least = self._carried = self._should_be_gone = 0.0

    def look(
        self,
        now: float,
        queue_ms: float,
        sends_kbps: float,
        arrives_kbps: float | None,
        after: float,
    ) -> float:
        """A look at the delay; by how much the path has grown, 0 while that is not known.

        Args:
            sends_kbps: what is sent now.
            arrives_kbps: what arrives of it, None when not known.
            after: seconds until what is sent shows in the delay.
        """
        passed, self._looked, self.least_kbps = now - self._looked, now, 0.0
        if queue_ms < STANDS_MS:
            self._began = None
            return 0.0
        if self._began is None:
            self._began, self._carried = now, arrives_kbps or sends_kbps
            self._restart(now, queue_ms)
        if arrives_kbps is not None and arrives_kbps < sends_kbps * OVERFULL:
            self._carried = arrives_kbps
            self._restart(now, queue_ms)
            return 0.0
        self._carried = max(self._carried, arrives_kbps or 0.0)
        if self._moves(queue_ms):
            self._restart(now, queue_ms)
            return 0.0
        self._least = min(self._least, queue_ms)
        if now - self._since < after or self._carried <= 0:
            return 0.0
        share = sends_kbps / self._carried
        self._should_be_gone += passed * 1000 * max(0.0, 1 - share)
        if arrives_kbps is not None and share < EMPTYING:
            self.least_kbps = self._carried * EMPTYING
        return self._found()

    def _moves(self, queue_ms: float) -> bool:
        return not self._level * FALLEN <= queue_ms <= self._level * RISEN + RISEN_MS

    def _found(self) -> float:
        if self._should_be_gone < self._level * SURE + SURE_MS:
            return 0.0
        self._began = None
        return self._least

    def sounded(self, now: float) -> bool:
        """Whether a little less is to be sent, to see whether the delay shrinks."""
        if self._began is None:
            return False
        return SOUNDED_FROM_S <= (now - self._began) % SOUNDED_EVERY_S < SOUNDED_UNTIL_S

    def _restart(self, now: float, queue_ms: float) -> None:
        self._since, self._level, self._least = now, queue_ms, queue_ms
        self._should_be_gone = 0.0
