"""Lines before a few places: they take turns, and so do the names that stand in one."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from protocol.errors import ErrorCode
from server.domain.errors import Unavailable

K = TypeVar("K", bound=Hashable)
_Waiting = asyncio.Future[None]


class Lines(Generic[K]):
    """Who sends a thousand at once waits for each of them, and others hardly longer than before.

    Args:
        places: how many are served at once.
        most: how many wait in a line. Where it is full, the last of whoever has most goes.
    """

    def __init__(self, places: int, most: int) -> None:
        self._free, self._most = places, most
        self._lines: dict[K, _Line] = {}

    @asynccontextmanager
    async def turn(self, line: K, name: str) -> AsyncIterator[None]:
        """Waits for a place and holds it; raises `Unavailable` (429) for who is turned away."""
        if self._free:
            self._free -= 1
        else:
            await self._wait(self._lines.setdefault(line, _Line()), name)
        try:
            yield
        finally:
            self._next()

    async def _wait(self, line: "_Line", name: str) -> None:
        mine: _Waiting = asyncio.get_running_loop().create_future()
        line.add(name, mine)
        if line.count > self._most:
            line.last_of_most().set_exception(
                Unavailable(
                    ErrorCode.TOO_MANY_REQUESTS, "too many sign in just now", retry_after_s=5
                )
            )
        try:
            await mine
        except asyncio.CancelledError:
            if not line.remove(name, mine) and not mine.cancelled() and not mine.exception():
                self._next()
            raise

    def _next(self) -> None:
        """Gives a place on."""
        for key, line in list(self._lines.items()):
            while line.count:
                one = line.first()
                if not one.done():  # else it has just gone away
                    self._lines[key] = self._lines.pop(key)
                    one.set_result(None)
                    return
        self._free += 1


class _Line:
    def __init__(self) -> None:
        self._names: dict[str, deque[_Waiting]] = {}
        self.count = 0

    def add(self, name: str, one: _Waiting) -> None:
        self._names.setdefault(name, deque()).append(one)
        self.count += 1

    def first(self) -> _Waiting:
        """Of the name whose turn it is, which then stands behind the others."""
        name = next(iter(self._names))
        waiting = self._names.pop(name)
        one = waiting.popleft()
        if waiting:
            self._names[name] = waiting
        self.count -= 1
        return one

    def last_of_most(self) -> _Waiting:
        name, waiting = max(self._names.items(), key=lambda one: len(one[1]))
        one = waiting.pop()
        if not waiting:
            del self._names[name]
        self.count -= 1
        return one

    def remove(self, name: str, one: _Waiting) -> bool:
        """False where it waits no longer."""
        waiting = self._names.get(name, deque())
        if one not in waiting:
            return False
        waiting.remove(one)
        if not waiting:
            del self._names[name]
        self.count -= 1
        return True
