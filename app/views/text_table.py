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
        """What was chosen stays chosen, also when rows come above it."""
        chosen = self.chosen()
        self._rows.show_rows(rows)
        if chosen and not self.chosen():
            selection = self.selectionModel()
            for key in chosen:
                number = self._rows.row_of(key)
                if number >= 0:
                    flags = selection.SelectionFlag
                    place = self._rows.index(number, 0)
                    selection.select(place, flags.Select | flags.Rows)

    def texts(self, column: int) -> tuple[str, ...]:
        """What stands in a column of the chosen rows."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(str(self._rows.index(row, column).data()) for row in rows)

    def chosen(self) -> tuple[str, ...]:
        """The keys of the chosen rows, from above."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self._rows.key_at(row) for row in rows)
