"""Drawing annotations so that they read over any picture: a light line with a dark rim."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.imaging.annotation import Annotation
from app.viewers.dicom.annotations.shapes import Glass, bounds, path
from app.viewers.dicom.overlay import rimmed_text

_RIM = QColor(0, 0, 0, 200)
_LINE = QColor(255, 214, 92)
_CHOSEN = QColor(120, 220, 255)
_HANDLE = 3.5
_GAP = 8.0


class AnnotationPainter:
    """Draws into a widget's rectangle; the painter carries the widget's font, `ratio` is the
    widget's device pixels a pixel."""

    def __init__(self, painter: QPainter, area: QRectF, glass: Glass, ratio: float = 1.0) -> None:
        self._painter = painter
        self._area = area
        self._glass = glass
        self._ratio = ratio

    def star(self) -> None:
        """The frame is a key image: a star at the upper edge, left of the orientation letter."""
        metrics = QFontMetricsF(self._painter.font())
        at = QPointF(self._area.center().x() - 40, self._area.top() + 12 + metrics.ascent())
        rimmed_text(self._painter, at, "★", _LINE, self._ratio)

    def draw(self, annotation: Annotation, lines: Sequence[str], *, chosen: bool) -> None:
        """One shape with the lines of text beside it; a chosen one shows its handles."""
        painter = self._painter
        ink = _CHOSEN if chosen else _LINE
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        shape = path(annotation, self._glass)
        for colour, width in ((_RIM, 3.5), (ink, 1.5)):
            painter.setPen(QPen(colour, width))
            painter.drawPath(shape)
        if chosen or len(annotation.points) == 1:
            self._handles(annotation, ink)
        painter.restore()
        self._beside(annotation, lines, ink)

    def _handles(self, annotation: Annotation, ink: QColor) -> None:
        self._painter.setBrush(ink)
        self._painter.setPen(QPen(_RIM, 1.0))
        for point in annotation.points:
            self._painter.drawEllipse(self._glass.on(point), _HANDLE, _HANDLE)

    def _beside(self, annotation: Annotation, lines: Sequence[str], ink: QColor) -> None:
        """Right of the shape, or left of it where the widget ends; never outside."""
        if not lines:
            return
        metrics = QFontMetricsF(self._painter.font())
        width = max(metrics.horizontalAdvance(line) for line in lines)
        height = metrics.lineSpacing() * len(lines)
        box = bounds(annotation, self._glass)
        x = box.right() + _GAP
        if x + width > self._area.right() - _GAP:
            x = box.left() - _GAP - width
        x = max(self._area.left() + _GAP, min(x, self._area.right() - _GAP - width))
        y = box.center().y() - height / 2
        y = max(self._area.top() + _GAP, min(y, self._area.bottom() - _GAP - height))
        for number, line in enumerate(lines):
            at = QPointF(x, y + metrics.ascent() + number * metrics.lineSpacing())
            rimmed_text(self._painter, at, line, ink, self._ratio)
