"""The list of measurements and marks beside the pictures, and the way to keep them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from app.kit.layouts import row
from app.kit.widgets import button, label, set_words
from app.viewers.dicom.annotations.list_model import MarkListModel, MarkRow, PlaceWords
from app.viewers.dicom.annotations.sheet import AnnotationSheet

WIDTH = 240


class MarkPanel(QWidget):
    """Choosing a row shows its slice; Delete removes it; the button keeps all as DICOM objects."""

    chosen = Signal(object)
    """The `MarkRow` whose slice is wanted."""
    save_wanted = Signal()

    def __init__(
        self, sheet: AnnotationSheet, place: PlaceWords, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("mark_panel")
        self.setFixedWidth(WIDTH)
        self._sheet = sheet
        self.model = MarkListModel(sheet, place)
        self._title = label("mark_title", "lead")
        self._none = label("no_marks", "muted", wrap=True)
        self._list = QListView()
        self._list.setObjectName("mark_list")
        self._list.setModel(self.model)
        self._list.setWordWrap(True)
        self._list.setUniformItemSizes(False)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.clicked.connect(self._choose)
        self._list.activated.connect(self._choose)
        self._told = label("marks_told", "small", wrap=True)
        self._told.hide()
        self._remove = button("remove_mark", self.remove_current, "quiet")
        self._save = button("save_marks", self.save_wanted.emit)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.setSpacing(8)
        whole.addWidget(self._title)
        whole.addWidget(self._none)
        whole.addWidget(self._list, 1)
        whole.addWidget(self._told)
        whole.addLayout(row(self._remove, None, self._save))
        self.model.modelReset.connect(self._show)
        self._list.selectionModel().currentChanged.connect(lambda *_: self._show())
        self.words()

    def say(self, text: str) -> None:
        """What became of saving; empty says nothing."""
        self._told.setText(text)
        self._told.setVisible(bool(text))

    def _current(self) -> MarkRow | None:
        index = self._list.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def _choose(self, index: QModelIndex) -> None:
        row_ = self.model.rows[index.row()]
        self._sheet.select(row_.annotation)
        self.chosen.emit(row_)

    def remove_current(self) -> None:
        """Take the current row away; it can be undone."""
        row_ = self._current()
        if row_ is None:
            return
        if row_.annotation is None:
            self._sheet.toggle_key_image(row_.ref)
        else:
            self._sheet.remove(row_.annotation)

    def _show(self) -> None:
        empty = not self.model.rows
        self._none.setVisible(empty)
        self._list.setVisible(not empty)
        self._save.setEnabled(not empty)
        self._remove.setEnabled(self._current() is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.remove_current()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)

    def words(self) -> None:
        """Every text, again after the language changed."""
        self._title.setText(self.tr("Measurements and marks"))
        self._none.setText(
            self.tr("Nothing is marked yet. Choose a tool under Measure and draw on the picture.")
        )
        self._list.setAccessibleName(self._title.text())
        set_words(self._remove, self.tr("Remove"), "Del")
        set_words(self._save, self.tr("Save as DICOM…"))
        self.model.refresh()
        self._show()
