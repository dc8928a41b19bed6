"""Painting captions, orientation letters and the ruler so that they read over any picture."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from app.imaging.geometry import EdgeLetters
from app.viewers.dicom.captions import Corners, Ruler

# Over a picture the theme does not count: light letters with a dark rim read on black and white.
_INK = QColor(226, 230, 234)
_RIM = QColor(0, 0, 0, 210)
_LETTER = QColor(240, 200, 110)
_BADGE = QColor(250, 190, 80)
_MARGIN = 12.0
_RIM_OFFSETS = tuple(
    QPointF(x, y) for x in (-1.0, 0.0, 1.0) for y in (-1.0, 0.0, 1.0) if (x, y) != (0.0, 0.0)
)


def rimmed_text(painter: QPainter, at: QPointF, text: str, ink: QColor) -> None:
    painter.setPen(_RIM)
    for offset in _RIM_OFFSETS:
        painter.drawText(at + offset, text)
    painter.setPen(ink)
    painter.drawText(at, text)


class OverlayPainter:
    """Draws over a picture of the given rectangle with the widget's own font."""

    def __init__(self, painter: QPainter, area: QRectF, font: QFont) -> None:
        self._painter = painter
        self._area = area
        self._font = font
        painter.setFont(font)
        self._metrics = QFontMetricsF(font)

    def corners(self, corners: Corners) -> None:
        """The four blocks of text, and the badge below the upper right one."""
        top, bottom = self._area.top() + _MARGIN, self._area.bottom() - _MARGIN
        self._block(corners.top_left, top, right=False)
        end = self._block(corners.top_right, top, right=True)
        if corners.badge:
            self._block((corners.badge,), end, right=True, ink=_BADGE)
        height = self._metrics.lineSpacing()
        self._block(corners.bottom_left, bottom - height * len(corners.bottom_left), right=False)
        self._block(corners.bottom_right, bottom - height * len(corners.bottom_right), right=True)

    def _block(self, lines: Sequence[str], top: float, *, right: bool, ink: QColor = _INK) -> float:
        room = self._area.width() * 0.44
        for line in lines:
            shown = self._metrics.elidedText(line, Qt.TextElideMode.ElideRight, room)
            width = self._metrics.horizontalAdvance(shown)
            x = self._area.right() - _MARGIN - width if right else self._area.left() + _MARGIN
            rimmed_text(self._painter, QPointF(x, top + self._metrics.ascent()), shown, ink)
            top += self._metrics.lineSpacing()
        return top

    def letters(self, letters: EdgeLetters) -> None:
        """Patient directions at the middle of each edge."""
        font = QFont(self._font)
        font.setBold(True)
        self._painter.setFont(font)
        metrics = QFontMetricsF(font)
        middle = self._area.center()
        line = middle.y() + metrics.ascent() / 2
        self._letter(letters.left, self._area.left() + _MARGIN, line)
        width = metrics.horizontalAdvance(letters.right)
        self._letter(letters.right, self._area.right() - _MARGIN - width, line)
        for text, y in (
            (letters.top, self._area.top() + _MARGIN + metrics.ascent()),
            (letters.bottom, self._area.bottom() - _MARGIN - metrics.descent()),
        ):
            self._letter(text, middle.x() - metrics.horizontalAdvance(text) / 2, y)
        self._painter.setFont(self._font)

    def _letter(self, text: str, x: float, y: float) -> None:
        if text:
            rimmed_text(self._painter, QPointF(x, y), text, _LETTER)

    def ruler(self, ruler: Ruler) -> None:
        """A vertical scale at the right edge, its middle at the pane's middle third."""
        x = self._area.right() - _MARGIN - 34
        top = self._area.center().y() + self._metrics.lineSpacing() * 1.5
        top = min(top, self._area.bottom() - ruler.pixels - 4 * self._metrics.lineSpacing())
        bottom = top + ruler.pixels
        for colour, width in ((_RIM, 3.5), (_INK, 1.5)):
            self._painter.setPen(QPen(colour, width))
            self._painter.drawLine(QPointF(x, top), QPointF(x, bottom))
            for step in range(11):
                y = top + (bottom - top) * step / 10
                reach = 9.0 if step % 5 == 0 else 5.0
                self._painter.drawLine(QPointF(x, y), QPointF(x + reach, y))
        width = self._metrics.horizontalAdvance(ruler.text)
        at = QPointF(self._area.right() - _MARGIN - width, bottom + self._metrics.ascent() + 4)
        rimmed_text(self._painter, at, ruler.text, _INK)

    def message(self, text: str) -> None:
        """One line in the middle, for waiting and for failure."""
        width = self._metrics.horizontalAdvance(text)
        at = QPointF(self._area.center().x() - width / 2, self._area.center().y())
        rimmed_text(self._painter, at, text, _INK)
