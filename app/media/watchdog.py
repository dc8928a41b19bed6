"""Whether the media process still works: during a call it counts once a second.

A process may stand still without ending, and nothing else says so: the last picture would stay on
the screen as if it were the present.
"""

from enum import Enum, auto

LOOK_EVERY = 0.5
SAID_AFTER, ENDED_AFTER = 3.0, 7.0
"""Seconds without a count until a person is told, and until the process is ended."""
LONGEST = 30.0
"""What `ENDED_AFTER` doubles up to with each end in one sitting: on a computer that has no time for
calls, a new process has none either."""
BEGINS_WITHIN = 20.0
"""Seconds until the first count of a call: devices may be slow to open."""
STOOD_STILL = 1.0
"""A look so much later than due says nothing: this process was kept from running, or the computer
slept, and the other one may have been too."""


class Verdict(Enum):
    """What is known of the media process."""

    WORKS = auto()
    STALLS = auto()
    HANGS = auto()


class Watchdog:
    """Told of what is sent and heard; monotonic seconds."""

    def __init__(self) -> None:
        self._heard_at: float | None = None
        self._counted = False
        self._looked_at = 0.0
        self._patience = ENDED_AFTER

    def call_began(self, now: float) -> None:
        self._heard_at, self._looked_at, self._counted = now, now, False

    def call_ended(self) -> None:
        self._heard_at = None

    def counted(self, now: float) -> None:
        """Statistics came."""
        if self._heard_at is not None:
            self._heard_at, self._counted = now, True

    def look(self, now: float) -> Verdict:
        """To be called every `LOOK_EVERY` seconds."""
        late, self._looked_at = now - self._looked_at > LOOK_EVERY + STOOD_STILL, now
        if self._heard_at is None:
            return Verdict.WORKS
        if late:
            self._heard_at = now
        waited = now - self._heard_at
        if waited > (self._patience if self._counted else BEGINS_WITHIN):
            self._patience = min(LONGEST, 2 * self._patience)
            return Verdict.HANGS
        return Verdict.STALLS if self._counted and waited > SAID_AFTER else Verdict.WORKS
