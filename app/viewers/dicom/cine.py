"""Playing a stack in time: which slice is due, and a timer that asks."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.imaging.series import Instance, Series

PLAIN_RATE = 15.0
SPEEDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
_LEAST_MS, _LONGEST_MS = 4.0, 60_000.0
_TIMER_MS = 4


def frame_times(series: Series) -> tuple[float, ...]:
    """How long each slice stands, milliseconds; not at all where nothing of it has come.

    FrameTimeVector, FrameTime, RecommendedDisplayFrameRate, CineRate, in this order (PS3.3
    C.7.6.5); else 15 slices a second.
    """
    found: list[float] = []
    for ref in series.slices:
        instance = series.instance(ref.sop_instance_uid) or series.first
        stands = min(_LONGEST_MS, max(_LEAST_MS, _frame_time(instance, ref.frame)))
        found.append(0.0 if series.awaits(ref) else stands)
    return tuple(found)


def _frame_time(instance: Instance, frame: int) -> float:
    vector = instance.frame_time_vector_ms
    if len(vector) == instance.frames > 1:
        # Entry n is the time from frame n-1 to n; after the last frame the usual step passes.
        step = vector[frame + 1] if frame + 1 < len(vector) else sum(vector[1:]) / (len(vector) - 1)
        if step > 0:
            return step
    if instance.frame_time_ms is not None and instance.frame_time_ms > 0:
        return instance.frame_time_ms
    for rate in (instance.recommended_display_frame_rate, instance.cine_rate):
        if rate is not None and rate > 0:
            return 1000.0 / rate
    return 1000.0 / PLAIN_RATE


def _played(times_ms: Sequence[float]) -> int:
    """How many slices stand at all."""
    return sum(time_ms > 0 for time_ms in times_ms)


class Timeline:
    """Which slice is due after how long; `sweep` plays to and fro instead of round."""

    def __init__(self, times_ms: Sequence[float], *, sweep: bool) -> None:
        self._count = count = len(times_ms)
        order = list(range(count))
        if sweep and count > 2:
            order += list(range(count - 2, 0, -1))
        self._order = order
        self._ends = list(accumulate(times_ms[index] for index in order))

    def begin_of(self, index: int, *, back: bool = False) -> float:
        """When slice `index` first comes, or comes on the way back, milliseconds."""
        turn = len(self._order) - index if back else index
        return self._ends[turn - 1] if turn > 0 else 0.0

    def at(self, passed_ms: float) -> int:
        """The slice that is due."""
        return self._order[self._turn(passed_ms)]

    def goes_back(self, passed_ms: float) -> bool:
        """Whether that slice comes on the way back."""
        return self._turn(passed_ms) >= self._count

    def _turn(self, passed_ms: float) -> int:
        within = passed_ms % self._ends[-1]
        return min(bisect_right(self._ends, within), len(self._order) - 1)


class Cine(QObject):
    """Plays; a slice whose time has passed is left out, so that the rate holds.

    Args:
        clock: seconds that only grow.
    """

    due = Signal(int)
    """The slice to show."""
    changed = Signal()
    """Playing, speed or way changed."""

    def __init__(self, parent: QObject, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._times: tuple[float, ...] = ()
        self._timeline: Timeline | None = None
        self._speed = SPEEDS.index(1.0)
        self._sweep = False
        self._origin_ms = 0.0
        self._began = 0.0
        self._last = 0
        self._last_came = 0.0
        self._back = False
        """The last slice came on the way back."""
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TIMER_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def playing(self) -> bool:
        """Whether it runs."""
        return self._timeline is not None

    @property
    def sweeping(self) -> bool:
        """Whether it plays to and fro."""
        return self._sweep

    @property
    def speed(self) -> float:
        """1 is the speed the file asks for."""
        return SPEEDS[self._speed]

    @property
    def rate(self) -> float:
        """Slices a second, on average."""
        if not self._times:
            return 0.0
        return self.speed * 1000.0 * _played(self._times) / sum(self._times)

    def play(self, times_ms: Sequence[float], index: int) -> None:
        """Run from slice `index`; a single slice does not run."""
        if _played(times_ms) < 2:
            return
        self._times = tuple(times_ms)
        self._run_from(index, self._clock())
        self._timer.start()
        self.changed.emit()

    def follow(self, times_ms: Sequence[float], index: int) -> None:
        """The stack that runs changed: slice `index` stands no longer than it would have."""
        if _played(times_ms) < 2:
            self.stop()
            return
        self._times = tuple(times_ms)
        self._run_from(index, self._last_came, back=self._back)
        self.changed.emit()

    def stop(self) -> None:
        """Stay where it is."""
        if self.playing:
            self._timeline = None
            self._timer.stop()
            self.changed.emit()

    def faster(self, steps: int) -> None:
        """Change the speed by steps, negative to slow down."""
        self._speed = max(0, min(len(SPEEDS) - 1, self._speed + steps))
        self._again()

    def set_sweep(self, sweep: bool) -> None:
        """Play to and fro, or round."""
        self._sweep = sweep
        self._again()

    def tick(self) -> None:
        """Say which slice is due, if it is another one."""
        if self._timeline is None:
            return
        now = self._clock()
        passed = self._origin_ms + (now - self._began) * 1000.0 * self.speed
        index = self._timeline.at(passed)
        if index != self._last:
            self._last, self._last_came = index, now
            self._back = self._timeline.goes_back(passed)
            self.due.emit(index)

    def _run_from(self, index: int, began: float, *, back: bool = False) -> None:
        self._timeline = Timeline(self._times, sweep=self._sweep)
        self._last, self._back = max(0, min(len(self._times) - 1, index)), back
        self._origin_ms = self._timeline.begin_of(self._last, back=back)
        self._began = self._last_came = began

    def _again(self) -> None:
        if self.playing:
            self._run_from(self._last, self._clock())
        self.changed.emit()
