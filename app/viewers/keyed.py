"""What the table of tools says of a viewer that has no panes: its keys, and its menu."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.kit.widgets import set_words
from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.entry import Entry, Kind, Room
from app.viewers.dicom.key_words import native
from app.viewers.dicom.menus import menu_words

Acts = Mapping[str, Callable[[], object]]


class Keyed(QObject):
    """Binds the entries of a room to the keys in force, and offers all of them in one menu.

    Args:
        acts: what each entry of the room does, by id.
        owner: in which, and in whose children, the keys are heard.
        is_on: whether a switch is on.
        nearer: entries whose keys are heard in a part of `owner` only, because its other parts
            need these keys themselves.

    Raises:
        KeyError: the table has an entry of the room that `acts` has not.
    """

    def __init__(
        self,
        bindings: Bindings,
        room: Room,
        acts: Acts,
        owner: QWidget,
        is_on: Callable[[str], bool] = lambda _id: False,
        nearer: Mapping[str, QWidget] | None = None,
    ) -> None:
        super().__init__(owner)
        self._bindings = bindings
        self._acts = {entry.id: acts[entry.id] for entry in bindings.table.in_room(room)}
        self._is_on = is_on
        self._shortcuts: dict[str, QShortcut] = {}
        for id_, act in self._acts.items():
            shortcut = QShortcut((nearer or {}).get(id_, owner))
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            # A switch held down must not flicker.
            shortcut.setAutoRepeat(bindings.table[id_].kind is Kind.ACTION)
            shortcut.activated.connect(act)
            self._shortcuts[id_] = shortcut
        self.more = QToolButton()
        self.more.setObjectName(f"{room.value}_more")
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.more)
        self.menu.setObjectName(f"{room.value}_menu")
        self.menu.aboutToShow.connect(self._fill)
        self.more.setMenu(self.menu)
        owner.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        owner.customContextMenuRequested.connect(lambda at: self._open(owner, at))
        bindings.changed.connect(self._bind)
        self._bind()
        self.words()

    def _bind(self) -> None:
        for id_, shortcut in self._shortcuts.items():
            shortcut.setKeys([QKeySequence(key) for key in self._bindings.keys(id_)])

    def _open(self, owner: QWidget, at: QPoint) -> None:
        self.menu.popup(owner.mapToGlobal(at))

    def _fill(self) -> None:
        self.menu.clear()
        for id_ in self._acts:
            self._add(self._bindings.table[id_])

    def _add(self, entry: Entry) -> None:
        keys = self._bindings.keys(entry.id)
        # The key is told, not bound: a second binding would make both ambiguous.
        text = f"{entry.words}\t{native(keys[0])}" if keys else entry.words
        action = self.menu.addAction(text)
        action.setObjectName(f"menu_{entry.id}")
        if entry.kind is Kind.SWITCH:
            action.setCheckable(True)
            action.setChecked(self._is_on(entry.id))
        action.triggered.connect(lambda _=False: self._acts[entry.id]())

    def words(self) -> None:
        """Every text, again after the language changed."""
        set_words(self.more, menu_words())
        self.menu.setAccessibleName(menu_words())

    def hint(self, id_: str) -> str:
        """The keys of an entry as a person reads them."""
        return self._bindings.hint(id_)
