"""One peer's pictures on their way to the screen: each when it is due, of several the newest."""

import asyncio
from collections import deque
from collections.abc import Callable

import av

from app.media.playout_delay import PlayoutDelay
from app.media.smoothness import Smoothness
from app.media.sources import Clock

WAITING = 24
"""Decoded pictures that wait to be shown: more than `PlayoutDelay` ever holds at 30 a second."""


class Showing:
    """Takes decoded pictures in order.

    Args:
        show: what a picture is given to when it is due.
        meant_still: whether the sender says that it sends single pictures, or none.
    """

    def __init__(
        self,
        clock: Clock,
        show: Callable[[av.VideoFrame], None],
        meant_still: Callable[[], bool],
    ) -> None:
        self._clock, self._show, self._meant_still = clock, show, meant_still
        self._delay = PlayoutDelay()
        self._smoothness = Smoothness()
        self._waiting: deque[tuple[float, av.VideoFrame]] = deque(maxlen=WAITING)
        self._came = asyncio.Event()

    @property
    def freezes(self) -> int:
        return self._smoothness.freezes

    def take(self, frame: av.VideoFrame) -> None:
        self._waiting.append((self._due(frame), frame))
        self._came.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._came.wait()
            await self._clock.until(self._waiting[0][0])
            newest: av.VideoFrame | None = None
            while self._waiting and self._waiting[0][0] <= self._clock.now():
                _, newest = self._waiting.popleft()
            if not self._waiting:
                self._came.clear()
            if newest is not None:
                self._smoothness.shown(self._clock.now(), meant_still=self._meant_still())
                self._show(newest)

    def _due(self, frame: av.VideoFrame) -> float:
        now = self._clock.now()
        if frame.time is None or self._meant_still():
            self._delay.forget()
            return now
        return self._delay.due(now, frame.time)
