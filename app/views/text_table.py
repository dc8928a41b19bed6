"""A table of texts; what was chosen in it survives news."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableView

from app.models.table import TextRow, TextTable
from app.views.table_look import as_list

ROW_HEIGHT = 34


class TextTableView(QTableView):
    """Shows a `TextTable`; `stretched` is the column that takes what room is left."""

    deleted = Signal()
    """The delete key was pressed."""

    def __init__(self, name: str, model: TextTable, widths: dict[int, int], stretched: int) -> None:
        super().__init__()
        self._rows = model
        self.setObjectName(name)
        self.setModel(model)
        as_list(self, ROW_HEIGHT, widths, stretched)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.deleted.emit()
            return
        super().keyPressEvent(event)

    def show_rows(self, rows: tuple[TextRow, ...]) -> None:
        """What was chosen stays chosen and where it is on the screen, also when rows come above it;
        where nothing that is to be seen was chosen, what stands first on the screen stays there."""
        chosen, current = self.chosen(), self._rows.key_at(self.currentIndex().row())
        key, below = self._anchor(chosen)
        self._rows.show_rows(rows)
        if chosen and not self.chosen():
            self._choose_again(chosen, current)
        number = self._rows.row_of(key) if key else -1
        first = max(0, number - below)
        if rows and self.rowAt(0) != first:
            self.updateGeometries()  # the scroll bar still knows the rows before
            self.scrollTo(self._rows.index(first, 0), self.ScrollHint.PositionAtTop)

    def _choose_again(self, chosen: tuple[str, ...], current: str) -> None:
        selection = self.selectionModel()
        flags = selection.SelectionFlag
        for key in chosen:
            if (number := self._rows.row_of(key)) >= 0:
                selection.select(self._rows.index(number, 0), flags.Select | flags.Rows)
        if (number := self._rows.row_of(current)) >= 0:
            selection.setCurrentIndex(self._rows.index(number, 0), flags.NoUpdate)

    def _anchor(self, chosen: tuple[str, ...]) -> tuple[str, int]:
        """The row that is to stay where it is, and how many stand above it on the screen; no key
        where nothing was chosen and nobody has scrolled."""
        top = max(0, self.rowAt(0))
        for number in range(top, self._rows.rowCount()):
            if self.rowViewportPosition(number) >= self.viewport().height():
                break
            if (key := self._rows.key_at(number)) in chosen:
                return key, number - top
        return (self._rows.key_at(top) if top else ""), 0

    def texts(self, column: int) -> tuple[str, ...]:
        """What stands in a column of the chosen rows."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(str(self._rows.index(row, column).data()) for row in rows)

    def chosen(self) -> tuple[str, ...]:
        """The keys of the chosen rows, from above."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self._rows.key_at(row) for row in rows)
