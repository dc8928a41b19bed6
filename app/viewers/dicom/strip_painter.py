"""How the strip of series looks: pictures with two lines of words, and a head for each study."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QIcon, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate

from app.imaging.priors import Relation
from app.kit.painting import Option
from app.viewers.dicom.overlay import BADGE

UID = Qt.ItemDataRole.UserRole
RELATION = Qt.ItemDataRole.UserRole + 1
"""A `Relation` on the head of a study, nothing on a series."""
_GAP = 4
_BAR = 4

Index = QModelIndex | QPersistentModelIndex


class StripPainter(QStyledItemDelegate):
    """Paints one row of the strip; `side` is the side of a picture."""

    def __init__(self, side: int, width: int, parent: QObject) -> None:
        super().__init__(parent)
        self._side = side
        self._width = width

    def sizeHint(self, option: Option, index: Index) -> QSize:
        """A head is as high as its lines, a series as its picture and two lines."""
        line = QFontMetricsF(option.font).lineSpacing()
        if index.data(RELATION) is not None:
            lines = str(index.data(Qt.ItemDataRole.DisplayRole)).count("\n") + 1
            return QSize(self._width, round(line * lines) + 3 * _GAP)
        return QSize(self._width, self._side + round(2 * line) + 4 * _GAP)

    def paint(self, painter: QPainter, option: Option, index: Index) -> None:
        """Draw a head or a series."""
        painter.save()
        painter.setFont(option.font)
        if index.data(RELATION) is not None:
            self._head(painter, option, index)
        else:
            self._series(painter, option, index)
        painter.restore()

    def _series(self, painter: QPainter, option: Option, index: Index) -> None:
        widget = option.widget
        style = widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, widget)
        area = QRectF(option.rect)
        left = area.left() + (area.width() - self._side) / 2
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(icon, QIcon):
            icon.paint(painter, round(left), round(area.top()) + 2 * _GAP, self._side, self._side)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(option.palette.color(QPalette.ColorRole.Accent), 2))
            painter.drawRect(QRectF(left, area.top() + 2 * _GAP, self._side, self._side))
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        top = area.top() + self._side + 2.5 * _GAP
        lines = str(index.data(Qt.ItemDataRole.DisplayRole)).split("\n")
        self._lines(painter, area, top, lines, Qt.AlignmentFlag.AlignHCenter)

    def _head(self, painter: QPainter, option: Option, index: Index) -> None:
        palette, area = option.palette, QRectF(option.rect)
        relation = index.data(RELATION)
        ink = palette.color(QPalette.ColorRole.Text)
        bar = palette.color(QPalette.ColorRole.Mid)
        if relation == Relation.CURRENT:
            bar = palette.color(QPalette.ColorRole.Accent)
        elif relation in (Relation.PRIOR, Relation.LATER, Relation.OTHER_CASE):
            bar = BADGE
        elif relation == Relation.OTHER_PATIENT:
            bar = ink = palette.color(QPalette.ColorRole.BrightText)
        painter.fillRect(area, palette.color(QPalette.ColorRole.AlternateBase))
        painter.fillRect(QRectF(area.left(), area.top(), _BAR, area.height()), bar)
        painter.setPen(ink)
        lines = str(index.data(Qt.ItemDataRole.DisplayRole)).split("\n")
        inside = area.adjusted(_BAR + _GAP, 0, 0, 0)
        bold = QFont(option.font)
        bold.setBold(True)
        painter.setFont(bold)
        top = area.top() + 1.5 * _GAP
        top = self._lines(painter, inside, top, lines[:1], Qt.AlignmentFlag.AlignLeft)
        painter.setFont(option.font)
        self._lines(painter, inside, top, lines[1:], Qt.AlignmentFlag.AlignLeft)

    @staticmethod
    def _lines(
        painter: QPainter, area: QRectF, top: float, lines: list[str], align: Qt.AlignmentFlag
    ) -> float:
        metrics = QFontMetricsF(painter.font())
        for line in lines:
            room = QRectF(area.left() + _GAP, top, area.width() - 2 * _GAP, metrics.lineSpacing())
            shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, int(align | Qt.AlignmentFlag.AlignVCenter), shown)
            top += metrics.lineSpacing()
        return top
