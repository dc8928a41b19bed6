"""A small table of cells to choose a layout from."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QGridLayout, QMenu, QToolButton, QWidget, QWidgetAction

from app.kit.widgets import label
from app.models.tips import plain_tip
from app.viewers.dicom.tools import LARGEST_LAYOUT

_SIDE = 28


class LayoutPicker(QWidget):
    """16 small buttons, one for each layout; arrows move between them."""

    chosen = Signal(int, int)
    """Rows and columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layout_picker")
        self._title = label()
        self._buttons: dict[tuple[int, int], QToolButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 8, 8, 8)
        grid.setSpacing(4)
        grid.addWidget(self._title, 0, 0, 1, LARGEST_LAYOUT)
        for row in range(1, LARGEST_LAYOUT + 1):
            for column in range(1, LARGEST_LAYOUT + 1):
                button = QToolButton(self)
                button.setObjectName(f"layout_{row}_{column}")
                button.setAccessibleName(f"{row} × {column}")
                button.setToolTip(plain_tip(f"{row} × {column}"))
                button.setText(f"{row}×{column}")
                button.setCheckable(True)
                button.setMinimumSize(_SIDE, _SIDE)
                button.clicked.connect(
                    lambda _=False, shape=(row, column): self.chosen.emit(*shape)
                )
                self._buttons[row, column] = button
                grid.addWidget(button, row, column - 1)
        self.words()

    def mark(self, shape: tuple[int, int]) -> None:
        """Show which layout is on."""
        for key, button in self._buttons.items():
            button.setChecked(key == shape)

    def words(self) -> None:
        """Every text, again after the language changed."""
        text = QCoreApplication.translate("DicomViewer", "Rows × columns")
        self._title.setText(text)
        self.setAccessibleName(text)


def add_picker(menu: QMenu) -> LayoutPicker:
    """Put a picker into a menu, which closes once something is chosen."""
    picker = LayoutPicker(menu)
    action = QWidgetAction(menu)
    action.setDefaultWidget(picker)
    menu.addAction(action)
    picker.chosen.connect(lambda _rows, _columns: _close(menu))
    return picker


def _close(menu: QMenu) -> None:
    menu.close()
    parent = menu.parent()
    while isinstance(parent, QMenu):
        parent.close()
        parent = parent.parent()
