"""Drawing segments and contours over a picture: colour inside, a coloured line with a dark rim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QTransform

from app.imaging.contours import ContourType, FlatContour
from app.imaging.lab import Colour
from app.imaging.resample import Viewport
from app.imaging.segmentation import Matrix, SegmentShape
from app.kit.theme import colours

_RIM = QColor(0, 0, 0, 190)
_LINE, _RIM_LINE = 1.5, 3.5
_CROSS = 4.0
OWN_COLOURS = 8


def colour_of(recommended: Colour | None, number: int) -> QColor:
    """What the object recommends, else one of the theme's colours for objects."""
    if recommended is not None:
        return QColor(*recommended)
    # Over a picture the theme does not count.
    return QColor(colours("dark")[f"object_{number % OWN_COLOURS + 1}"])


def on_screen(viewport: Viewport) -> QTransform:
    """From picture coordinates to the viewport's pixels."""
    zero, right, down = (viewport.to_screen(x, y) for x, y in ((0, 0), (1, 0), (0, 1)))
    return QTransform(
        right[0] - zero[0],
        right[1] - zero[1],
        down[0] - zero[0],
        down[1] - zero[1],
        zero[0],
        zero[1],
    )


def contour_path(contours: Iterable[FlatContour]) -> QPainterPath:
    """The lines of contours that are no points, in picture coordinates."""
    path = QPainterPath()
    for contour in contours:
        if contour.kind is ContourType.POINT:
            continue
        x, y = contour.points[0]
        path.moveTo(float(x), float(y))
        for x, y in contour.points[1:].tolist():
            path.lineTo(x, y)
        if contour.kind is not ContourType.OPEN_PLANAR:
            path.closeSubpath()
    return path


class ObjectPainter:
    """Draws on a painter whose coordinates are the viewport's."""

    def __init__(self, painter: QPainter, viewport: Viewport) -> None:
        self._painter = painter
        self._screen = on_screen(viewport)

    def segment(
        self, shape: SegmentShape, matrix: Matrix, colour: QColor, *, opacity: float | None
    ) -> None:
        """One segment, filled with `opacity` 0…1, or with None only its edges."""
        painter = self._painter
        painter.save()
        placed = QTransform(*matrix) * self._screen
        if opacity is not None:
            painter.setTransform(placed, True)
            painter.drawImage(QPointF(shape.left, shape.top), _tinted(shape, colour, opacity))
        painter.restore()
        painter.save()
        # On the screen, not in the frame: a line is as wide as the painter's other lines are.
        self._lines([placed.map(QLineF(*edge)) for edge in shape.edges.tolist()], colour)
        painter.restore()

    def _lines(self, lines: Sequence[QLineF], colour: QColor) -> None:
        for pen in _pens(colour):
            self._painter.setPen(pen)
            self._painter.drawLines(lines)

    def contours(
        self, path: QPainterPath, points: Sequence[tuple[float, float]], colour: QColor
    ) -> None:
        """The lines of one region, and its points as crosses."""
        painter = self._painter
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        drawn = self._screen.map(path)
        for pen in _pens(colour):
            painter.setPen(pen)
            painter.drawPath(drawn)
        for x, y in points:
            at = self._screen.map(QPointF(x, y))
            arms = [QPointF(_CROSS, 0), QPointF(0, _CROSS)]
            self._lines([QLineF(at - arm, at + arm) for arm in arms], colour)
        painter.restore()


def _pens(colour: QColor) -> tuple[QPen, QPen]:
    return QPen(_RIM, _RIM_LINE), QPen(colour, _LINE)


def _tinted(shape: SegmentShape, colour: QColor, opacity: float) -> QImage:
    rows, columns = shape.levels.shape
    levels = np.ascontiguousarray(shape.levels)
    image = QImage(levels.data, columns, rows, columns, QImage.Format.Format_Indexed8)
    alphas = np.floor(np.arange(256) * min(1.0, max(0.0, opacity)) + 0.5).astype(int).tolist()
    rgb = (colour.red() << 16) | (colour.green() << 8) | colour.blue()
    image.setColorTable([(alpha << 24) | rgb for alpha in alphas])
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
