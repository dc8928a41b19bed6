"""How much of what is aimed at is really sent: it grows to it step by step.

At the start of a call, and when a better rung is tried: what was aimed at is only then put to the
line. At once, it would fill a line that carries half of it with a queue of a second before the
first answer came.
"""

import math

from app.media.ladder import DOCUMENT_LEAST_KBPS
from app.media.line_quality import LOSSES

OPENING_KBPS = 250
"""Sent when something was heard for the first time."""
OPENS_BY, TOLD_AFTER_S = 1.25, 0.3
"""By so much more is sent until it is heard how that went: a round trip later, and a little."""
LOSSY_KBPS = 1.6 * DOCUMENT_LEAST_KBPS
"""A start with losses goes only so far: what answers it is lost, too, and queues are told late."""
STALLS_S, PROVEN = 3.0, 1.1
"""Where the start has not grown for so long in all, no more is aimed at than it reached, and than
so many times what was really sent."""


class Opening:
    """Monotonic seconds, kbit/s; `kbps` is infinite where everything is sent.

    `of_start`: it is that of the call's beginning. `carried_kbps`: what a try began from, to which
    it goes back; else 0.
    """

    def __init__(self, now: float) -> None:
        self.kbps = float(OPENING_KBPS)
        self.of_start, self.carried_kbps = True, 0.0
        self._looked = now
        self._stood = 0.0

    def waits(self, now: float) -> None:
        """Nothing is sent yet."""
        self._looked = now

    def may_grow(self, lost: float) -> bool:
        """Whether so much loss alone holds it back."""
        if lost < LOSSES[1][0]:
            return True
        return lost < LOSSES[2][0] and (not self.of_start or self.kbps < LOSSY_KBPS)

    def begin(self, sent_kbps: float) -> None:
        """More than `sent_kbps`, which is sent now, is tried from here on."""
        self.kbps, self.of_start = max(float(OPENING_KBPS), sent_kbps), False
        self.carried_kbps = sent_kbps

    def end(self) -> None:
        """All that is aimed at is sent."""
        self.kbps, self.of_start, self.carried_kbps = math.inf, False, 0.0

    def look(
        self, now: float, target: float, sent_kbps: float, round_trip_s: float, *, grows: bool
    ) -> float:
        """Opens further where it `grows`; what may be aimed at, `target` or less."""
        passed, self._looked = now - self._looked, now
        if grows:
            self.kbps *= OPENS_BY ** (passed / (TOLD_AFTER_S + round_trip_s))
        elif self.of_start:
            self._stood += passed
        if self.of_start and self._stood >= STALLS_S:
            target = min(target, self.kbps, max(float(OPENING_KBPS), sent_kbps * PROVEN))
        if self.kbps >= target:
            self.end()
        return target
