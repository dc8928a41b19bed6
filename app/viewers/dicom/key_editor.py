"""A dialog in which a person gives tools and actions other keys and mouse buttons."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.kit.widgets import label
from app.viewers.dicom.bindings import (
    BUTTONS,
    LEFT,
    MOVE,
    MOVE_TOOLS,
    WHEEL,
    WHEEL_TOOLS,
    Bindings,
    mouse_words,
)
from app.viewers.dicom.entry import Group
from app.viewers.dicom.key_words import native

translate = QCoreApplication.translate

_ID = Qt.ItemDataRole.UserRole
_HELD = ("", "Ctrl+", "Shift+", "Alt+", "Ctrl+Shift+")


class KeyEditor(QDialog):
    """A list of every entry; what is chosen in it gets or loses a key or chord below.

    A key or chord that is taken is refused, and the line at the bottom says by whom.
    """

    def __init__(self, bindings: Bindings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("key_editor")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 560)
        self._bindings = bindings
        self._list = QTreeWidget(self)
        self._list.setObjectName("key_list")
        self._list.setColumnCount(3)
        self._list.setAlternatingRowColors(True)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            self._list.header().setSectionResizeMode(
                column, QHeaderView.ResizeMode.ResizeToContents
            )
        self._key = QKeySequenceEdit(self)
        self._key.setObjectName("new_key")
        self._key.setMaximumSequenceLength(1)
        self._chord = QComboBox(self)
        self._chord.setObjectName("new_chord")
        self._add_key = self._push("add_key", self._give_key)
        self._add_chord = self._push("add_chord", self._give_chord)
        self._none = self._push("no_keys", self._take_all)
        self._default = self._push("default_keys", self._default_one)
        self._told = label("key_refusal", wrap=True)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.RestoreDefaults | QDialogButtonBox.StandardButton.Close,
            self,
        )
        self._buttons.rejected.connect(self.reject)
        restore = self._buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults)
        restore.clicked.connect(self._reset)
        self._lay_out()
        self._list.currentItemChanged.connect(lambda _now, _before: self._chosen())
        bindings.changed.connect(self._refresh)
        self.words()
        self._build()

    def _push(self, name: str, act: object) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(self._list, 1)
        for field, add in ((self._key, self._add_key), (self._chord, self._add_chord)):
            row = QHBoxLayout()
            row.addWidget(field, 1)
            row.addWidget(add)
            column.addLayout(row)
        row = QHBoxLayout()
        row.addWidget(self._none)
        row.addWidget(self._default)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._told)
        column.addWidget(self._buttons)

    def words(self) -> None:
        """Every text."""
        self.setWindowTitle(translate("DicomViewer", "Keys and mouse"))
        self._list.setAccessibleName(translate("DicomViewer", "Tools and actions"))
        self._list.setHeaderLabels(
            [
                translate("DicomViewer", "What it does"),
                translate("DicomViewer", "Keys"),
                translate("DicomViewer", "Mouse"),
            ]
        )
        self._key.setAccessibleName(translate("DicomViewer", "Press the new key"))
        self._chord.setAccessibleName(translate("DicomViewer", "Mouse button"))
        for button, text in (
            (self._add_key, translate("DicomViewer", "Add this key")),
            (self._add_chord, translate("DicomViewer", "Add this mouse button")),
            (self._none, translate("DicomViewer", "Without key and mouse")),
            (self._default, translate("DicomViewer", "As delivered")),
        ):
            button.setText(text)
        restore = self._buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults)
        restore.setText(translate("DicomViewer", "Everything as delivered"))
        close = self._buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setText(translate("DicomViewer", "Close"))

    def _build(self) -> None:
        for group in Group:
            entries = self._bindings.table.of(group)
            if not entries:
                continue
            head = QTreeWidgetItem(self._list, [group.words])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for entry in entries:
                item = QTreeWidgetItem(head, [entry.words])
                item.setData(0, _ID, entry.id)
            head.setExpanded(True)
        self._refresh()
        first = self._list.topLevelItem(0)
        if first is not None:
            self._list.setCurrentItem(first.child(0))

    def _items(self) -> list[QTreeWidgetItem]:
        heads = [self._list.topLevelItem(n) for n in range(self._list.topLevelItemCount())]
        return [
            head.child(n) for head in heads if head is not None for n in range(head.childCount())
        ]

    def _refresh(self) -> None:
        for item in self._items():
            id_ = str(item.data(0, _ID))
            item.setText(1, "  ".join(native(key) for key in self._bindings.keys(id_)))
            item.setText(2, "  ".join(mouse_words(c) for c in self._bindings.mouse(id_)))

    @property
    def chosen(self) -> str:
        """The id of the entry being edited, empty for a heading."""
        item = self._list.currentItem()
        found = item.data(0, _ID) if item is not None else None
        return str(found) if found else ""

    def choose(self, id_: str) -> None:
        """Go to an entry."""
        for item in self._items():
            if item.data(0, _ID) == id_:
                self._list.setCurrentItem(item)

    def _chosen(self) -> None:
        """Offer the chords that this entry may have."""
        id_ = self.chosen
        self._told.clear()
        self._key.clear()
        self._chord.clear()
        whats = list(BUTTONS.values())
        whats += [WHEEL] if id_ in WHEEL_TOOLS else []
        whats += [MOVE] if id_ in MOVE_TOOLS else []
        for what in whats:
            for held in _HELD:
                if held or what not in (LEFT, MOVE):
                    self._chord.addItem(mouse_words(held + what), held + what)
        is_tool = self._bindings.table.is_tool(id_)
        for widget in (self._chord, self._add_chord):
            widget.setEnabled(is_tool)
        for other in (self._key, self._add_key, self._none, self._default):
            other.setEnabled(bool(id_))

    def _give_key(self) -> None:
        sequence = self._key.keySequence()
        key = sequence.toString(QKeySequence.SequenceFormat.PortableText)
        if self.chosen and key:
            keys = tuple(k for k in self._bindings.keys(self.chosen) if k != key)
            self._tell(self._bindings.set_keys(self.chosen, (*keys, key)))

    def _give_chord(self) -> None:
        text = str(self._chord.currentData() or "")
        if self.chosen and text:
            chords = tuple(c for c in self._bindings.mouse(self.chosen) if c != text)
            self._tell(self._bindings.set_mouse(self.chosen, (*chords, text)))

    def _take_all(self) -> None:
        if self.chosen:
            refused = self._bindings.set_keys(self.chosen, ())
            self._tell(refused or self._bindings.set_mouse(self.chosen, ()))

    def _default_one(self) -> None:
        if self.chosen:
            entry = self._bindings.table[self.chosen]
            refused = self._bindings.set_keys(entry.id, entry.keys)
            self._tell(refused or self._bindings.set_mouse(entry.id, entry.mouse))

    def _reset(self) -> None:
        self._bindings.reset()
        self._tell("")

    def _tell(self, refused: str) -> None:
        self._told.setText(refused)
        self._told.setAccessibleName(refused)
