"""Cells in rows and columns: which one is active, which are seen, one alone for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QGridLayout, QWidget

from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.shelf import Shelf
from app.viewers.dicom.stack import StackView
from app.viewers.dicom.tools import LARGEST_LAYOUT, Tool

GAP = 4
BETWEEN = QColor(28, 32, 36)


class Grid(QWidget):
    """1 × 1 up to 4 × 4 cells; there is always one active cell.

    Args:
        clock: drives the cines, in seconds.
    """

    cell_made = Signal(object)
    """A new `StackView`, before it shows anything."""
    activated = Signal()
    arranged = Signal()
    """Other cells are seen than before."""

    def __init__(
        self,
        bindings: Bindings,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("viewer_grid")
        self._bindings = bindings
        self._clock = clock
        self._shelf: Shelf | None = None
        self._tool: str = Tool.WINDOW
        self._texts = self._overlays = self._shutters = True
        self._rows = self._columns = 1
        self._alone = False
        self._cells: list[StackView] = []
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GAP)
        # Nothing bright beside a picture, whatever the theme.
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, BETWEEN)
        self.setPalette(palette)
        self.setAutoFillBackground(True)
        self._active = self._make()
        self._arrange()

    @property
    def active(self) -> StackView:
        """The cell that keys, tools and the series strip speak to."""
        return self._active

    @property
    def cells(self) -> tuple[StackView, ...]:
        """The cells of the layout, row by row, also while one is alone."""
        return tuple(self._cells[: self._rows * self._columns])

    def refresh(self, sop_instance_uids: Collection[str]) -> None:
        """Look again at these instances where they are seen."""
        for cell in self.seen:
            if cell.ref is not None and cell.ref.sop_instance_uid in sop_instance_uids:
                cell.refresh()

    def report(self) -> None:
        """Captions of every cell, after what they speak about changed."""
        for cell in self.cells:
            cell.report()

    @property
    def seen(self) -> tuple[StackView, ...]:
        """The cells on the screen."""
        return (self._active,) if self._alone else self.cells

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self._rows, self._columns

    @property
    def alone(self) -> bool:
        """Whether the active cell fills the grid for a while."""
        return self._alone

    @property
    def tool(self) -> str:
        """The active tool, the same in every cell."""
        return self._tool

    @property
    def texts(self) -> bool:
        """Whether it is said who the patient is."""
        return self._texts

    @property
    def shutters(self) -> bool:
        """Whether display shutters are closed."""
        return self._shutters

    @property
    def overlays(self) -> bool:
        """Whether anything lies over the pictures."""
        return self._overlays

    def _make(self) -> StackView:
        cell = StackView(self._bindings, self, self._clock)
        cell.pane.tool = self._tool
        cell.texts = self._texts
        cell.pane.overlays = self._overlays
        cell.pane.set_shuttered(self._shutters)
        cell.use_shelf(self._shelf)
        cell.pane.touched.connect(lambda: self.activate(cell))
        cell.pane.maximise_asked.connect(self.toggle_alone)
        self._cells.append(cell)
        self.cell_made.emit(cell)
        return cell

    def use_shelf(self, shelf: Shelf | None) -> None:
        """Where every cell finds its pictures; forgets what they show."""
        self._shelf = shelf
        for cell in self._cells:
            cell.use_shelf(shelf)

    def set_layout(self, rows: int, columns: int) -> None:
        """Show rows × columns cells; the active one stays among them."""
        rows = max(1, min(LARGEST_LAYOUT, rows))
        columns = max(1, min(LARGEST_LAYOUT, columns))
        while len(self._cells) < rows * columns:
            self._make()
        self._rows, self._columns = rows, columns
        self._alone = False
        if self._active not in self.cells:
            # What was looked at last is not lost to a smaller layout.
            place = self._cells.index(self._active)
            last = rows * columns - 1
            self._cells[place], self._cells[last] = self._cells[last], self._cells[place]
        self._arrange()

    def toggle_alone(self) -> None:
        """Fill the grid with the active cell, or show all again."""
        if len(self.cells) > 1:
            self._alone = not self._alone
            self._arrange()

    def _arrange(self) -> None:
        for cell in self._cells:
            self._layout.removeWidget(cell)
        for line in range(LARGEST_LAYOUT):
            self._layout.setRowStretch(line, 0)
            self._layout.setColumnStretch(line, 0)
        columns = 1 if self._alone else self._columns
        for number, cell in enumerate(self.seen):
            row, column = divmod(number, columns)
            self._layout.addWidget(cell, row, column)
            self._layout.setRowStretch(row, 1)
            self._layout.setColumnStretch(column, 1)
            cell.say_place(number + 1, len(self.seen))
            cell.show()
        for cell in self._cells:
            if cell not in self.seen:
                cell.hide()
        for before, after in zip(self.cells, self.cells[1:], strict=False):
            QWidget.setTabOrder(before.pane, after.pane)
        self._mark()
        self.arranged.emit()

    def _mark(self) -> None:
        several = len(self.seen) > 1
        for cell in self._cells:
            cell.pane.active = (several or cell.pane.hasFocus()) and cell is self._active
            cell.pane.update()

    def activate(self, cell: StackView) -> None:
        """Make a cell the one that keys and tools speak to."""
        if cell is self._active:
            self._mark()
            return
        self._active = cell
        if self.isAncestorOf(self.focusWidget() or cell) and not cell.pane.hasFocus():
            cell.pane.setFocus()
        self._mark()
        self.activated.emit()

    def activate_beside(self, rows: int, columns: int) -> None:
        """Go to the neighbour that many rows down and columns right, if there is one."""
        if self._alone:
            return
        row, column = divmod(self.cells.index(self._active), self._columns)
        row, column = row + rows, column + columns
        if 0 <= row < self._rows and 0 <= column < self._columns:
            cell = self.cells[row * self._columns + column]
            self.activate(cell)
            cell.pane.setFocus()

    def use_tool(self, tool: str) -> None:
        """What dragging does in every cell."""
        self._tool = tool
        for cell in self._cells:
            cell.pane.tool = tool
            cell.pane.show_probe(None)

    def show_texts(self, texts: bool) -> None:
        """Say who the patient is, or not, in every cell."""
        self._texts = texts
        for cell in self._cells:
            cell.texts = texts
            cell.report()

    def show_shutters(self, shutters: bool) -> None:
        """Close display shutters, or show what they cover."""
        self._shutters = shutters
        for cell in self._cells:
            cell.pane.set_shuttered(shutters)

    def show_overlays(self, overlays: bool) -> None:
        """Draw over the pictures, or only warnings."""
        self._overlays = overlays
        for cell in self._cells:
            cell.pane.overlays = overlays
            cell.pane.update()
