"""What the line did not carry, and how near to it more is tried.

A queue shows a second or two after it began to grow. So a try goes only a little beyond what was
refused, and no further before that was carried for a while without a queue. Steps near it stay
small until clearly more arrives, or it was long ago: then the line is another one.
"""

import math

KEPT_S, CLOSE_S = 60.0, 20.0
"""So long it is remembered, and so long no more than a little beyond is tried."""
NEAR, BEYOND, CARRIED = 0.75, 1.04, 0.8
"""Of what was refused: from where steps are small, what is tried, and what must arrive of a try (a
quiet picture does not take all it may)."""
CERTAIN = 1.1
"""Where so much of it arrives, the line is another one at once."""
HELD_S, HELD_MS = 1.5, 20
"""So long a try must be carried without a longer queue: each picture alone makes one on a line
that is nearly full."""


class Refused:
    """Monotonic seconds, kbit/s."""

    def __init__(self) -> None:
        self._kbps: float | None = None
        self._at = 0.0
        self._bounds = False  # whether no more than a little beyond is tried
        self._held_since: float | None = None

    def told(self, now: float, queue_ms: float) -> None:
        """So long is the queue now."""
        if queue_ms >= HELD_MS and self._held_since is not None:
            self._held_since = now

    def notice(self, now: float, kbps: float, *, measured: bool) -> None:
        """A queue grew when so much was carried, or sent where the other is not `measured`. A try
        beyond what was refused before says nothing new: else each would lead a little higher."""
        self._kbps = kbps if self._kbps is None else min(self._kbps, kbps)
        self._at, self._bounds = now, measured
        self._held_since = None

    def over(self, now: float, tried_kbps: float, carried_kbps: float) -> bool:
        """Whether it has just been found to say nothing of the line any more."""
        if self._kbps is None:
            return False
        tried = tried_kbps >= self._kbps * BEYOND - 1
        held = tried and carried_kbps >= self._kbps * CARRIED
        self._held_since = (self._held_since or now) if held else None
        if self._held_since is not None and now - self._held_since >= HELD_S:
            self._bounds = False
        if carried_kbps <= self._kbps * CERTAIN and now - self._at <= KEPT_S:
            return False
        self._kbps = None
        return True

    def most(self, now: float) -> float:
        """The most that is tried; infinite where nothing was refused lately."""
        if self._kbps is None or not self._bounds or now - self._at > CLOSE_S:
            return math.inf
        return self._kbps * BEYOND

    def near(self, kbps: float) -> bool:
        return self._kbps is not None and kbps > self._kbps * NEAR
