"""Whether the other side is heard, and which of its reports tell of a time when it was not.

What comes regularly differs: a peer like us speaks five times a second, a browser that receives
only sound reports every five seconds (RFC 3550 section 6.2), and nothing else comes while its own
microphone and camera are off. So a silence is what is long beside the pauses that came before it.
"""

import math
from collections import deque

SILENT_AFTER, SILENT_MOST_S = 2.5, 8.0
"""Seconds without a word that are a silence: at least, and however seldom something comes."""
PAUSES, PAUSE_FACTOR = 4, 1.5
"""So many of the latest pauses are looked at; one longer by that factor is a silence."""
DEAF_S = 1.5
"""So long after a silence reports still tell of its packets."""


class Contact:
    """Told of everything that comes from the other side; monotonic seconds."""

    def __init__(self) -> None:
        self._heard_at: float | None = None
        self._again_at = -math.inf
        self._pauses: deque[float] = deque(maxlen=PAUSES)

    def silent(self, now: float) -> bool:
        """Nothing comes any more of what came before."""
        patience = max(self._pauses, default=0.0) * PAUSE_FACTOR
        patience = min(SILENT_MOST_S, max(SILENT_AFTER, patience))
        return self._heard_at is not None and now - self._heard_at > patience

    def heard(self, now: float) -> bool:
        """Something came; True when it ends a silence."""
        again = self.silent(now)
        if again:
            self._again_at = now
        if self._heard_at is not None:
            self._pauses.append(now - self._heard_at)
        self._heard_at = now
        return again

    def tells_of_silence(self, now: float, covers_s: float) -> bool:
        """Whether a report of the last `covers_s` seconds counts packets of the silence."""
        return now < self._again_at + DEAF_S or now - covers_s < self._again_at
