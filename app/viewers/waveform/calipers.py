"""Two points on the paper, and what lies between them."""

from __future__ import annotations

from dataclasses import dataclass, replace

Point = tuple[float, float]
"""Millimetres from the upper left corner of the paper."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the calipers say: seconds, beats a minute (None for no time), millivolts upwards from
    the first point to the second (None where the curves are no voltage)."""

    seconds: float
    per_minute: float | None
    amplitude: float | None


@dataclass(frozen=True, slots=True)
class Calipers:
    """Ends 0 and 1; `active` is the one that keys move."""

    ends: tuple[Point, Point]
    active: int = 1

    def moved(self, end: int, to: Point) -> Calipers:
        """With one end elsewhere, which becomes the active one."""
        ends = (to, self.ends[1]) if end == 0 else (self.ends[0], to)
        return Calipers(ends, end)

    def nudged(self, dx_mm: float, dy_mm: float) -> Calipers:
        """With the active end moved."""
        x, y = self.ends[self.active]
        return self.moved(self.active, (x + dx_mm, y + dy_mm))

    def swapped(self) -> Calipers:
        """With the other end active."""
        return replace(self, active=1 - self.active)

    def nearest(self, point: Point, within_mm: float) -> int | None:
        """The end a hand means, None where neither is near: its line or its height counts."""
        distances = [abs(end[0] - point[0]) for end in self.ends]
        best = 0 if distances[0] <= distances[1] else 1
        return best if distances[best] <= within_mm else None

    def read(self, *, speed: float, gain: float | None) -> Reading:
        """What they say at `speed` mm/s and `gain` mm/mV (None: heights mean nothing)."""
        (x0, y0), (x1, y1) = self.ends
        seconds = abs(x1 - x0) / speed
        return Reading(
            seconds,
            60.0 / seconds if seconds > 0 else None,
            None if gain is None else (y0 - y1) / gain,
        )
