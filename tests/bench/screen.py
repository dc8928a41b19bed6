"""A virtual screen whose pixels are read where the X server keeps them, and a mouse on it.

`Xvfb -fbdir` maps its frame buffer to a file (XWD, X11/XWDFile.h), so what is counted has reached
the screen and reading it disturbs nobody. Hands are real: events of the XTEST extension.
"""

import mmap
import shutil
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from Xlib import XK, X, display
from Xlib.error import BadDrawable, BadWindow
from Xlib.ext import xtest
from Xlib.xobject.drawable import Window

from tests.bench.errors import BenchFailed, CounterpartMissing
from tests.bench.processes import running

PATIENCE_S = 60.0
LOOK_S = 0.0005
WHEEL_UP, WHEEL_DOWN = 4, 5


class Screen:
    """One screen of (width, height) pixels and the only pointer on it."""

    def __init__(self, name: str, buffer: Path, size: tuple[int, int]) -> None:
        self.name, self.size = name, size
        with buffer.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        head = struct.unpack(">25I", self._map[:100])
        self._start = head[0] + 12 * head[19]
        self._stride = head[12]
        self._display = display.Display(name)

    def close(self) -> None:
        self._display.close()
        self._map.close()

    # --- looking -------------------------------------------------------------------------

    def row(self, y: int, x0: int, x1: int) -> bytes:
        """The pixels of a piece of one row now: 4 bytes each, blue first."""
        start = self._start + y * self._stride
        return self._map[start + 4 * x0 : start + 4 * x1]

    def picture(self) -> NDArray[np.uint8]:
        """(height, width, 3) RGB of the whole screen now."""
        width, height = self.size
        raw = np.frombuffer(self._map[self._start : self._start + height * self._stride], np.uint8)
        pixels = raw.reshape(height, self._stride)[:, : 4 * width].reshape(height, width, 4)
        return pixels[..., 2::-1].copy()

    def wait_for(self, what: str, seen: Callable[[], bool], patience: float = PATIENCE_S) -> float:
        """Looks until it is so; answers the seconds it took."""
        began = time.perf_counter()
        while not seen():
            time.sleep(LOOK_S)
            if time.perf_counter() - began > patience:
                raise BenchFailed(f"{what} was not seen on the screen")
        return time.perf_counter() - began

    # --- hands ---------------------------------------------------------------------------

    def move(self, x: int, y: int) -> None:
        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        self._display.flush()

    def press(self, button: int) -> None:
        xtest.fake_input(self._display, X.ButtonPress, button)
        self._display.flush()

    def release(self, button: int) -> None:
        xtest.fake_input(self._display, X.ButtonRelease, button)
        self._display.flush()

    def key(self, name: str) -> None:
        code = self._display.keysym_to_keycode(XK.string_to_keysym(name))
        xtest.fake_input(self._display, X.KeyPress, code)
        xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.flush()

    def click(self, button: int) -> None:
        self.press(button)
        self.release(button)

    def fill(self) -> bool:
        """Gives the screen to the largest window, as there is no window manager; False without."""
        root = self._display.screen().root
        windows = [one for one in root.query_tree().children if _mapped(one)]
        if not windows:
            return False
        largest = max(windows, key=lambda one: _area(one))
        width, height = self.size
        if _area(largest) != width * height:
            largest.configure(x=0, y=0, width=width, height=height, border_width=0)
        largest.set_input_focus(X.RevertToParent, X.CurrentTime)
        self._display.sync()
        return True


def _mapped(window: Window) -> bool:
    try:
        return bool(window.get_attributes().map_state == X.IsViewable)
    except BadWindow:  # it went between being listed and being asked
        return False


def _area(window: Window) -> int:
    try:
        place = window.get_geometry()
    except BadDrawable:
        return 0
    return int(place.width * place.height)


@contextmanager
def virtual_screen(size: tuple[int, int]) -> Iterator[Screen]:
    """A screen of its own for as long as the block runs."""
    if shutil.which("Xvfb") is None:
        raise CounterpartMissing("Xvfb is not installed")
    with tempfile.TemporaryDirectory(prefix="huizhen-screen-") as folder:
        argv = ["Xvfb", "-displayfd", "1", "-screen", "0", f"{size[0]}x{size[1]}x24"]
        with running([*argv, "-fbdir", folder, "-nolisten", "tcp"]) as process:
            assert process.stdout is not None
            number = process.stdout.readline().strip()
            if not number:
                raise CounterpartMissing("Xvfb did not start")
            screen = Screen(f":{number}", Path(folder) / "Xvfb_screen0", size)
            try:
                yield screen
            finally:
                screen.close()
