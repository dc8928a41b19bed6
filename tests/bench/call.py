"""A call between two media processes on loopback, beside the same with stock aiortc."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.media.generated import STAMP_BITS, read_stamp
from app.media.messages import GeneratedSource
from tests.bench import call_rows, echo
from tests.bench.bad_lines import CAMERA
from tests.bench.errors import BenchFailed
from tests.bench.measure import Measure, percentile
from tests.media.two_ends import MEDIA, End, call

STOCK = (sys.executable, "-m", "tests.bench.children.stock_media")
SECONDS, SETTLE_S, PATIENCE_S = 8.0, 8.0, 60
LOOK_S = 0.002
SMALL = GeneratedSource(width=640, height=480, fps=25)


@dataclass(slots=True)
class Seen:
    """What a reader of the pictures saw."""

    sequences: list[int] = field(default_factory=list)
    delays_ms: list[float] = field(default_factory=list)


def run() -> Iterator[Measure]:
    ours = asyncio.run(both_ways(MEDIA, SECONDS, picture=CAMERA))
    stock = asyncio.run(both_ways(STOCK, SECONDS, picture=CAMERA))
    yield Measure(
        "call: frames per second received, 1280×720 at 25, VP8, the slower way",
        frames_a_second(ours, SECONDS),
        "fps",
        beside="aiortc without our repairs",
        beside_value=frames_a_second(stock, SECONDS),
        goal=call_rows.at_least(24),
    )
    yield Measure(
        "call: p95 from drawing to the window's reader",
        _p95(ours),
        "ms",
        beside="aiortc without our repairs",
        beside_value=_p95(stock),
        goal=call_rows.at_most(120),
    )
    yield from echo.run()
    yield from call_rows.run()


def frames_a_second(both: Sequence[Seen], seconds: float) -> float:
    """Of the slower way."""
    return min((one.sequences[-1] - one.sequences[0]) / seconds for one in both)


def _p95(both: Sequence[Seen]) -> float:
    return percentile([delay for one in both for delay in one.delays_ms], 95)


async def both_ways(
    program: Sequence[str],
    seconds: float,
    on_start: Callable[[], object] = lambda: None,
    picture: GeneratedSource = SMALL,
) -> tuple[Seen, Seen]:
    """What arrives on both ways of one call."""
    clinic, expert = End("clinic", program), End("expert", program)
    try:
        async with asyncio.timeout(PATIENCE_S + seconds):
            await call(clinic, expert, picture)
            await asyncio.sleep(SETTLE_S)
            on_start()
            seen = Seen(), Seen()
            await asyncio.gather(
                _watch(clinic, "expert", seen[0], seconds),
                _watch(expert, "clinic", seen[1], seconds),
            )
    finally:
        await asyncio.gather(clinic.link.close(), expert.link.close())
    if any(len(one.sequences) < 2 or not one.delays_ms for one in seen):
        raise BenchFailed("no pictures came")
    return seen


async def _watch(end: End, other: str, seen: Seen, seconds: float) -> None:
    """Looks every 2 ms, as a window that repaints at once would."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        frame = end.link.latest_frame(other)
        if frame is not None and (not seen.sequences or frame.sequence != seen.sequences[-1]):
            now = int(time.monotonic() * 1000)
            pixels = np.frombuffer(frame.pixels, np.uint8)
            stamp = read_stamp(pixels.reshape(frame.height, frame.width, 4))
            seen.sequences.append(frame.sequence)
            if stamp is not None:
                seen.delays_ms.append((now - stamp) % (1 << STAMP_BITS))
        await asyncio.sleep(LOOK_S)
