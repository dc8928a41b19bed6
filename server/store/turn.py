"""Whose turn it is to write: one line for tasks of the event loop and for threads."""

import asyncio
import threading
from collections import deque
from concurrent.futures import Future


class Turn:
    """A fair lock that a task takes by `async with`, a thread by `with`. Whoever asks first has it
    first; a thread needs no event loop for it."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._line: deque[Future[None]] = deque()
        self._taken = False

    async def __aenter__(self) -> None:
        place = self._ask()
        if place is None:
            return
        try:
            await asyncio.wrap_future(place)
        except asyncio.CancelledError:
            if not place.cancel():  # it came while the task was cancelled
                self._pass_on()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._pass_on()

    def __enter__(self) -> None:
        place = self._ask()
        if place is not None:
            place.result()

    def __exit__(self, *_: object) -> None:
        self._pass_on()

    def _ask(self) -> Future[None] | None:
        """A place in the line, or None where it is free and now this one's."""
        with self._mutex:
            if not self._taken:
                self._taken = True
                return None
            place: Future[None] = Future()
            self._line.append(place)
            return place

    def _pass_on(self) -> None:
        with self._mutex:
            while self._line:
                following = self._line.popleft()
                if following.set_running_or_notify_cancel():
                    break
            else:
                self._taken = False
                return
        following.set_result(None)
