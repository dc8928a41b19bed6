"""Drawing annotations so that they read over any picture: a light line with a dark rim."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from app.imaging.annotation import Annotation
from app.viewers.dicom.annotations.labels import Placed, place, place_anyway
from app.viewers.dicom.annotations.shapes import Glass, bounds, path
from app.viewers.dicom.overlay import is_small, rimmed_text, text_width

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

    def label(
        self, annotations: Sequence[tuple[Annotation, Sequence[str], bool]]
    ) -> tuple[Placed, ...]:
        """The lines of text of shapes (and whether each is chosen) where nothing else lies: see
        `labels.place`. In a small area, and where there is no room for all lines, the first stands
        alone, or none: the list has them, and a chosen shape has its first in any case. Lines to
        shapes that are far run below all words. Answers where words stand now."""
        metrics, found = QFontMetricsF(self._painter.font()), []
        for annotation, all_lines, chosen in annotations:
            if not all_lines or not annotation.points:
                continue
            lines, placed = self._placed(annotation, all_lines, chosen=chosen)
            if placed is None:
                continue
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
        return tuple(placed for placed, _, _ in found)

    def _placed(
        self, annotation: Annotation, lines: Sequence[str], *, chosen: bool
    ) -> tuple[Sequence[str], Placed | None]:
        """What can be said beside a shape, and where."""
        box = bounds(annotation, self._glass)
        others = [shape for shape in self._shapes if shape != box]
        for some in (lines[:1],) if is_small(self._area) else (lines, lines[:1]):
            placed = place(box, self._size(some), self._area, self._taken, others)
            if placed is not None:
                return some, placed
        if not chosen:
            return (), None
        return lines[:1], place_anyway(box, self._size(lines[:1]), self._area)

    def _size(self, lines: Sequence[str]) -> QSizeF:
        font = self._painter.font()
        width = max(text_width(line, font) for line in lines)
        return QSizeF(width, QFontMetricsF(font).lineSpacing() * len(lines))


def ink_of(*, chosen: bool) -> QColor:
    """The colour of a shape and its words."""
    return _CHOSEN if chosen else _LINE
