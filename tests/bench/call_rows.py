"""The rows of calls over bad lines: each beside aiortc as it comes, in turn, in the same run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.media.messages import GeneratedSource
from tests.bench.bad_lines import (
    CAMERA,
    LOST_AFTER_S,
    NOISY,
    STOCK,
    Codec,
    Step,
    Watched,
    back_after,
    ours,
    stock,
)
from tests.bench.lane import Line
from tests.bench.link import missing
from tests.bench.measure import Bound, Goal, Measure

SETTLE_S, LOOK_S, LONG_LOOK_S = 8, 14, 45
QUEUE_MS = 1000.0
"""As long as the queue of a poor router may grow: stock senders fill it."""
BESIDE = "aiortc as it comes"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One number of a row, with its goal."""

    name: str
    unit: str
    read: Callable[[Watched], float]
    goal: Goal


def at_least(value: float) -> Goal:
    return Goal(Bound.AT_LEAST, value)


def at_most(value: float) -> Goal:
    return Goal(Bound.AT_MOST, value)


def fps(goal: float) -> Wanted:
    return Wanted("frames a second, the slower way", "fps", Watched.fps, at_least(goal))


def concealed(goal: float) -> Wanted:
    return Wanted("sound concealed", "%", Watched.concealed, at_most(goal))


QUEUE = Wanted("queue in the line, p95", "ms", Watched.queue_ms, at_most(300))
DECODED = Wanted("of the frames sent are decoded", "%", Watched.decoded_share, at_least(90))
FREEZES = Wanted("freezes a minute", "1/min", Watched.freezes_a_minute, at_most(2))

UNTOLD = Wanted("still pictures of which nobody is told", "s", Watched.untold, at_most(2))

CLEAN = Line()
POOR = Line(rate_kbps=500, delay_ms=50, queue_ms=QUEUE_MS)
LOSSY = Line(rate_kbps=1000, delay_ms=100, loss=0.05, queue_ms=QUEUE_MS)
WORST = Line(rate_kbps=150, delay_ms=100, loss=0.1, queue_ms=QUEUE_MS)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the bench's table."""

    name: str
    line: Line
    picture: GeneratedSource
    codec: Codec
    wanted: tuple[Wanted, ...]

    @property
    def look_s(self) -> int:
        """Freezes are rare enough to need a long look."""
        return LONG_LOOK_S if FREEZES in self.wanted else LOOK_S


ROWS = (
    Row("clean line, 720p25", CLEAN, CAMERA, "VP8", (fps(24),)),
    Row("500 kbit/s, 50 ms", POOR, CAMERA, "VP8", (fps(12), concealed(1), QUEUE)),
    Row("500 kbit/s, 50 ms, noisy", POOR, NOISY, "VP8", (fps(12), concealed(1), QUEUE)),
    Row("500 kbit/s, 50 ms, H.264", POOR, CAMERA, "H264", (fps(12), concealed(1), QUEUE)),
    Row("500 kbit/s, 50 ms, H.264, noisy", POOR, NOISY, "H264", (fps(12), concealed(1), QUEUE)),
    Row("1 Mbit/s, 100 ms, 5 % loss", LOSSY, CAMERA, "VP8", (fps(13), DECODED, FREEZES)),
    Row("1 Mbit/s, 100 ms, 5 % loss, noisy", LOSSY, NOISY, "VP8", (fps(13), DECODED, FREEZES)),
    Row("150 kbit/s, 100 ms, 10 % loss", WORST, CAMERA, "VP8", (concealed(5), UNTOLD)),
    Row("150 kbit/s, 100 ms, 10 % loss, noisy", WORST, NOISY, "VP8", (concealed(5), UNTOLD)),
)


def run() -> Iterator[Measure]:
    """Every row; one line saying why when lines cannot be emulated here."""
    if (reason := missing()) is not None:
        yield Measure("call: bad lines measured", 0, "rows", note=reason)
        return
    for row in ROWS:
        steps = (Step(row.line, SETTLE_S + row.look_s),)
        mine = ours(row.picture, steps, row.codec).after(SETTLE_S)
        other = stock(row.picture, steps, row.codec).after(SETTLE_S)
        for wanted in row.wanted:
            yield Measure(
                f"call, {row.name}: {wanted.name}",
                wanted.read(mine),
                wanted.unit,
                beside=BESIDE,
                beside_value=wanted.read(other),
                goal=wanted.goal,
            )
    yield from _steps()
    yield from breaks()


def _steps() -> Iterator[Measure]:
    """4000, then 300, then 2000 kbit/s: how long until the target fits the line, and stays so."""
    high, low, middle = (Line(rate, 50, queue_ms=QUEUE_MS) for rate in (4000.0, 300.0, 2000.0))
    steps = (Step(high, 20), Step(low, 20), Step(middle, 30))
    mine, other = ours(CAMERA, steps), stock(CAMERA, steps)
    down = mine.between(20, 40).settled_after(20, lambda end: end.target_kbps <= 330)
    up = mine.after(40).settled_after(40, lambda end: end.target_kbps >= 1500)
    yield Measure("call, 4000 to 300 kbit/s: fits the line after", down, "s", goal=at_most(5))
    yield Measure("call, 300 to 2000 kbit/s: 720p25 fits after", up, "s", goal=at_most(20))
    back = max(mine.between(20 + down, 40).returns(), mine.after(40 + up).returns())
    yield Measure("call, rate steps: returns to a rung just left", back, "times", goal=at_most(0))
    for name, begin, end in (("300", 25, 40), ("2000", 60, 70)):
        yield Measure(
            f"call, rate steps, at {name} kbit/s: frames a second, the slower way",
            mine.between(begin, end).fps(),
            "fps",
            beside=BESIDE,
            beside_value=other.between(begin, end).fps(),
        )


def breaks() -> Iterator[Measure]:
    """Seconds until pictures move at both ends after the line was there again."""
    line = Line(rate_kbps=1000, delay_ms=50, queue_ms=QUEUE_MS)
    mended = {
        "line cut for 3 s": (3.0, lambda made: made.change(line), 2.0),
        "line cut for 10 s": (10.0, lambda made: made.change(line), 5.0),
        "the clinic's address changes": (0.0, lambda made: made.move("a", "10.77.0.3"), 5.0),
        "the expert's address changes": (0.0, lambda made: made.move("b", "10.77.0.4"), 5.0),
    }
    for name, (cut_s, mend, goal) in mended.items():
        yield Measure(
            f"call, {name}: back after",
            back_after(line, cut_s, mend, CAMERA),
            "s",
            beside=f"{BESIDE}, looked at for {LOST_AFTER_S:.0f} s",
            beside_value=back_after(line, cut_s, mend, CAMERA, STOCK),
            goal=at_most(goal),
        )
