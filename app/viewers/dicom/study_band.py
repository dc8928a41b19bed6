"""The band above a picture that is not of the current study: above it, so that it hides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.viewers.dicom.overlay import BADGE

_ON_BADGE = QColor(20, 16, 4)
_MARGIN, _EDGE = 12.0, 3.0


def _bold(font: QFont) -> QFont:
    made = QFont(font)
    made.setBold(True)
    return made


def _parts(badge: str, width: float, font: QFont) -> Sequence[str]:
    """Where it is narrow, the parts of a badge go one below the other."""
    fits = QFontMetricsF(_bold(font)).horizontalAdvance(badge) <= width - 2 * _MARGIN
    return [badge] if fits else badge.split(" · ")


def band_height(badge: str, width: float, font: QFont) -> float:
    """What a badge needs at a width, 0 where there is none."""
    if not badge:
        return 0.0
    lines = len(_parts(badge, width, font))
    return float(round(QFontMetricsF(_bold(font)).lineSpacing() * lines + 2 * _EDGE))


def paint_band(painter: QPainter, area: QRectF, badge: str, font: QFont) -> None:
    """Fill an area with the badge in it."""
    bold = _bold(font)
    metrics = QFontMetricsF(bold)
    painter.save()
    painter.fillRect(area, BADGE)
    painter.setFont(bold)
    painter.setPen(_ON_BADGE)
    room = area.width() - 2 * _MARGIN
    for number, part in enumerate(_parts(badge, area.width(), font)):
        text = metrics.elidedText(part, Qt.TextElideMode.ElideRight, room)
        base = area.top() + _EDGE + metrics.lineSpacing() * number + metrics.ascent()
        painter.drawText(QPointF(area.left() + _MARGIN, base), text)
    painter.restore()


class StudyBand(QWidget):
    """Says which study the picture below it is of; gone where it is the current one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("study_band")
        self._badge = ""
        self.hide()

    def show_badge(self, badge: str) -> None:
        """Other words, or none."""
        self._badge = badge
        self.setAccessibleName(badge)
        self._fit()
        self.setVisible(bool(badge))
        self.update()
        cell = self.parentWidget()
        layout = cell.layout() if cell is not None else None
        if layout is not None:
            layout.activate()  # what reads the picture's size next must find the new one

    def _fit(self) -> None:
        self.setFixedHeight(round(band_height(self._badge, self.width(), self.font())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_band(painter, QRectF(self.rect()), self._badge, self.font())
        painter.end()
