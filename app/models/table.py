"""A table of texts for views: rows with an identity survive news, and so does their selection."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.models.tips import plain_tip

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class TextRow:
    """`key` tells rows apart; `tip` is read over the whole row."""

    key: str
    cells: tuple[str, ...]
    tip: str = ""


class RowTable(QAbstractTableModel, Generic[RowT]):
    """Rows of one table; unchanged rows are not touched, so a selection survives news.

    Args:
        key_of: what tells rows apart.
    """

    def __init__(self, key_of: Callable[[RowT], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._key_of = key_of
        self._rows: tuple[RowT, ...] = ()

    def show_rows(self, rows: tuple[RowT, ...]) -> None:
        before = self._rows
        if [self._key_of(row) for row in before] != [self._key_of(row) for row in rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        self._rows = rows
        for number, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                last = self.columnCount() - 1
                self.dataChanged.emit(self.index(number, 0), self.index(number, last))

    def row_at(self, row: int) -> RowT | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, key: object) -> int:
        """The row's number, or -1."""
        return next((n for n, row in enumerate(self._rows) if self._key_of(row) == key), -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)


class Spoken(Protocol):
    """A row that is drawn by its view and said in words: parts with commas between them."""

    @property
    def id(self) -> UUID: ...

    @property
    def spoken(self) -> str: ...


SpokenT = TypeVar("SpokenT", bound=Spoken)


class SpokenList(RowTable[SpokenT]):
    """One column; its view draws the row itself (UserRole), a reader hears its words."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda row: row.id, parent)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index.row())
        if row is None or not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(row.spoken.replace(", ", "\n"))
        return row if role == Qt.ItemDataRole.UserRole else None


class TextTable(RowTable[TextRow]):
    """Columns are named when they are asked for, in the language that is on."""

    def __init__(self, names: Callable[[], tuple[str, ...]], parent: QObject | None = None) -> None:
        super().__init__(lambda row: row.key, parent)
        self._names = names

    def key_at(self, row: int) -> str:
        found = self.row_at(row)
        return "" if found is None else found.key

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._names())

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index.row())
        if row is None or not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.cells[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(row.tip or row.cells[index.column()])
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._names()[section]
