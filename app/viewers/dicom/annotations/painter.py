"""Drawing annotations so that they read over any picture: a light line with a dark rim."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from app.imaging.annotation import Annotation
from app.viewers.dicom.annotations.labels import place
from app.viewers.dicom.annotations.shapes import Glass, bounds, path
from app.viewers.dicom.overlay import rimmed_text, text_width

_RIM = QColor(0, 0, 0, 200)
_LINE = QColor(255, 214, 92)
_CHOSEN = QColor(120, 220, 255)
_HANDLE = 3.5


class AnnotationPainter:
    """Draws into a widget's rectangle; the painter carries the widget's font, `ratio` is the
    widget's device pixels a pixel. No label stands on `taken`, nor on another one, nor on one of
    `shapes` if that can be."""

    def __init__(
        self,
        painter: QPainter,
        area: QRectF,
        glass: Glass,
        ratio: float = 1.0,
        *,
        taken: Sequence[QRectF] = (),
        shapes: Sequence[Annotation] = (),
    ) -> None:
        self._painter = painter
        self._taken = list(taken)
        self._shapes = [bounds(shape, glass) for shape in shapes if shape.points]
        self._area = area
        self._glass = glass
        self._ratio = ratio

    def star(self) -> None:
        """The frame is a key image: a star at the upper edge, left of the orientation letter."""
        metrics = QFontMetricsF(self._painter.font())
        at = QPointF(self._area.center().x() - 40, self._area.top() + 12 + metrics.ascent())
        rimmed_text(self._painter, at, "★", _LINE, self._ratio)

    def draw(self, annotation: Annotation, *, chosen: bool) -> None:
        """One shape; a chosen one shows its handles."""
        painter = self._painter
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._strokes(path(annotation, self._glass), ink_of(chosen=chosen))
        if chosen or len(annotation.points) == 1:
            self._handles(annotation, ink_of(chosen=chosen))
        painter.restore()

    def _strokes(self, lines: QPainterPath, ink: QColor, width: float = 1.5) -> None:
        for colour, wide in ((_RIM, width + 2), (ink, width)):
            self._painter.setPen(QPen(colour, wide))
            self._painter.drawPath(lines)

    def _handles(self, annotation: Annotation, ink: QColor) -> None:
        self._painter.setBrush(ink)
        self._painter.setPen(QPen(_RIM, 1.0))
        for point in annotation.points:
            self._painter.drawEllipse(self._glass.on(point), _HANDLE, _HANDLE)

    def label(self, annotations: Sequence[tuple[Annotation, Sequence[str], bool]]) -> None:
        """The lines of text of shapes (and whether each is chosen) where nothing else lies: see
        `labels.place`. Lines to shapes that are far run below all words."""
        font = self._painter.font()
        metrics, found = QFontMetricsF(font), []
        for annotation, lines, chosen in annotations:
            if not lines or not annotation.points:
                continue
            width = max(text_width(line, font) for line in lines)
            size = QSizeF(width, metrics.lineSpacing() * len(lines))
            box = bounds(annotation, self._glass)
            others = [shape for shape in self._shapes if shape != box]
            placed = place(box, size, self._area, self._taken, others)
            self._taken.append(placed.room)
            found.append((placed, lines, ink_of(chosen=chosen)))
            if placed.leader is not None:
                way = QPainterPath(placed.leader[0])
                way.lineTo(placed.leader[1])
                self._strokes(way, ink_of(chosen=chosen), 1.0)
        for placed, lines, ink in found:
            for number, line in enumerate(lines):
                down = metrics.ascent() + number * metrics.lineSpacing()
                at = QPointF(placed.room.left(), placed.room.top() + down)
                rimmed_text(self._painter, at, line, ink, self._ratio)


def ink_of(*, chosen: bool) -> QColor:
    """The colour of a shape and its words."""
    return _CHOSEN if chosen else _LINE
