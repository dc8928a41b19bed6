"""From a real hand's event to the changed pixels on the screen, one act at a time."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.bench.errors import BenchFailed
from tests.bench.measure import Bound, Goal, Measure, percentile
from tests.bench.processes import running
from tests.bench.rivals import HAND, Rows
from tests.bench.screen import WHEEL_DOWN, WHEEL_UP, Screen, virtual_screen

FRAME = Goal(Bound.AT_MOST, 16.7)
FIRST = Goal(Bound.AT_MOST, 300)
AROUND = (240, 120)
"""What strip, tool bar and frame of the window take from the picture at most, in pixels."""
VIEWPORT = (1920, 1080)
OPENINGS, DRAGS = 5, 300
ACT_S, LONGEST_S = 1 / 40, 0.5
SLICES_A_SECOND = 30


@contextmanager
def viewer(folder: Path, *more: str) -> Iterator[tuple[Screen, Rows]]:
    """The product's window on a screen on which its picture has `VIEWPORT` pixels."""
    size = VIEWPORT[0] + AROUND[0], VIEWPORT[1] + AROUND[1]
    with virtual_screen(size) as screen, tempfile.TemporaryDirectory() as home:
        child = "tests.bench.children.viewer_window"
        argv = [sys.executable, "-m", child, str(folder), *map(str, size), *more]
        where = {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb", "HOME": home}
        with running(argv, environment=where):
            screen.wait_for("the viewer's window", screen.fill)
            look = Rows(screen)
            look.settle()
            yield screen, look


def open_folder(screen: Screen, look: Rows) -> float:
    """Milliseconds from the key to the picture."""
    screen.key("F9")
    return 1000 * screen.wait_for("the first picture", look.is_picture)


def first_image(folder: Path, slices: int) -> Measure:
    took = []
    for _ in range(OPENINGS):
        with viewer(folder) as (screen, look):
            took.append(open_folder(screen, look))
    return Measure(
        f"viewer: first image of a folder of {slices} slices of 512², key to screen, median",
        percentile(took, 50),
        "ms",
        goal=FIRST,
    )


def drag(screen: Screen, look: Rows) -> list[float]:
    """Milliseconds of each step of a window/level drag until it is on the screen."""
    x, y = (round(part * whole) for part, whole in zip(HAND, screen.size, strict=True))
    screen.move(x, y)
    screen.press(1)
    path = [(x + 4 * (n % 60), y - 2 * (n % 60)) for n in range(1, DRAGS)]
    try:
        return _each(look, [partial(screen.move, *at) for at in path], ACT_S)
    finally:
        screen.release(1)


def scroll(screen: Screen, look: Rows, slices: int) -> list[float]:
    """Milliseconds of each notch through a series and back; every slice is seen.

    Raises:
        BenchFailed: a slice did not reach the screen.
    """
    turns = [WHEEL_DOWN] * (slices - 1) + [WHEEL_UP] * (slices - 1)
    return _each(look, [partial(screen.click, one) for one in turns], 1 / SLICES_A_SECOND)


def _each(look: Rows, acts: list[Callable[[], None]], pace: float) -> list[float]:
    took = []
    due = time.perf_counter()
    for number, act in enumerate(acts, start=1):
        due = max(due + pace, time.perf_counter())
        while time.perf_counter() < due:
            time.sleep(0.0005)
        before, began = look.now(), time.perf_counter()
        act()
        while look.now() == before:
            time.sleep(0.0002)
            if time.perf_counter() - began > LONGEST_S:
                raise BenchFailed(f"event {number} of {len(acts)} changed nothing on the screen")
        took.append(1000 * (time.perf_counter() - began))
    return took
