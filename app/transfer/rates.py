"""How fast it goes, how long to wait, and how often to tell."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable

WINDOW_S = 5.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
TELL_EVERY_S = 0.1


class SpeedMeter:
    """Bytes per second over the last `WINDOW_S` seconds; time without bytes counts."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._began: float | None = None
        self._counted: deque[tuple[float, int]] = deque()

    def count(self, nbytes: int) -> None:
        now = self._now()
        if self._began is None:
            self._began = now
        self._counted.append((now, nbytes))

    def stop(self) -> None:
        """Nothing is being sent: the next byte begins anew."""
        self._began = None
        self._counted.clear()

    def read(self) -> float:
        if self._began is None:
            return 0.0
        now = self._now()
        while self._counted and self._counted[0][0] < now - WINDOW_S:
            self._counted.popleft()
        # At the very beginning a full socket buffer would look like a fast line.
        seconds = max(1.0, min(WINDOW_S, now - self._began))
        return sum(nbytes for _, nbytes in self._counted) / seconds


class Pace:
    """No more than `limit` bytes a second for all who share it; None is as fast as it goes."""

    def __init__(
        self,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limit: float | None = None
        self._sleep = sleep
        self._now = now
        self._free_at = 0.0

    async def pass_(self, nbytes: int) -> None:
        """Waits until so many bytes may be sent."""
        if self.limit is None:
            return
        now = self._now()
        begins = max(now, self._free_at)
        self._free_at = begins + nbytes / self.limit
        await self._sleep(begins - now)


class Pauses:
    """A pause that grows with every failure, up to a minute; `wake` ends it early."""

    def __init__(self) -> None:
        self._next = FIRST_PAUSE_S
        self._woken = asyncio.Event()

    def reset(self) -> None:
        self._next = FIRST_PAUSE_S

    def wake(self) -> None:
        self._next = FIRST_PAUSE_S
        self._woken.set()

    async def wait(self) -> None:
        pause = self._next * random.uniform(0.8, 1.2)  # noqa: S311 - spreads the clients
        self._next = min(self._next * 2, LONGEST_PAUSE_S)
        try:
            await asyncio.wait_for(self._woken.wait(), pause)
        except TimeoutError:
            pass
        finally:
            self._woken.clear()  # not before: a wake during the attempt must not be lost


class Throttle:
    """Calls `tell` at most every `interval` seconds, and always for the last change."""

    def __init__(self, tell: Callable[[], None], interval: float = TELL_EVERY_S) -> None:
        self._tell = tell
        self._interval = interval
        self._last = -interval
        self._waiting: asyncio.TimerHandle | None = None

    def changed(self) -> None:
        if self._waiting is not None:
            return
        loop = asyncio.get_running_loop()
        left = self._last + self._interval - loop.time()
        if left <= 0:
            self.now()
        else:
            self._waiting = loop.call_later(left, self.now)

    def now(self) -> None:
        """Tells at once."""
        self.cancel()
        self._last = asyncio.get_running_loop().time()
        self._tell()

    def cancel(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
