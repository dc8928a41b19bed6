"""Warm start of the real client to its sign-in window, beside the barest PySide6 window."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.bench.errors import BenchFailed, CounterpartMissing
from tests.bench.measure import Bound, Goal, Measure
from tests.bench.processes import running

TIMES = 7
GOAL = Goal(Bound.AT_MOST, 1.0)


def run() -> Iterator[Measure]:
    with tempfile.TemporaryDirectory(prefix="huizhen-bench-") as folder:
        yield _measure("offscreen", {"QT_QPA_PLATFORM": "offscreen"}, Path(folder))
        try:
            with xvfb() as display:
                where = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display}
                yield _measure("Xvfb", where, Path(folder))
        except CounterpartMissing as missing:
            print(f"client under Xvfb skipped: {missing}", file=sys.stderr)


def _measure(where: str, environment: Mapping[str, str], folder: Path) -> Measure:
    """Medians of both, taken in turn so that a busy moment strikes both."""
    ours, bare = [], []
    for turn in range(TIMES + 1):
        took = _seconds("tests.bench.children.window", environment, str(folder / where))
        plain = _seconds("tests.bench.children.bare_window", environment)
        if turn:  # the first warms the disk cache and writes the profile
            ours.append(took)
            bare.append(plain)
    return Measure(
        f"client: start to sign-in window, {where}",
        statistics.median(ours),
        "s",
        beside="bare PySide6 window",
        beside_value=statistics.median(bare),
        goal=GOAL,
    )


def _seconds(module: str, environment: Mapping[str, str], *arguments: str) -> float:
    """From the start of the process until it says that its window is exposed."""
    began = time.perf_counter()
    with running([sys.executable, "-m", module, *arguments], environment=environment) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        took = time.perf_counter() - began
        if line.strip() != "shown":
            raise BenchFailed(f"{module} showed no window (status {process.wait(timeout=10)})")
        slow = process.stdout.readline().strip()
        process.wait(timeout=30)
    if slow:
        raise BenchFailed(f"imported before the window showed: {slow}")
    return took


@contextmanager
def xvfb() -> Iterator[str]:
    """A virtual screen of 1366x768; answers its DISPLAY."""
    if shutil.which("Xvfb") is None:
        raise CounterpartMissing("Xvfb is not installed")
    argv = ["Xvfb", "-displayfd", "1", "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    with running(argv, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        number = process.stdout.readline().strip()
        if not number:
            raise CounterpartMissing("Xvfb did not start")
        yield f":{number}"
