"""Painting overlay planes, graphics and texts so that they read over any picture.

One painter for the pane and for `huizhen render`. Lines are one device pixel wide where
nothing else is asked for, with a dark rim; whatever the picture is turned or mirrored, letters
stand upright.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTransform,
)

from app.imaging.graphics import (
    Graphic,
    GraphicType,
    Justification,
    Point,
    TextBox,
    TextObject,
    Units,
)
from app.imaging.lab import Colour
from app.imaging.overlays import OverlayPlane
from app.imaging.presentation import LayerContent

ToScreen = Callable[[float, float], tuple[float, float]]
"""A picture point (column, row from the upper left corner) to a position on the screen."""

_RIM = QColor(0, 0, 0, 170)
_RIM_WIDTH = 2.0
_CROSS = 3.0
_SMALLEST_LETTERS = 11.0
_FAR = 1e6
_KEPT_PLANES = 16
_KEPT_LINES = 256
OVERLAY_INK: Colour = (255, 255, 255)


@lru_cache(maxsize=_KEPT_PLANES)
def _bitmap(plane: OverlayPlane, ink: Colour) -> QImage:
    """One bit a pixel: a plane over a large picture stays small."""
    rows, columns = plane.bits.shape
    packed = np.packbits(plane.bits, axis=1, bitorder="little")
    width = (columns + 31) // 32 * 4
    lines = np.zeros((rows, width), np.uint8)
    lines[:, : packed.shape[1]] = packed
    image = QImage(lines.data, columns, rows, width, QImage.Format.Format_MonoLSB)
    image.setColorTable([0, QColor(*ink).rgba()])
    return image.copy()


class GraphicsPainter:
    """Draws on `painter`, whose coordinates are the screen's.

    `to_screen` says where picture points are; `area` is where the displayed area lies, which
    DISPLAY positions are fractions of; `font` is for texts that bring no room of their own.
    """

    def __init__(self, painter: QPainter, to_screen: ToScreen, area: QRectF, font: QFont) -> None:
        self._painter = painter
        self._to_screen = to_screen
        self._area = area
        self._font = font

    def layers(self, contents: Iterable[LayerContent]) -> None:
        """Everything of a presentation state, in the order given: the lowest layer first."""
        for content in contents:
            for plane in content.overlays:
                self.overlay(plane, content.layer.ink)
            for graphic in content.graphics:
                self.graphic(graphic, content.layer.ink)
            for told in content.texts:
                self.text(told, content.layer.ink)

    def overlay(self, plane: OverlayPlane, ink: Colour = OVERLAY_INK) -> None:
        """The set bits of a plane, each exactly over its pixel."""
        image = _bitmap(plane, ink)
        self._painter.save()
        placed = self._transform()
        # Made smaller, thin letters must not lose their strokes; made larger, pixels stay exact.
        small = abs(placed.determinant()) < 1.0
        self._painter.setTransform(placed, combine=True)
        self._painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=small)
        self._painter.drawImage(QPointF(plane.column, plane.row), image)
        self._painter.restore()

    def _transform(self) -> QTransform:
        """`to_screen` as a matrix: it is affine, so three points tell it."""
        (x, y), (ax, ay), (bx, by) = (self._to_screen(*at) for at in ((0, 0), (1, 0), (0, 1)))
        return QTransform(ax - x, ay - y, bx - x, by - y, x, y)

    def graphic(self, graphic: Graphic, ink: Colour) -> None:
        """One graphic object, in its own colour or in `ink`.

        A circle is round on the screen whatever the shape of the pixels.
        """
        points = tuple(self._screen(point, graphic.units) for point in graphic.points)
        style = graphic.style
        colour = QColor(*(style.line or ink))
        if graphic.kind is GraphicType.POINT:
            self._cross(points[0], colour, style.width)
            return
        placed = replace(graphic, points=points)
        line = QPolygonF([QPointF(*point) for point in placed.outline()])
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        self._stroke(line, _RIM, style.width, more=_RIM_WIDTH, dashed=style.dashed)
        if graphic.filled and graphic.is_closed:
            fill = QColor(*(style.fill or style.line or ink))
            fill.setAlphaF(style.opacity)
            path = QPainterPath()
            path.addPolygon(line)
            self._painter.fillPath(path, fill)
        self._stroke(line, colour, style.width, dashed=style.dashed)

    def _line(self, line: QPolygonF, colour: QColor, width: float | None) -> None:
        self._stroke(line, _RIM, width, more=_RIM_WIDTH)
        self._stroke(line, colour, width)

    def _stroke(
        self,
        line: QPolygonF,
        colour: QColor,
        width: float | None,
        *,
        more: float = 0.0,
        dashed: bool = False,
    ) -> None:
        pen = QPen(colour, (1.0 if width is None else width) + more)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        self._painter.setPen(pen)
        self._painter.drawPolyline(line)

    def _cross(self, at: Point, colour: QColor, width: float | None) -> None:
        x, y = at
        for dx, dy in ((_CROSS, 0.0), (0.0, _CROSS)):
            arm = QPolygonF([QPointF(x - dx, y - dy), QPointF(x + dx, y + dy)])
            self._line(arm, colour, width)

    def text(self, told: TextObject, ink: Colour) -> None:
        """A text in its box, or beside its anchor, with a line to the anchor if asked for."""
        colour = QColor(*(told.style.text or ink))
        if told.box is not None:
            room = self._room(told.box)
            font = self._fitting(told.text, room)
            stands = told.box.justification
        else:
            assert told.anchor is not None
            font, stands = self._font, Justification.LEFT
            at = self._screen(told.anchor.point, told.anchor.units)
            size = _size(told.text, font)
            room = QRectF(QPointF(at[0] + 2 * _CROSS, at[1] - size.height() - _CROSS), size.size())
        if told.anchor is not None and told.anchor.visible:
            to = QPointF(*self._screen(told.anchor.point, told.anchor.units))
            self._line(QPolygonF([_nearest(room, to), to]), colour, None)
        self._letters(told.text, room, font, stands, colour)

    def _room(self, box: TextBox) -> QRectF:
        first = QPointF(*self._screen(box.first, box.units))
        return QRectF(first, QPointF(*self._screen(box.second, box.units))).normalized()

    def _fitting(self, text: str, room: QRectF) -> QFont:
        """The painter's font, smaller where the text would not fit its box, but legible.

        The standard lets a text run out of its box (C.10.5.1.1).
        """
        size = _size(text, self._font)
        scale = min(1.0, room.width() / size.width(), room.height() / size.height())
        font = QFont(self._font)
        if scale < 1.0:
            font.setPixelSize(int(max(_SMALLEST_LETTERS, QFontInfo(font).pixelSize() * scale)))
        return font

    def _letters(
        self, text: str, room: QRectF, font: QFont, stands: Justification, colour: QColor
    ) -> None:
        metrics = QFontMetricsF(font)
        top = room.top() + metrics.ascent()
        for line in text.split("\n"):
            letters, width = _letters(line, font.toString())
            free = max(0.0, room.width() - width)
            shift = {Justification.LEFT: 0.0, Justification.CENTER: 0.5, Justification.RIGHT: 1.0}
            path = letters.translated(room.left() + free * shift[stands], top)
            self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
            rim = QPen(_RIM, _RIM_WIDTH + 1)
            rim.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            self._painter.strokePath(path, rim)
            self._painter.fillPath(path, colour)
            top += metrics.lineSpacing()

    def _screen(self, point: Point, units: Units) -> Point:
        """A position on the screen; what lies absurdly far away is drawn at the end of reach."""
        if units is Units.DISPLAY:
            area = self._area
            x = area.left() + point[0] * area.width()
            y = area.top() + point[1] * area.height()
        else:
            x, y = self._to_screen(*point)
        return min(_FAR, max(-_FAR, x)), min(_FAR, max(-_FAR, y))


@lru_cache(maxsize=_KEPT_LINES)
def _letters(line: str, font: str) -> tuple[QPainterPath, float]:
    """A line of text from the start of its base line, and how wide it is; `font` as
    QFont.toString.

    Trap: the shapes of letters differ a little from thread to thread. Made once, they are the same
    on the screen and in a file.
    """
    face = QFont()
    face.fromString(font)
    path = QPainterPath()
    path.addText(QPointF(0, 0), face, line)
    return path, QFontMetricsF(face).horizontalAdvance(line)


def forget_letters() -> None:
    """Keep no words that somebody typed about a patient who is no longer shown."""
    _letters.cache_clear()


def _size(text: str, font: QFont) -> QRectF:
    metrics = QFontMetricsF(font)
    lines = text.split("\n")
    width = max(_letters(line, font.toString())[1] for line in lines)
    return QRectF(0, 0, max(1.0, width), max(1.0, metrics.lineSpacing() * len(lines)))


def _nearest(room: QRectF, to: QPointF) -> QPointF:
    """The point of a box nearest to another point."""
    x = min(room.right(), max(room.left(), to.x()))
    return QPointF(x, min(room.bottom(), max(room.top(), to.y())))
