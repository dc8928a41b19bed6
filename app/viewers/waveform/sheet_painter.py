"""Paper, calibration pulse and calipers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.kit.theme import Appearance
from app.viewers.waveform.calipers import Calipers
from app.viewers.waveform.sheet import Trace

_LEAST_PX = 2.5
"""Lines closer than this would be a grey area."""
PULSE_S, PULSE_MV = 0.2, 1.0
PULSE_PX = 1.25


@dataclass(frozen=True, slots=True)
class Inks:
    """The theme's colours of the paper."""

    paper: QColor
    minor: QColor
    major: QColor
    trace: QColor
    label: QColor
    mark: QColor
    caliper: QColor

    @classmethod
    def of(cls, appearance: Appearance) -> Inks:
        """As the theme has them now."""
        names = ("paper", "minor", "major", "trace", "label", "mark", "caliper")
        return cls(*(appearance.colour(f"ecg_{name}") for name in names))


def draw_grid(
    painter: QPainter, inks: Inks, per_mm: float, origin: tuple[int, int], size: QSize
) -> None:
    """Lines every millimetre and, stronger, every five; `origin` is the paper's point at the
    upper left corner, in pixels."""
    for step_mm, ink in ((1, inks.minor), (5, inks.major)):
        step = step_mm * per_mm
        if step < _LEAST_PX:
            continue
        width, height = float(size.width()), float(size.height())
        lines = [QLineF(x, 0.0, x, height) for x in _lines(origin[0], width, step)]
        lines += [QLineF(0.0, y, width, y) for y in _lines(origin[1], height, step)]
        painter.setPen(QPen(ink, 1))
        painter.drawLines(lines)


def _lines(start: int, length: float, step: float) -> list[float]:
    """On whole pixels: a blurred grid is two grids."""
    first = math.ceil(start / step)
    count = max(0, math.floor((start + length) / step) - first + 1)
    return [math.floor((first + n) * step - start) + 0.5 for n in range(count)]


def draw_pulse(
    painter: QPainter,
    inks: Inks,
    per_mm: float,
    trace: Trace,
    *,
    speed: float,
    gain: float,
    wide: float = PULSE_PX,
) -> None:
    """One millivolt for a fifth of a second, before the curve."""
    width, height = PULSE_S * speed * per_mm, PULSE_MV * gain * per_mm
    side = 1.5 * per_mm
    right = (trace.left_mm - 2.0) * per_mm
    base = trace.middle_mm * per_mm
    points = (
        (right - width - side, base),
        (right - width, base),
        (right - width, base - height),
        (right, base - height),
        (right, base),
        (right + side, base),
    )
    painter.setPen(QPen(inks.trace, wide))
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def draw_calipers(
    painter: QPainter,
    inks: Inks,
    calipers: Calipers,
    per_mm: float,
    window_mm: tuple[float, float, float, float],
) -> None:
    """Two upright lines with the heights they touch; the active end is stronger."""
    _, top, _, height = window_mm
    ends = [QPointF(x * per_mm, y * per_mm) for x, y in calipers.ends]
    shade = QColor(inks.caliper)
    shade.setAlpha(28)
    painter.fillRect(QRectF(*_span(ends, top * per_mm, height * per_mm)), shade)
    for number, end in enumerate(ends):
        active = number == calipers.active
        painter.setPen(QPen(inks.caliper, 2.0 if active else 1.0))
        painter.drawLine(QPointF(end.x(), top * per_mm), QPointF(end.x(), (top + height) * per_mm))
        painter.drawLine(end - QPointF(2 * per_mm, 0), end + QPointF(2 * per_mm, 0))
    painter.setPen(QPen(inks.caliper, 1.0, Qt.PenStyle.DashLine))
    painter.drawLine(ends[0], ends[1])


def _span(ends: list[QPointF], top: float, height: float) -> tuple[float, float, float, float]:
    left = min(end.x() for end in ends)
    return left, top, abs(ends[0].x() - ends[1].x()), height
