"""The list of objects beside the pictures: what is for this series, what of it is shown, how."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QSlider, QTreeView, QVBoxLayout, QWidget

from app.kit.layouts import row
from app.kit.widgets import button, label, set_words
from app.models.tips import plain_tip
from app.viewers.dicom.objects.collection import Key
from app.viewers.dicom.objects.rows import Row

WIDTH = 280
_KEY = Qt.ItemDataRole.UserRole


class ObjectPanel(QWidget):
    """A box shows or hides; Enter, a double click or the button goes to the first picture."""

    checked = Signal(object, bool)
    """A `Key`, and whether it is to be seen."""
    wanted = Signal(object)
    """The `Key` whose first picture is wanted."""
    look_changed = Signal(float, bool)
    """Opacity 0…1, and whether only edges are drawn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("object_panel")
        self.setFixedWidth(WIDTH)
        self._rows: tuple[Row, ...] = ()
        self._title = label("object_title", "lead")
        self._none = label("no_objects", "muted", wrap=True)
        self.model = QStandardItemModel(self)
        self.tree = QTreeView()
        self.tree.setObjectName("object_tree")
        self.tree.setModel(self.model)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(16)
        self.tree.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.tree.setExpandsOnDoubleClick(False)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.activated.connect(self._want)
        self._told = label("objects_told", "small", wrap=True)
        self._told.hide()
        self._outlined = QCheckBox()
        self._outlined.setObjectName("segments_outlined")
        self._opacity_name = label("opacity_name", "small")
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setObjectName("segments_opacity")
        self._opacity.setRange(0, 100)
        self._opacity.setValue(40)
        self._opacity_name.setBuddy(self._opacity)
        self._first = button("object_first", lambda: self._want(self.tree.currentIndex()))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.setSpacing(8)
        whole.addWidget(self._title)
        # Else the title shares the room that the hidden list leaves.
        whole.addWidget(self._none, 1, Qt.AlignmentFlag.AlignTop)
        whole.addWidget(self.tree, 1)
        whole.addWidget(self._told)
        whole.addWidget(self._outlined)
        whole.addLayout(row(self._opacity_name, self._opacity))
        whole.addLayout(row(None, self._first))
        self.model.itemChanged.connect(self._on_item)
        self.tree.selectionModel().currentChanged.connect(lambda *_: self._show())
        self._opacity.valueChanged.connect(self._look)
        self._outlined.toggled.connect(self._look)
        self.words()

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is listed."""
        return self._rows

    def say(self, text: str) -> None:
        """A sentence below the list; empty says nothing."""
        self._told.setText(text)
        self._told.setVisible(bool(text))

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Replace the list; what was current stays current."""
        if rows == self._rows:
            return
        current = self._current()
        # Trap: a list made anew folds everything together and forgets where the reader was.
        same = _keys(rows) == _keys(self._rows)
        self._rows = rows
        if same:
            self._update(self.model.invisibleRootItem(), rows)
        else:
            self.model.clear()
            self._fill(self.model.invisibleRootItem(), rows)
            self.tree.expandAll()
            if current is not None and (found := self._find(current)) is not None:
                self.tree.setCurrentIndex(found)
        self._show()

    def choose(self, key: Key) -> None:
        """Make a row the current one."""
        found = self._find(key)
        if found is not None:
            self.tree.setCurrentIndex(found)

    def index_of(self, key: Key) -> QModelIndex | None:
        """Where a row is."""
        return self._find(key)

    def _fill(self, parent: QStandardItem, rows: tuple[Row, ...]) -> None:
        for one in rows:
            item = QStandardItem()
            item.setData(one.key, _KEY)
            item.setEditable(False)
            _dress(item, one)
            self._fill(item, one.rows)
            parent.appendRow(item)

    def _update(self, parent: QStandardItem, rows: tuple[Row, ...]) -> None:
        with QSignalBlocker(self.model):
            for n, one in enumerate(rows):
                item = parent.child(n)
                _dress(item, one)
                self._update(item, one.rows)
        self.tree.viewport().update()

    def _find(self, key: Key) -> QModelIndex | None:
        pending = [self.model.invisibleRootItem()]
        while pending:
            item = pending.pop()
            if item.data(_KEY) == key:
                return item.index()
            pending.extend(item.child(n) for n in range(item.rowCount()))
        return None

    def _current(self) -> Key | None:
        index = self.tree.currentIndex()
        return index.data(_KEY) if index.isValid() else None

    def _on_item(self, item: QStandardItem) -> None:
        key = item.data(_KEY)
        if key is not None and item.isCheckable():
            self.checked.emit(key, item.checkState() == Qt.CheckState.Checked)
            # Unticking "Original" changes nothing: the box says so again.
            self._update(self.model.invisibleRootItem(), self._rows)

    def _want(self, index: QModelIndex) -> None:
        key = index.data(_KEY) if index.isValid() else None
        if key is not None:
            self.wanted.emit(key)

    def _look(self) -> None:
        self._opacity.setEnabled(not self._outlined.isChecked())
        self.look_changed.emit(self._opacity.value() / 100, self._outlined.isChecked())

    def _show(self) -> None:
        empty = not self._rows
        self._none.setVisible(empty)
        self.tree.setVisible(not empty)
        current = self._current()
        self._first.setEnabled(current is not None and bool(current.uid))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)

    def words(self) -> None:
        """Every text of this widget, again after the language changed."""
        self._title.setText(self.tr("Objects for the pictures"))
        self._none.setText(
            self.tr("No presentation states, segmentations or structures for this series.")
        )
        self.tree.setAccessibleName(self._title.text())
        self._outlined.setText(self.tr("Only the edges of segments"))
        self._outlined.setAccessibleName(self._outlined.text())
        self._opacity_name.setText(self.tr("Opacity"))
        self._opacity.setAccessibleName(self.tr("Opacity of segments"))
        set_words(self._first, self.tr("Go to its first picture"), "Enter")
        self._show()


def _dress(item: QStandardItem, row_: Row) -> None:
    item.setText(row_.text)
    item.setData(row_.text.replace("\n", ", "), Qt.ItemDataRole.AccessibleTextRole)
    item.setToolTip(plain_tip(row_.text))
    if row_.colour is not None:
        item.setData(row_.colour, Qt.ItemDataRole.DecorationRole)
    item.setCheckable(row_.checked is not None)
    if row_.checked is not None:
        item.setCheckState(Qt.CheckState.Checked if row_.checked else Qt.CheckState.Unchecked)
    else:
        item.setData(None, Qt.ItemDataRole.CheckStateRole)


def _keys(rows: tuple[Row, ...]) -> tuple[object, ...]:
    return tuple((one.key, _keys(one.rows)) for one in rows)
