"""Ctrl+K: finds any command, case or patient; and F1: every key on one sheet."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QWidget,
)

from app.commands.keys import Command, Group
from app.kit.layouts import column, row
from app.kit.widgets import label, line

WIDTH, HEIGHT = 560, 420
LARGEST_SHEET = 1360, 740
STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


@dataclass(frozen=True, slots=True)
class Findable:
    """Something the palette can find: what is read, what is searched, and what it does."""

    title: str
    hint: str
    act: Callable[[], None]


class Palette(QDialog):
    """Type a part of a name; arrows choose, Return acts, Escape closes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._all: tuple[Findable, ...] = ()
        self._query = line("paletteQuery")
        self._list = QListWidget()
        self._list.setObjectName("paletteList")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._query.textChanged.connect(self._filter)
        self._query.returnPressed.connect(self._act)
        self._list.itemActivated.connect(lambda _item: self._act())
        self._query.installEventFilter(self)
        self.setLayout(column(self._query, self._list, margin=3))
        self.resize(WIDTH, HEIGHT)

    def open_with(self, findables: tuple[Findable, ...]) -> None:
        self._all = findables
        self.setWindowTitle(self.tr("Find anything"))
        self._query.setPlaceholderText(self.tr("Command, case number or patient"))
        self._query.setAccessibleName(self.tr("Find anything"))
        self._list.setAccessibleName(self.tr("What was found"))
        self._query.clear()
        self._filter("")
        self.open()
        self._query.setFocus()

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        self._list.clear()
        for found in self._all:
            searched = f"{found.title} {found.hint}".casefold()
            if all(word in searched for word in words):
                item = QListWidgetItem(f"{found.title}    {found.hint}")
                item.setData(Qt.ItemDataRole.UserRole, found)
                self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _act(self) -> None:
        item = self._list.currentItem()
        found = item.data(Qt.ItemDataRole.UserRole) if item else None
        self.accept()
        if isinstance(found, Findable):
            found.act()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QLineEdit) and isinstance(event, QKeyEvent):
            step = STEPS.get(Qt.Key(event.key()))
            if event.type() == QEvent.Type.KeyPress and step is not None:
                last = self._list.count() - 1
                self._list.setCurrentRow(max(0, min(last, self._list.currentRow() + step)))
                return True
        return super().eventFilter(watched, event)


_LINES = 28


class KeySheet(QDialog):
    """Every command offered with its key, by group."""

    def __init__(
        self,
        parent: QWidget,
        offered: tuple[Command, ...],
        viewer_keys: tuple[tuple[str, str], ...],
    ) -> None:
        super().__init__(parent)
        self.setObjectName("keySheet")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keys"))
        commands = [
            (group.title, [(c.title, c.key) for c in offered if c.group is group])
            for group in Group
        ]
        tables = [_table(commands)]
        for first in range(0, len(viewer_keys), _LINES):
            title = self.tr("Images") if first == 0 else ""
            tables.append(_table([(title, list(viewer_keys[first : first + _LINES]))]))
        sheet = QWidget()
        sheet.setLayout(row(*(column(table, None) for table in tables), margin=4, gap=4))
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setWidget(sheet)
        self.setLayout(column(self._area))
        # Left to itself a window with a scroll area takes two thirds of the screen at most.
        for part in (self._area, sheet, *sheet.findChildren(QWidget)):
            part.ensurePolished()  # its type is the theme's only from now on
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """All keys at once where a small screen has room for them, else they scroll."""
        frame = 2 * self._area.frameWidth() + 2
        wanted = self._area.widget().sizeHint() + QSize(frame, frame)
        return wanted.boundedTo(QSize(*LARGEST_SHEET))


def _table(parts: list[tuple[str, list[tuple[str, str]]]]) -> QGridLayout:
    """Headed lists of names and keys, one below the other."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(3)
    place = 0
    for title, entries in parts:
        head = label(kind="lead")
        head.setText(title)
        grid.addWidget(head, place, 0, 1, 2)
        for name, key in entries:
            place += 1
            named, keyed = label(kind="small"), label(kind="small")
            named.setText(name)
            keyed.setText(key)
            grid.addWidget(named, place, 0)
            grid.addWidget(keyed, place, 1)
        place += 1
    return grid
