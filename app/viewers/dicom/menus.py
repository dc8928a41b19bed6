"""Menus made from the table of tools."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.entry import Entry, Group, Kind, Room
from app.viewers.dicom.key_words import native
from app.viewers.dicom.layout_picker import add_picker
from app.viewers.dicom.presets import Choice
from app.viewers.dicom.tools import PRESETS


class Doer(Protocol):
    """Who does what menus and tool bar ask for."""

    def act(self, action: str) -> None:
        """Do what the table's entry says."""
        ...

    def is_on(self, action: str) -> bool:
        """Whether a tool is the active one, or a switch is on."""
        ...

    def presets(self) -> tuple[Choice, ...]:
        """The windows offered for the active picture."""
        ...

    def choose_preset(self, index: int) -> None:
        """Window the active picture by one of `presets`."""
        ...

    def choose_layout(self, rows: int, columns: int) -> None:
        """Show rows × columns cells."""
        ...

    def layout_shape(self) -> tuple[int, int]:
        """Rows and columns now."""
        ...

    def hanging_told(self) -> str:
        """How this case hangs, empty where no protocol is in force."""
        ...

    def fill_hanging(self, menu: QMenu) -> None:
        """The ways to hang this case."""
        ...


def fill(menu: QMenu, bindings: Bindings, doer: Doer) -> None:
    """Every entry of the table, a submenu for each group; tools stand at the top."""
    menu.clear()
    for group in Group:
        entries = tuple(e for e in bindings.table.of(group) if e.room is Room.PICTURES)
        if not entries:
            continue
        if group is Group.TOOLS:
            for entry in entries:
                _add(menu, entry, bindings, doer)
            menu.addSeparator()
            continue
        submenu = menu.addMenu(group.words)
        submenu.setAccessibleName(group.words)
        _fill_group(submenu, group, entries, bindings, doer)


def _fill_group(
    menu: QMenu, group: Group, entries: tuple[Entry, ...], bindings: Bindings, doer: Doer
) -> None:
    if group is Group.LAYOUT:
        picker = add_picker(menu)
        picker.mark(doer.layout_shape())
        picker.chosen.connect(doer.choose_layout)
    if group is Group.HANGING:
        doer.fill_hanging(menu)
    presets = {one.action: one for one in doer.presets() if one.action}
    for entry in entries:
        if entry.id in PRESETS:
            if entry.id in presets:
                _add(menu, entry, bindings, doer, presets[entry.id].words)
            continue
        _add(menu, entry, bindings, doer)


def _add(menu: QMenu, entry: Entry, bindings: Bindings, doer: Doer, words: str = "") -> QAction:
    text = (words or entry.words).replace("&", "&&")
    keys = bindings.keys(entry.id)
    # The key is told, not bound: the pane hears keys itself.
    action = menu.addAction(f"{text}\t{native(keys[0])}" if keys else text)
    action.setObjectName(f"menu_{entry.id}")
    if entry.kind is not Kind.ACTION:
        action.setCheckable(True)
        action.setChecked(doer.is_on(entry.id))
    action.triggered.connect(lambda _=False: doer.act(entry.id))
    return action


def menu_words() -> str:
    """The name of the menu itself."""
    return QCoreApplication.translate("DicomViewer", "More")
