"""Where pictures and sound come from: one interface for cameras, files and generated media."""

import asyncio
import time
from fractions import Fraction
from typing import Protocol

import av

VIDEO_CLOCK = 90_000
"""RTP clock of every video codec, Hz (RFC 3551)."""
AUDIO_RATE = 48_000
"""Samples per second of all sound in the call."""
AUDIO_SAMPLES = 960
"""Samples of one audio frame: 20 ms."""
VIDEO_TIME_BASE = Fraction(1, VIDEO_CLOCK)
AUDIO_TIME_BASE = Fraction(1, AUDIO_RATE)


class Clock(Protocol):
    """Monotonic seconds, and waiting for them."""

    def now(self) -> float: ...

    async def until(self, moment: float) -> None: ...


class MonotonicClock:
    """The real clock."""

    def now(self) -> float:
        return time.monotonic()

    async def until(self, moment: float) -> None:
        await asyncio.sleep(max(0.0, moment - time.monotonic()))


class VideoSource(Protocol):
    """Gives pictures at its own pace."""

    async def next_frame(self) -> av.VideoFrame:
        """The next picture, in any pixel format.

        Raises:
            SourceEndedError: there is no more.
        """
        ...

    def close(self) -> None: ...


class AudioSource(Protocol):
    """Gives sound at its own pace."""

    async def next_frame(self) -> av.AudioFrame:
        """The next 20 ms: `AUDIO_SAMPLES` of s16 mono at `AUDIO_RATE`.

        Raises:
            SourceEndedError: there is no more.
        """
        ...

    def close(self) -> None: ...


class Pacer:
    """Turns of equal length on a clock; a late caller skips turns rather than hurrying.

    Args:
        period: seconds of one turn.
        patience: how many turns a caller may be late and still catch up one by one.
    """

    def __init__(self, clock: Clock, period: float, patience: int = 0) -> None:
        self._clock = clock
        self._period = period
        self._patience = patience
        self._start: float | None = None
        self._turn = -1

    async def next_turn(self) -> int:
        """Waits for the next turn and returns its number: 0, then always larger."""
        now = self._clock.now()
        if self._start is None:
            self._start = now
        due = int((now - self._start) / self._period + 1e-6)
        self._turn = max(self._turn + 1, due - self._patience)
        await self._clock.until(self._start + self._turn * self._period)
        return self._turn
