"""What working threads say to the screen, until nobody may be spoken to any more."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Gate:
    """What working threads say goes through here, and nothing does once it is closed.

    Trap: a thread that emits a signal of an object that is being deleted ends the program. Closing
    waits for whoever is speaking; nobody listens under the lock, for every signal said is queued.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether nothing gets through any more."""
        return self._closed

    def say(self, emit: Callable[..., object], *payload: object) -> None:
        """Emit, unless closed."""
        with self._lock:
            if not self._closed:
                emit(*payload)

    def close(self) -> None:
        """Let nothing through from now on."""
        with self._lock:
            self._closed = True
