"""What a source names, on its way to the screen: in batches, which never wait for long."""

from __future__ import annotations

import threading

from app.imaging.listed import Awaited
from app.imaging.series import BadFile, Instance

TICK_MS = 200
_BATCH = 16
_LARGEST_BATCH = 256
_LONGEST_TICKS = 5
Found = Instance | BadFile | Awaited


class Batches:
    """Gathers what one thread finds and another takes.

    A batch is given when it is full, which grows with what there is, for each sorts everything
    again; when nothing more has come for a tick; and after some ticks in any case: images of a far
    source come one by one, and what is here can be looked at.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Found] = []
        self._size, self._told = 1, 0
        self._at_last_tick = self._ticks = 0

    def add(self, found: Found) -> list[Found]:
        """Takes one in; answers the batch where it is full now, else nothing."""
        with self._lock:
            self._waiting.append(found)
            return self._take() if len(self._waiting) >= self._size else []

    def tick(self) -> list[Found]:
        """A tick has passed: what has waited long enough."""
        with self._lock:
            if not self._waiting:
                return []
            quiet = len(self._waiting) == self._at_last_tick
            self._at_last_tick = len(self._waiting)
            self._ticks += 1
            return self._take() if quiet or self._ticks >= _LONGEST_TICKS else []

    def rest(self) -> list[Found]:
        """Everything that waits: nothing more comes, or somebody waits for the last of it."""
        with self._lock:
            return self._take()

    def _take(self) -> list[Found]:
        taken, self._waiting = self._waiting, []
        self._told += len(taken)
        self._size = min(_LARGEST_BATCH, max(min(_BATCH, self._size * 2), self._told // 8))
        self._at_last_tick = self._ticks = 0
        return taken
