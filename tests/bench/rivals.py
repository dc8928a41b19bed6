"""Windows that show a folder of slices, driven by the same hands and watched on the same screen."""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from tests.bench.errors import BenchFailed, CounterpartMissing
from tests.bench.processes import running
from tests.bench.screen import WHEEL_DOWN, WHEEL_UP, Screen, virtual_screen

SIZE = (1920, 1080)
DRAG_S, WHEEL_S = 3.0, 6.0
MOVES, NOTCHES = 1000, 250
"""A second: what a good mouse sends, and more than a finger can turn."""
QUIET_S, STILL_S = 0.5, 1.0
ROWS = (0.46, 0.56)
"""Rows of the screen, as parts of its height, across the picture's middle in every window."""
ACROSS = (0.35, 0.6)
HAND = (0.5, 0.3)
"""Where the hand is: the pointer is drawn into the screen and must not touch the rows."""
SHADES = 24
"""So many different pixels in a row are a picture: no empty window and no word has them."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A program; `argv` makes its command line for a folder."""

    name: str
    argv: Callable[[Path], list[str]]
    module: str = ""
    """The Python module it cannot do without."""
    by_key: bool = True
    """Whether it opens the folder at F9 in a window that fills the screen, and not at its start."""


@dataclass(frozen=True, slots=True)
class Speeds:
    """Seconds from opening a folder to the first picture, and distinct frames a second."""

    first_image: float
    drag: float
    wheel: float


def _child(module: str) -> Callable[[Path], list[str]]:
    size = [str(part) for part in SIZE]
    return lambda folder: [
        *(sys.executable, "-m", f"tests.bench.children.{module}", str(folder)),
        *size,
    ]


def _aeskulap(folder: Path) -> list[str]:
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return ["aeskulap", *(str(path) for path in paths)]


OURS = Rival("huizhen", _child("viewer_window"))
RIVALS = (
    Rival("aeskulap", _aeskulap, by_key=False),
    Rival("pyqtgraph", _child("pyqtgraph_window"), module="pyqtgraph"),
    Rival("VTK", _child("vtk_window"), module="vtk"),
)


def speeds(rival: Rival, folder: Path, slices: int) -> Speeds:
    """One run of one program on a screen of its own.

    Raises:
        CounterpartMissing: it is not installed.
        BenchFailed: what was asked of it did not reach the screen.
    """
    _present(rival, folder)
    empty = 0.0 if rival.by_key else _empty_start(rival, folder)
    with virtual_screen(SIZE) as screen, _started(rival, folder, screen) as began:
        look = Rows(screen)
        screen.wait_for(f"a window of {rival.name}", screen.fill)
        if rival.by_key:
            look.settle()
            screen.key("F9")
            began = time.perf_counter()
        screen.wait_for(f"the first picture of {rival.name}", look.is_picture)
        first = time.perf_counter() - began - empty
        look.settle()
        drag = _drag_rate(screen, look)
        look.settle()
        return Speeds(first, drag, _wheel_rate(screen, look, slices))


def _empty_start(rival: Rival, folder: Path) -> float:
    """Seconds until a program that was given no pictures has a window."""
    with virtual_screen(SIZE) as screen, _started(rival, folder / "none", screen) as began:
        screen.wait_for(f"a window of {rival.name}", screen.fill)
        return time.perf_counter() - began


def _present(rival: Rival, folder: Path) -> None:
    there = find_spec(rival.module) if rival.module else shutil.which(rival.argv(folder)[0])
    if there is None:
        raise CounterpartMissing(f"{rival.name} is not installed")


@contextmanager
def _started(rival: Rival, folder: Path, screen: Screen) -> Iterator[float]:
    with tempfile.TemporaryDirectory(prefix="huizhen-bench-") as home:
        where = {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb", "HOME": home}
        began = time.perf_counter()
        with running(rival.argv(folder), environment=where):
            yield began


class Rows:
    """Two rows of a screen: what is the same in both is the same frame."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        width, height = screen.size
        self._ys = [round(height * part) for part in ROWS]
        self._x0, self._x1 = (round(width * part) for part in ACROSS)

    def now(self) -> bytes:
        """One row; the server copies a picture row by row, two could be of two frames."""
        return self._screen.row(self._ys[0], self._x0, self._x1)

    def is_picture(self) -> bool:
        for y in self._ys:
            row = self._screen.row(y, self._x0, self._x1)
            if len({row[n : n + 4] for n in range(0, len(row), 4)}) < SHADES:
                return False
        return True

    def settle(self) -> None:
        """Waits until nothing has changed for a while."""
        last, since = self.now(), time.perf_counter()

        def still() -> bool:
            nonlocal last, since
            if (row := self.now()) != last:
                last, since = row, time.perf_counter()
            return time.perf_counter() - since > STILL_S

        self._screen.wait_for("a still picture", still)


def _drag_rate(screen: Screen, look: Rows) -> float:
    """Distinct frames a second while the hand moves `MOVES` times a second."""
    x, y = (round(part * whole) for part, whole in zip(HAND, screen.size, strict=True))
    screen.move(x, y)
    screen.press(1)
    moves = (partial(screen.move, x + 3 * (n % 60), y - n % 60) for n in count())
    frames, took = _count(look, moves, 1 / MOVES, DRAG_S)
    screen.release(1)
    if frames < 2:
        raise BenchFailed("dragging did not change the picture")
    return frames / took


def _wheel_rate(screen: Screen, look: Rows, slices: int) -> float:
    """Distinct frames a second through a series and back, at `NOTCHES` a second.

    Who is slower than the hand is watched for some seconds.
    """
    turns = [WHEEL_DOWN] * (slices - 1) + [WHEEL_UP] * (slices - 1)
    frames, took = _count(look, (partial(screen.click, one) for one in turns), 1 / NOTCHES, WHEEL_S)
    if frames < 2:
        raise BenchFailed("the wheel did not change the picture")
    return frames / took


def _count(
    look: Rows, acts: Iterator[Callable[[], None]], pace: float, seconds: float
) -> tuple[int, float]:
    """Frames that differ from the one before until nothing changes, and the seconds that took;
    `seconds` at most."""
    began = changed = time.perf_counter()
    last, frames, done = look.now(), 0, 0
    while True:
        now = time.perf_counter()
        if (row := look.now()) != last:
            last, frames, changed = row, frames + 1, now
        if now - began > seconds:
            return frames, now - began
        if began + done * pace <= now:
            act = next(acts, None)
            if act is not None:
                act()
                done += 1
            elif now - changed > QUIET_S:
                return frames, changed - began
        time.sleep(0.0004)
