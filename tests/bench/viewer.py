"""The viewer in a real window: beside other viewers, under a call, and its pixels alone."""

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

import psutil

from tests.bench import decoding, hands
from tests.bench.errors import BenchFailed, CounterpartMissing
from tests.bench.instances import Factory, large_radiograph, phantom
from tests.bench.measure import Bound, Goal, Measure, percentile
from tests.bench.processes import running
from tests.bench.rivals import OURS, RIVALS, Rival, Rows, Speeds, speeds
from tests.bench.screen import Screen

BESIDE, FIRST, LARGE = 200, 300, 3000
ROUNDS = 3
CALL_S = 25.0
AHEAD_SOONER = Goal(Bound.AT_MOST, 1.0, of_ratio=True)
AHEAD_FASTER = Goal(Bound.AT_LEAST, 1.0, of_ratio=True)
CALL_GOAL = Goal(Bound.AT_LEAST, 24)
SMALL_PC = Goal(Bound.AT_MOST, 2048)
"""MiB: half of a clinic PC of 4 GB, which has a system and a browser to hold as well."""
LOADED_S = 60


def run() -> Iterator[Measure]:
    with tempfile.TemporaryDirectory(prefix="huizhen-bench-") as name:
        base = Path(name)
        phantom(base / "beside", BESIDE)
        yield from _beside_others(base / "beside")
        phantom(base / "first", FIRST)
        yield hands.first_image(base / "first", FIRST)
        yield _scroll(base / "first")
        (base / "large").mkdir()
        large_radiograph(base / "large")
        yield from _drag_during_a_call(base / "large")
        yield _memory(base / "many")
    yield from decoding.run()


def _beside_others(folder: Path) -> Iterator[Measure]:
    """All in turn, so that a busy moment strikes every one."""
    found: dict[str, list[Speeds]] = {}
    missing: dict[str, str] = {}
    for _ in range(ROUNDS):
        for rival in (OURS, *RIVALS):
            if rival.name in missing:
                continue
            try:
                found.setdefault(rival.name, []).append(speeds(rival, folder, BESIDE))
            except CounterpartMissing as absent:
                missing[rival.name] = str(absent)
                print(f"viewer: {absent}", file=sys.stderr)
    ours = _medians(found[OURS.name])
    for rival in RIVALS:
        yield from _compared(ours, rival, found.get(rival.name), missing.get(rival.name, ""))


def _medians(runs: list[Speeds]) -> Speeds:
    return Speeds(
        statistics.median(one.first_image for one in runs),
        statistics.median(one.drag for one in runs),
        statistics.median(one.wheel for one in runs),
    )


def _compared(
    ours: Speeds, rival: Rival, runs: list[Speeds] | None, missing: str
) -> Iterator[Measure]:
    theirs = _medians(runs) if runs else None
    for name, unit, part, goal in (
        (f"first image of {BESIDE} slices", "s", attrgetter("first_image"), AHEAD_SOONER),
        ("window/level drag, frames on the screen", "1/s", attrgetter("drag"), AHEAD_FASTER),
        ("wheel, frames on the screen", "1/s", attrgetter("wheel"), AHEAD_FASTER),
    ):
        yield Measure(
            f"viewer, whole screen: {name}",
            part(ours),
            unit,
            beside=rival.name,
            beside_value=None if theirs is None else part(theirs),
            goal=goal,
            note=missing,
        )


def _scroll(folder: Path) -> Measure:
    with hands.viewer(folder) as (screen, look):
        hands.open_folder(screen, look)
        look.settle()
        _warm(screen, look)
        took = hands.scroll(screen, look, FIRST)
    return Measure(
        f"viewer: notch to screen through {FIRST} slices at 30 a second, p95, none dropped",
        percentile(took, 95),
        "ms",
        goal=hands.FRAME,
    )


def _warm(screen: Screen, look: Rows) -> None:
    """Until every slice is in memory, which takes longer than the first picture."""
    ends = time.perf_counter() + LOADED_S
    while time.perf_counter() < ends:
        try:
            hands.scroll(screen, look, FIRST)
        except BenchFailed:
            look.settle()
        else:
            return


def _drag_during_a_call(folder: Path) -> Iterator[Measure]:
    with hands.viewer(folder) as (screen, look):
        hands.open_folder(screen, look)
        look.settle()
        alone = hands.drag(screen, look)
        argv = [sys.executable, "-m", "tests.bench.children.call", str(CALL_S)]
        with running(argv, stderr=None) as call:
            assert call.stdout is not None
            if call.stdout.readline().strip() != "started":
                raise BenchFailed("the call did not start")
            look.settle()
            during = hands.drag(screen, look)
            frames = float(call.stdout.readline())
    yield Measure(
        "viewer: window/level drag of 20 MP at 1920×1080 during a call, hand to screen, p95",
        percentile(during, 95),
        "ms",
        beside="without a call",
        beside_value=percentile(alone, 95),
        goal=hands.FRAME,
    )
    yield Measure(
        "call: frames a second of 25 that arrived during that drag, the slower way",
        frames,
        "fps",
        goal=CALL_GOAL,
    )


def _memory(folder: Path) -> Measure:
    """The budget of a PC of 4 GB: a quarter of its memory."""
    folder.mkdir()
    for number, one in enumerate(Factory().study(LARGE)):
        (folder / f"{number:04d}.dcm").write_bytes(one.data)
    try:
        with hands.viewer(folder, "--budget", str(1 << 30)) as (screen, look):
            hands.open_folder(screen, look)
            window = _window_process()
            most, ends = 0, time.perf_counter() + LOADED_S
            while time.perf_counter() < ends:
                most = max(most, window.memory_info().rss)
                time.sleep(0.05)
    finally:
        shutil.rmtree(folder)
    return Measure(
        f"viewer: memory of the window with {LARGE} slices of 512² open, most of a minute",
        most / (1 << 20),
        "MiB",
        goal=SMALL_PC,
    )


def _window_process() -> psutil.Process:
    for child in psutil.Process().children(recursive=True):
        if "tests.bench.children.viewer_window" in child.cmdline():
            return child
    raise BenchFailed("the window's process is not there")
