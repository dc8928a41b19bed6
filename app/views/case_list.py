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
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QTableView,
    QWidget,
)

from app.kit.list_states import ListState, ListStates
from app.kit.painting import CHIP_HEIGHT, Option, paint_chip
from app.kit.theme import Appearance
from app.models.queue import CaseTable, Column, ListProps, RowProps
from app.session.queue import Load
from app.views.table_look import as_list

ROW_HEIGHT = 44
WIDTHS: dict[int, int] = {
    Column.URGENCY: 112,
    Column.PATIENT: 256,
    Column.DEPARTMENT: 110,
    Column.OTHER: 236,
    Column.STATUS: 174,
    Column.WAIT: 174,
}


class ChipDelegate(QStyledItemDelegate):
    """Draws urgency, state and clock as chips in the theme's colours."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def paint(
        self,
        painter: QPainter,
        option: Option,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(row, RowProps):
            super().paint(painter, option, index)
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._appearance.colour("selection"))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        column = Column(index.column())
        chip = rect.adjusted(8, 0, -4, 0)
        chip.setTop(rect.center().y() - CHIP_HEIGHT // 2)
        paint_chip(painter, self._appearance, chip, row.cells[column], _look(row, column))
        painter.restore()

    def sizeHint(self, option: Option, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW_HEIGHT)


def _look(row: RowProps, column: Column) -> str:
    if column is Column.URGENCY:
        return row.urgency.value
    return row.status_look if column is Column.STATUS else row.wait_look


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
