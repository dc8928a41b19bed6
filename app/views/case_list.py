"""A table of cases with its four states; Return opens, and the key column is never lost."""

from uuid import UUID

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.kit.list_states import ListState, ListStates
from app.kit.theme import Appearance
from app.models.queue import CaseTable, Column, ListProps, RowProps
from app.session.queue import Load
from app.views.table_look import as_list
from protocol.consultation import Urgency

ROW_HEIGHT = 44
WIDTHS: dict[int, int] = {
    Column.URGENCY: 112,
    Column.PATIENT: 210,
    Column.DEPARTMENT: 110,
    Column.OTHER: 150,
    Column.STATUS: 160,
    Column.WAIT: 130,
}
URGENCY_TOKENS = {urgency: urgency.value for urgency in Urgency}
LOOK_TOKENS = {
    "neutral": ("raised", "muted"),
    "good": ("success_soft", "success"),
    "warning": ("warning_soft", "warning"),
    "error": ("error_soft", "error"),
    "routine": ("routine_soft", "routine"),
    "urgent": ("urgent_soft", "urgent"),
}


class ChipDelegate(QStyledItemDelegate):
    """Draws urgency, state and clock as chips in the theme's colours."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(row, RowProps):
            super().paint(painter, option, index)
            return
        rect: QRect = option.rect  # type: ignore[attr-defined]  # fields missing in the stubs
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._appearance.colour("selection"))
        soft, strong = self._tokens(row, Column(index.column()))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(12)
        font.setBold(True)
        painter.setFont(font)
        text = row.cells[index.column()]
        wide = min(rect.width() - 12, painter.fontMetrics().horizontalAdvance(text) + 16)
        chip = QRect(rect.left() + 8, rect.center().y() - 10, wide, 21)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(strong)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, wide - 12)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, shown)
        painter.restore()

    def _tokens(self, row: RowProps, column: Column) -> tuple[QColor, QColor]:
        colour = self._appearance.colour
        if column is Column.URGENCY:
            token = row.urgency.value
            if row.urgency is Urgency.CRITICAL:
                return colour("critical"), colour("surface")
            return colour(f"{token}_soft"), colour(token)
        look = row.status_look if column is Column.STATUS else row.wait_look
        soft, strong = LOOK_TOKENS[look]
        return colour(soft), colour(strong)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW_HEIGHT)


class CaseList(ListStates):
    """Emits `opened` with the id of the case that is wanted."""

    opened = Signal(object)
    selected = Signal(object)

    def __init__(self, name: str, appearance: Appearance) -> None:
        self._table = QTableView()
        super().__init__(self._table)
        self.model = CaseTable(self)
        table = self._table
        table.setObjectName(name)
        table.setModel(self.model)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        as_list(table, ROW_HEIGHT, WIDTHS, Column.REASON)
        delegate = ChipDelegate(appearance, table)
        for column in (Column.URGENCY, Column.STATUS, Column.WAIT):
            table.setItemDelegateForColumn(column, delegate)
        appearance.changed.connect(table.viewport().update)
        table.activated.connect(self._open)
        table.clicked.connect(self._select)

    def set_name(self, text: str) -> None:
        self._table.setAccessibleName(text)

    def show_rows(self, props: ListProps) -> None:
        self.model.show_rows(props.rows)
        match props.load:
            case Load.LOADING:
                self.show_state(ListState.LOADING)
            case Load.FAILED:
                self.show_state(ListState.ERROR)
            case Load.READY:
                self.show_state(ListState.CONTENT if props.rows else ListState.EMPTY)

    def current(self) -> UUID | None:
        row = self.model.row_at(self._table.currentIndex().row())
        return row.id if row else None

    def choose(self, consultation_id: UUID) -> None:
        """Selects the row of a case, as a click would."""
        number = self.model.row_of(consultation_id)
        if number >= 0:
            # Not selectRow: it chooses otherwise while somebody holds Shift.
            self._table.selectionModel().setCurrentIndex(
                self.model.index(number, 0),
                QItemSelectionModel.SelectionFlag.ClearAndSelect
                | QItemSelectionModel.SelectionFlag.Rows,
            )
            self._table.setFocus()

    def _open(self, index: QModelIndex) -> None:
        row = self.model.row_at(index.row())
        if row is not None:
            self.opened.emit(row.id)

    def _select(self, index: QModelIndex) -> None:
        row = self.model.row_at(index.row())
        self.selected.emit(row.id if row else None)
