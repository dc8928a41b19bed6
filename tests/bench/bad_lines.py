"""Calls over emulated lines as clinics have them, second by second: ours, or aiortc as it comes."""

import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.media.messages import GeneratedSource, PeerStatistics, Statistics
from protocol.call import Motion
from tests.bench.lane import Line
from tests.bench.link import Link, Passed, link
from tests.media.two_ends import MEDIA, End, call

STOCK = (sys.executable, "-m", "tests.bench.children.stock_media")
CONNECT_S = 40.0
SETTLE_S, LOST_AFTER_S, LOOK_S = 25.0, 30.0, 0.02
ON_THEIR_WAY_S, MOVING = 0.3, 3
"""A call settles after the start's first rates: only then is a break what is measured."""
CAMERA = GeneratedSource(width=1280, height=720, fps=25)
NOISY = GeneratedSource(width=1280, height=720, fps=25, noise=12)
Codec = Literal["VP8", "H264"]


@dataclass(slots=True)
class Second:
    """One second of a running call: both ends' statistics and what the line passed.

    `at` counts from the beginning of the first step; after a second without statistics of both
    ends comes the next but one.
    """

    at: int
    ends: tuple[PeerStatistics, PeerStatistics]
    passed: tuple[Passed, Passed]


@dataclass(slots=True)
class Watched:
    """The seconds of a call with statistics of both ends."""

    seconds: list[Second] = field(default_factory=list)

    def after(self, seconds: int) -> "Watched":
        """The same without its first seconds."""
        return Watched([one for one in self.seconds if one.at >= seconds])

    def between(self, begin: int, end: int) -> "Watched":
        return Watched([one for one in self.seconds if begin <= one.at < end])

    def settled_after(self, begin: int, fits: Callable[[PeerStatistics], bool]) -> int:
        """From which second after `begin` on both ends fit, and go on fitting to the end."""
        unfit = [one.at for one in self.seconds if not all(fits(end) for end in one.ends)]
        return max(0, max(unfit) + 1 - begin) if unfit else 0

    def returns(self) -> int:
        """How often an end went back to a rung that it had just left, and stayed on neither."""
        return max(_returns([one.ends[at].rung for one in self.seconds]) for at in (0, 1))

    def untold(self) -> int:
        """Seconds in which a picture stood still and nobody was told that it may."""
        return sum(
            any(end.fps < 1 and end.their_motion in (None, Motion.FLUENT) for end in one.ends)
            for one in self.seconds
        )

    @property
    def length(self) -> int:
        return max(1, len(self.seconds) - 1)

    def grown(self, name: str) -> tuple[int, int]:
        """By how much a total grew at each end."""
        if len(self.seconds) < 2:
            return 0, 0
        first, last = self.seconds[0].ends, self.seconds[-1].ends
        clinic, expert = (
            max(0, getattr(after, name) - getattr(before, name))
            for before, after in zip(first, last, strict=True)
        )
        return clinic, expert

    def fps(self) -> float:
        """Pictures a second of the slower way."""
        return min(self.grown("frames_decoded")) / self.length

    def decoded_share(self) -> float:
        """Per cent of the pictures sent that were decoded, on the worse way."""
        sent, decoded = self.grown("frames_sent"), self.grown("frames_decoded")
        return min(100 * decoded[1 - at] / sent[at] if sent[at] else 0.0 for at in (0, 1))

    def freezes_a_minute(self) -> float:
        return max(self.grown("freezes")) / self.length * 60

    def concealed(self) -> float:
        """Per cent of the 20 ms of sound without decoded sound, on the worse way.

        An end that heard of no sound at all missed all that was sent in the time.
        """
        slots, missed = self.grown("audio_slots"), self.grown("audio_concealed")
        least = self.length * 25
        return max(100.0 if slots[at] < least else 100 * missed[at] / slots[at] for at in (0, 1))

    def queue_ms(self) -> float:
        """The 95th of 100 seconds' own 95th percentile of waiting in the line."""
        waits = sorted(passed.queue_p95_ms for second in self.seconds for passed in second.passed)
        return waits[max(0, len(waits) * 95 // 100 - 1)] if waits else 0.0

    def wire_kbps(self) -> float:
        """What was sent into the line, the busier way."""
        return max(
            sum(second.passed[at].sent_bytes for second in self.seconds) * 8 / 1000 / self.length
            for at in (0, 1)
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A line, and for how many seconds."""

    line: Line
    seconds: int


def watch(
    program: Sequence[str], picture: GeneratedSource, steps: Sequence[Step], codec: Codec = "VP8"
) -> Watched:
    """Runs one call over a line that changes step by step; it connects on the first one."""
    with link(steps[0].line) as made:
        return asyncio.run(_watch(made, program, picture, steps, codec))


def ours(picture: GeneratedSource, steps: Sequence[Step], codec: Codec = "VP8") -> Watched:
    return watch(MEDIA, picture, steps, codec)


def stock(picture: GeneratedSource, steps: Sequence[Step], codec: Codec = "VP8") -> Watched:
    return watch(STOCK, picture, steps, codec)


async def _watch(
    made: Link,
    program: Sequence[str],
    picture: GeneratedSource,
    steps: Sequence[Step],
    codec: Codec,
) -> Watched:
    clinic = End("clinic", made.inside("a", program))
    expert = End("expert", made.inside("b", program))
    ends = (clinic, expert)
    watched, at = Watched(), 0
    try:
        async with asyncio.timeout(CONNECT_S):
            await call(clinic, expert, picture, codec)
        made.count()
        for step in steps:
            made.change(step.line)
            for _ in range(step.seconds):
                await asyncio.sleep(1)
                now = [_latest(end) for end in ends]
                passed = made.count()
                if now[0] is not None and now[1] is not None:
                    watched.seconds.append(Second(at, (now[0], now[1]), passed))
                at += 1
    finally:
        await asyncio.gather(*(end.link.close() for end in ends))
    return watched


def _returns(rungs: Sequence[str]) -> int:
    changes = [rung for rung, before in zip(rungs[1:], rungs, strict=False) if rung != before]
    path = [*rungs[:1], *changes]
    return sum(path[at] == path[at - 2] for at in range(2, len(path)))


def back_after(
    line: Line,
    cut_s: float,
    mend: Callable[[Link], None],
    picture: GeneratedSource,
    program: Sequence[str] = MEDIA,
) -> float:
    """Seconds from a mended line until pictures move again at both ends; `LOST_AFTER_S` if never.

    Args:
        line: the one on which the call connects and settles.
        cut_s: how long it is cut before.
        mend: what then happens; may change the line or an address.
    """
    with link(line) as made:
        return asyncio.run(_back_after(made, cut_s, mend, picture, program))


async def _back_after(
    made: Link,
    cut_s: float,
    mend: Callable[[Link], None],
    picture: GeneratedSource,
    program: Sequence[str],
) -> float:
    clinic = End("clinic", made.inside("a", program))
    expert = End("expert", made.inside("b", program))
    try:
        async with asyncio.timeout(CONNECT_S):
            await call(clinic, expert, picture)
        await asyncio.sleep(SETTLE_S)
        if cut_s:
            made.change(Line(cut=True))
            await asyncio.sleep(cut_s)
        mend(made)
        mended = time.monotonic()
        waits = (_new_pictures(clinic, "expert"), _new_pictures(expert, "clinic"))
        await asyncio.wait_for(asyncio.gather(*waits), LOST_AFTER_S)
    except TimeoutError:
        return LOST_AFTER_S
    finally:
        await asyncio.gather(*(end.link.close() for end in (clinic, expert)))
    return time.monotonic() - mended


async def _new_pictures(end: End, other: str) -> None:
    """Until pictures move again: none of those that were on their way is counted."""
    await asyncio.sleep(ON_THEIR_WAY_S)
    frame = end.link.latest_frame(other)
    seen = {None if frame is None else frame.sequence}
    while len(seen) <= MOVING:
        frame = end.link.latest_frame(other)
        if frame is not None:
            seen.add(frame.sequence)
        await asyncio.sleep(LOOK_S)


def _latest(end: End) -> PeerStatistics | None:
    for event in reversed(end.events):
        if isinstance(event, Statistics) and event.peers:
            return event.peers[0]
    return None
