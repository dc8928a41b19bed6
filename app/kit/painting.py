"""What delegates draw themselves, in the looks of the style sheet's chips."""

from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from app.kit.theme import Appearance, metrics

Option = Any
"""A QStyleOptionViewItem; Qt's stubs leave out what it inherits (font, rect, palette, state)."""
CHIP_HEIGHT = 21
PAD = 6
LOOKS = {
    "neutral": ("raised", "muted"),
    "good": ("success_soft", "success"),
    "warning": ("warning_soft", "warning"),
    "error": ("error_soft", "error"),
    "routine": ("routine_soft", "routine"),
    "urgent": ("urgent_soft", "urgent"),
    "emergency": ("emergency_soft", "emergency"),
    "critical": ("critical", "surface"),
}
"""Chip look → tokens of ground and words."""


def small(font: QFont, *, bold: bool = False) -> QFont:
    made = QFont(font)
    made.setPixelSize(metrics().type_small)
    made.setBold(bold)
    return made


def chip_width(painter: QPainter, text: str) -> int:
    return painter.fontMetrics().horizontalAdvance(text) + 2 * PAD


def paint_chip(
    painter: QPainter, appearance: Appearance, area: QRect, text: str, look: str
) -> QRect:
    """Draws a chip at the left of `area`, cut where there is no room; answers where it lies."""
    ground, ink = (appearance.colour(token) for token in LOOKS[look])
    painter.setFont(small(painter.font(), bold=True))
    chip = QRect(area.left(), area.top(), min(area.width(), chip_width(painter, text)), CHIP_HEIGHT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(chip, 4, 4)
    paint_line(painter, chip.adjusted(PAD, 0, -PAD + 2, 0), text, ink)
    return chip


def paint_line(painter: QPainter, area: QRect, text: str, ink: QColor) -> None:
    """One line that ends in … where there is no room."""
    painter.setPen(ink)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
