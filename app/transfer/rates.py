"""How fast it goes, how long to wait, and how often to tell."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable

WINDOW_S = 5.0
ACKED_WINDOW_S = 20.0
SHORTEST_S = 0.01
SURE_AFTER_S = 2.0
SURE_AFTER_ACKS = 5
"""More than are on the way at once: before, much has gone that nobody has confirmed yet."""
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


class AckedSpeed:
    """Bytes a second that the other side has confirmed, over about `ACKED_WINDOW_S`.

    What a kernel or a relay has taken says nothing: a full buffer looks like a fast line. Measured
    from confirmation to confirmation, so that one large piece is not a burst; where the next one
    is long overdue the time since counts as well.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._acked: deque[tuple[float, int]] = deque()
        """When, and how many bytes in all until then; the first is where measuring begins."""

        self._acks = 0
        self._begun = 0.0

    def begin(self) -> None:
        """Something is being sent from now on."""
        self.stop()
        self._acks, self._begun = 0, self._now()
        self._acked.append((self._begun, 0))

    def count(self, nbytes: int) -> None:
        """So many bytes more were confirmed."""
        if not self._acked:
            self.begin()
        self._acks += 1
        self._acked.append((self._now(), self._acked[-1][1] + nbytes))

    def stop(self) -> None:
        """Nothing is being sent."""
        self._acked.clear()

    def read(self) -> float:
        """0 until something is known."""
        now = self._now()
        while len(self._acked) > 2 and self._acked[1][0] < now - ACKED_WINDOW_S:
            self._acked.popleft()
        if len(self._acked) < 2:
            return 0.0
        (begun, before), (newest, total) = self._acked[0], self._acked[-1]
        usual = (newest - begun) / (len(self._acked) - 1)
        late = now - newest > max(1.0, 2 * usual)
        return (total - before) / max((now if late else newest) - begun, SHORTEST_S)

    def told(self) -> float:
        """What a person may be told: 0 until it rests on enough to be true."""
        seconds = self._acked[-1][0] - self._begun if self._acked else 0.0
        sure = self._acks >= SURE_AFTER_ACKS and seconds >= SURE_AFTER_S
        return self.read() if sure or seconds >= ACKED_WINDOW_S else 0.0


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
    """A pause that grows with every failure, up to a minute; `wake` ends it early.

    Trap: `asyncio.wait_for` of Python 3.11 swallows a cancellation that comes with the wake.
    """

    def __init__(self) -> None:
        self._next = FIRST_PAUSE_S
        self._woken = asyncio.Event()

    def reset(self) -> None:
        self._next = FIRST_PAUSE_S

    def wake(self) -> None:
        self._next = FIRST_PAUSE_S
        self._woken.set()

    async def wait(self) -> None:
        pause = self._next * random.uniform(0.8, 1.2)  # nosec B311  # spreads the clients
        self._next = min(self._next * 2, LONGEST_PAUSE_S)
        try:
            async with asyncio.timeout(pause):
                await self._woken.wait()
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
