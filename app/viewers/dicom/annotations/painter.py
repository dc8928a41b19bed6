"""Drawing annotations so that they read over any picture: a light line with a dark rim."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from app.imaging.annotation import Annotation
from app.viewers.dicom.annotations.labels import Label, Placed, Size, arrange, box_of
from app.viewers.dicom.annotations.shapes import Glass, bounds, path
from app.viewers.dicom.overlay import is_small, rimmed_text, text_width

_RIM = QColor(0, 0, 0, 200)
_LINE = QColor(255, 214, 92)
_CHOSEN = QColor(120, 220, 255)
_HANDLE = 3.5


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
        self,
        annotations: Sequence[tuple[Annotation, Sequence[str], bool]],
        taken: Sequence[QRectF] = (),
    ) -> tuple[Placed, ...]:
        """The lines of text of shapes (and whether each is chosen) where nothing else lies, nor
        anything of `taken`: see `labels.place`. In a small area, and where there is no room for all
        lines, the first stands alone, or none: the list has them, and a chosen shape has its first
        in any case. Lines to shapes that are far run below all words. Answers where words stand
        now."""
        shapes = tuple(box_of(bounds(one, self._glass)) for one, _, _ in annotations)
        told = [
            (box, self._ways(lines), chosen)
            for box, (_, lines, chosen) in zip(shapes, annotations, strict=True)
            if lines
        ]
        labels = tuple(
            Label(box, tuple(self._size(some) for some in ways), chosen)
            for box, ways, chosen in told
        )
        places = arrange(labels, box_of(self._area), tuple(map(box_of, taken)), shapes)
        found = [
            (one[1], ways[one[0]], ink_of(chosen=chosen))
            for one, (_, ways, chosen) in zip(places, told, strict=True)
            if one is not None
        ]
        for placed, _, ink in found:
            if placed.leader is not None:
                way = QPainterPath(placed.leader[0])
                way.lineTo(placed.leader[1])
                self._strokes(way, ink, 1.0)
        metrics = QFontMetricsF(self._painter.font())
        for placed, lines, ink in found:
            for number, line in enumerate(lines):
                down = metrics.ascent() + number * metrics.lineSpacing()
                at = QPointF(placed.room.left(), placed.room.top() + down)
                rimmed_text(self._painter, at, line, ink, self._ratio)
        return tuple(placed for placed, _, _ in found)

    def _ways(self, lines: Sequence[str]) -> Sequence[Sequence[str]]:
        """What can be said beside a shape, the most first."""
        if is_small(self._area) or len(lines) == 1:
            return (lines[:1],)
        return lines, lines[:1]

    def _size(self, lines: Sequence[str]) -> Size:
        font = self._painter.font()
        width = max(text_width(line, font) for line in lines)
        return width, QFontMetricsF(font).lineSpacing() * len(lines)


def ink_of(*, chosen: bool) -> QColor:
    """The colour of a shape and its words."""
    return _CHOSEN if chosen else _LINE
