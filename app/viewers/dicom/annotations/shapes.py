"""Shapes on the screen: their lines, their handles, and what lies under the mouse."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from app.imaging.annotation import Annotation, AnnotationKind, outline
from app.imaging.calibration import Point
from app.imaging.measurement import ellipse_outline
from app.imaging.resample import Viewport

ARROW_HEAD = 11.0
_AROUND = 72
"""Points of an ellipse on the screen."""
REACH = 7.0
"""Screen pixels within which the mouse takes hold of a line or a handle."""


@dataclass(frozen=True, slots=True)
class Glass:
    """Picture coordinates to widget coordinates; the viewport counts the widget's own pixels."""

    viewport: Viewport

    def on(self, point: Point) -> QPointF:
        """Where a picture point lies in the widget."""
        return QPointF(*self.viewport.to_screen(*point))


def path(annotation: Annotation, glass: Glass) -> QPainterPath:
    """The lines of a shape, complete or still being drawn."""
    drawn = QPainterPath()
    points = [glass.on(point) for point in annotation.points]
    if not points:
        return drawn
    match annotation.kind:
        case AnnotationKind.ELLIPSE if len(points) == 2:
            # By its points: a turned picture turns the ellipse with it.
            first, second = annotation.points
            around = ellipse_outline(first, second, _AROUND)
            _chain(drawn, [glass.on(point) for point in around], closed=True)
        case AnnotationKind.RECTANGLE if len(points) == 2:
            _chain(drawn, [glass.on(point) for point in outline(annotation)], closed=True)
        case AnnotationKind.COBB:
            _chain(drawn, points[:2])
            _chain(drawn, points[2:])
        case AnnotationKind.POLYGON:
            _chain(drawn, points, closed=annotation.complete)
        case AnnotationKind.ARROW if len(points) == 2:
            _chain(drawn, points)
            _head(drawn, points[0], points[1])
        case _:
            _chain(drawn, points)
    return drawn


def _chain(drawn: QPainterPath, points: Sequence[QPointF], *, closed: bool = False) -> None:
    if len(points) < 2:
        return
    drawn.moveTo(points[0])
    for point in points[1:]:
        drawn.lineTo(point)
    if closed:
        drawn.closeSubpath()


def _head(drawn: QPainterPath, tail: QPointF, tip: QPointF) -> None:
    back = math.atan2(tail.y() - tip.y(), tail.x() - tip.x())
    for side in (-0.45, 0.45):
        drawn.moveTo(tip)
        drawn.lineTo(
            tip.x() + ARROW_HEAD * math.cos(back + side),
            tip.y() + ARROW_HEAD * math.sin(back + side),
        )


def bounds(annotation: Annotation, glass: Glass) -> QRectF:
    """The upright rectangle of the widget around a shape."""
    points = [glass.on(point) for point in annotation.points]
    left, right = min(p.x() for p in points), max(p.x() for p in points)
    top, bottom = min(p.y() for p in points), max(p.y() for p in points)
    return QRectF(left, top, right - left, bottom - top)


def handle_at(annotation: Annotation, at: QPointF, glass: Glass) -> int | None:
    """The point of a shape that lies under the mouse, the last drawn first."""
    for index in reversed(range(len(annotation.points))):
        off = glass.on(annotation.points[index]) - at
        if math.hypot(off.x(), off.y()) <= REACH:
            return index
    return None


def touches(annotation: Annotation, at: QPointF, glass: Glass) -> bool:
    """Whether the mouse is on a line of a shape, or on a text's place."""
    for polygon in path(annotation, glass).toSubpathPolygons():
        corners = [polygon.at(index) for index in range(polygon.size())]
        for start, end in pairwise(corners):
            if _distance(at, start, end) <= REACH:
                return True
    return False


def _distance(at: QPointF, start: QPointF, end: QPointF) -> float:
    along, off = end - start, at - start
    square = along.x() ** 2 + along.y() ** 2
    part = 0.0 if square == 0 else (off.x() * along.x() + off.y() * along.y()) / square
    part = min(1.0, max(0.0, part))
    return math.hypot(off.x() - part * along.x(), off.y() - part * along.y())
