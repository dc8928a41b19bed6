"""Ctrl+K: finds any command, case or patient; and F1: every key on one sheet."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app.commands.keys import Command, Group
from app.kit.layouts import column
from app.kit.widgets import line

WIDTH, HEIGHT = 560, 420
SHEET_WIDTH, SHEET_HEIGHT = 640, 620
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


KeyGroup = tuple[str, tuple[tuple[str, str], ...]]
"""A title, and what is done by which keys."""


class KeySheet(QDialog):
    """Every command and tool offered with its keys, by group; a line above finds some of them.

    The line has the focus: arrows and Page keys move through what is found, Escape closes.
    """

    def __init__(
        self, parent: QWidget, offered: tuple[Command, ...], viewer_keys: tuple[KeyGroup, ...]
    ) -> None:
        super().__init__(parent)
        self.setObjectName("keySheet")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keys"))
        self._query = line("keyQuery")
        self._query.setPlaceholderText(self.tr("What it does, or a key"))
        self._query.setAccessibleName(self.tr("Find a key"))
        self._list = QTreeWidget()
        self._list.setObjectName("keySheetList")
        self._list.setAccessibleName(self.tr("Keys"))
        self._list.setColumnCount(2)
        self._list.setHeaderLabels([self.tr("What it does"), self.tr("Keys")])
        self._list.setAlternatingRowColors(True)
        self._list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        commands = (
            (group.title, tuple((c.title, c.key) for c in offered if c.group is group))
            for group in Group
        )
        for title, entries in (*commands, *viewer_keys):
            head = QTreeWidgetItem(self._list, [title])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            head.setFirstColumnSpanned(True)
            for name, key in entries:
                QTreeWidgetItem(head, [name, key])
            head.setExpanded(True)
        self._query.textChanged.connect(self._filter)
        self._query.installEventFilter(self)
        self.setLayout(column(self._query, self._list, margin=3))
        self.resize(SHEET_WIDTH, SHEET_HEIGHT)
        self._filter("")
        self._query.setFocus()

    def _items(self) -> list[QTreeWidgetItem]:
        """The lines that are seen, in their order."""
        heads = [self._list.topLevelItem(n) for n in range(self._list.topLevelItemCount())]
        lines = [head.child(n) for head in heads if head for n in range(head.childCount())]
        return [item for item in lines if not item.isHidden()]

    def _filter(self, text: str) -> None:
        """Lines that hold every word, in their own text or their group's title."""
        words = text.casefold().split()
        for number in range(self._list.topLevelItemCount()):
            head = self._list.topLevelItem(number)
            if head is None:
                continue
            lines = [head.child(n) for n in range(head.childCount())]
            for item in lines:
                searched = f"{head.text(0)} {item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not all(word in searched for word in words))
            head.setHidden(all(item.isHidden() for item in lines))
        found = self._items()
        if found:
            self._list.setCurrentItem(found[0])
        self._list.scrollToTop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QLineEdit) and isinstance(event, QKeyEvent):
            step = STEPS.get(Qt.Key(event.key()))
            found, now = self._items(), self._list.currentItem()
            if event.type() == QEvent.Type.KeyPress and step is not None and found:
                place = found.index(now) if now in found else 0
                self._list.setCurrentItem(found[max(0, min(len(found) - 1, place + step))])
                return True
        return super().eventFilter(watched, event)
