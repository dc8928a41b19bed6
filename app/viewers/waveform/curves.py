"""Samples as lines of screen points: no more of them than the screen can show."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPolygonF
from shiboken6 import VoidPtr

from app.imaging.waveform import WaveformGroup

DENSE = 4.0
"""Samples a screen point from which only the highest and the lowest are drawn."""
_LOOK = 20_000


def polygon(points: NDArray[np.float64]) -> QPolygonF:
    """(n, 2) coordinates as Qt's polygon, copied into its memory: a point object each would cost
    more than the drawing."""
    made = QPolygonF()
    made.resize(len(points))
    if len(points):
        memory: Any = VoidPtr(made.data(), len(points) * 16, True)  # type: ignore[call-arg, arg-type]  # the stubs know one form
        np.frombuffer(memory, np.float64).reshape(-1, 2)[:] = points
    return made


def envelope(
    times: NDArray[np.float64], values: NDArray[np.float64], step: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest of every `step` samples, in the order in which they came."""
    whole = len(values) // step * step
    if step < 2 or whole == 0:
        return times, values
    blocks = values[:whole].reshape(-1, step)
    low, high = np.nanargmin(blocks, axis=1), np.nanargmax(blocks, axis=1)
    pair = np.sort(np.stack([low, high], axis=1), axis=1)
    index = (pair + np.arange(0, whole, step)[:, None]).ravel()
    rest = np.arange(whole, len(values))
    index = np.concatenate([index, rest])
    return times[index], values[index]


def curve(
    group: WaveformGroup, channel: int, start_s: float, stop_s: float, points_per_s: float
) -> list[NDArray[np.float64]]:
    """(seconds, value) pairs between two times, in pieces where samples are missing.

    `points_per_s` is how many screen points a second takes.
    """
    frequency = group.sampling_frequency
    skew = group.channels[channel].skew_s
    first = max(0, math.floor((start_s - skew) * frequency))
    last = min(group.samples, math.ceil((stop_s - skew) * frequency) + 1)
    if last <= first:
        return []
    values = group.values(channel, first, last)
    times = np.arange(first, last) / frequency + skew
    pieces = []
    for begin, end in _runs(values):
        t, v = times[begin:end], values[begin:end]
        if frequency > DENSE * points_per_s:
            t, v = envelope(t, v, int(frequency / points_per_s))
        pieces.append(np.stack([t, v], axis=1))
    return pieces


def _runs(values: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Begin and end of every stretch without NaN."""
    there = np.isfinite(values)
    if there.all():
        return [(0, len(values))]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def middle_and_range(group: WaveformGroup, channel: int) -> tuple[float, float]:
    """The value a curve is centred on, and the height of nearly all of it, in its unit.

    At most `_LOOK` samples spread over the record are looked at.
    """
    step = max(1, group.samples // _LOOK)
    values = group.values(channel, step=step)
    values = values[np.isfinite(values)]
    if len(values) == 0:
        return 0.0, 1.0
    low, middle, high = (float(v) for v in np.percentile(values, (0.5, 50, 99.5)))
    return middle, (high - low) or 1.0


def nice(value: float) -> float:
    """The next 1, 2 or 5 times a power of ten that is not smaller."""
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9))
