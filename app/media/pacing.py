"""A token bucket for pictures: they are spread over time and never exceed their rate for long.

Retransmissions are charged as well, so a lossy line gets fewer new pictures instead of more bits,
and an encoder is given less while all that is sent is more than its rate.
"""

import asyncio
import math

from app.media.sources import Clock

DEPTH_S = 0.1
"""Seconds of the rate that may be saved up, e.g. for a key frame."""
RESENT_SHARE = 0.4
"""Of the rate may go to retransmissions."""
LEAST_BPS = 20_000.0
LOOKED_AT_S, FOLLOWS_S, LEAST_SHARE = 1.0, 2.0, 0.75
"""What was spent lately is weighed so long; an encoder follows it so slowly, down to that share."""
_MOMENT_S = 0.001


class PacedSending:
    """The turn of each packet of one peer's pictures.

    Args:
        kbps: the rate; it may change at any time.

    `spending` counts what was charged.
    """

    def __init__(self, clock: Clock, kbps: float) -> None:
        self._clock, self.spending = clock, Spending(clock.now())
        self._rate = max(LEAST_BPS, kbps * 1000)
        self._credit = 0.0
        self._resent_credit = 0.0
        self._looked = clock.now()
        self._lock = asyncio.Lock()

    def set_rate(self, kbps: float) -> None:
        self._fill()
        self._rate = max(LEAST_BPS, kbps * 1000)

    async def turn(self, size: int) -> None:
        """Waits until a packet of `size` bytes may be sent; packets keep their order."""
        async with self._lock:
            self._fill()
            while self._credit < 0:
                # Never less than a moment: rounding must not make this wait for nothing again.
                wait = max(_MOMENT_S, -self._credit / self._rate)
                await self._clock.until(self._clock.now() + wait)
                self._fill()
            self._charge(size)

    def may_resend(self, size: int) -> bool:
        """Whether a lost packet may be sent again now; charges it when it may."""
        self._fill()
        if self._resent_credit < 0:
            return False
        self._charge(size)
        self._resent_credit -= size * 8
        return True

    def _charge(self, size: int) -> None:
        self._credit -= size * 8
        self.spending.add(size)

    def _fill(self) -> None:
        now = self._clock.now()
        bits = (now - self._looked) * self._rate
        self._looked = now
        most = self._rate * DEPTH_S
        self._credit = min(most, self._credit + bits)
        self._resent_credit = min(most, self._resent_credit + bits * RESENT_SHARE)


class Spending:
    """What is spent of the rate for pictures, beside what may be spent.

    An encoder keeps its rate only roughly, and how much must be sent again is chance: both may
    take more than was kept for them, and a full line then has a queue that never goes.
    """

    def __init__(self, now: float) -> None:
        self._looked = now
        self._new = self._spent = self._allowed = 0.0
        self._share = 1.0

    def add(self, size: int) -> None:
        """A packet of `size` bytes was sent, for the first time or again."""
        self._new += size * 8

    def share(self, now: float, kbps: float) -> float:
        """Of its rate, what an encoder is to be given so that `kbps` suffice for all."""
        passed, self._looked = now - self._looked, now
        kept = math.exp(-passed / LOOKED_AT_S)
        self._spent = self._spent * kept + self._new
        self._allowed = self._allowed * kept + kbps * 1000 * passed
        self._new = 0.0
        if self._spent > 0 and self._allowed > 0:
            follows = (self._allowed / self._spent) ** min(1.0, passed / FOLLOWS_S)
            self._share = min(1.0, max(LEAST_SHARE, self._share * follows))
        return self._share
