"""What the sheets for files and for paper share: choices, progress, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import TypeVar

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QLabel,
    QLayout,
    QProgressBar,
    QWidget,
)

from app.kit.layouts import column, row
from app.kit.widgets import button, label, set_words

WIDTH = 460
ChoiceT = TypeVar("ChoiceT", bound=Enum)


class OutputSheet(QDialog):
    """A window beside the pictures, which stay usable. Enter does what `begin` does, Esc stops what
    runs, else closes. Those who inherit add rows to `form` and fill `words`."""

    stopped = Signal()
    """The person wants no more of what runs."""

    def __init__(self, name: str, begin: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setMinimumWidth(WIDTH)
        self.form = QFormLayout()
        self.note = label(f"{name}_note", "muted", wrap=True)
        self.told = label(f"{name}_told", "text", wrap=True)
        self._bar = QProgressBar()
        self._bar.setObjectName(f"{name}_progress")
        self._bar.setTextVisible(False)
        self._bar.hide()
        self.go = button(f"{name}_go", begin, "primary")
        self.go.setDefault(True)
        self._end = button(f"{name}_end", self.reject, "quiet")
        self._end.setAutoDefault(False)
        self.buttons = row(self._end, None, self.go)
        self.beside = column()
        """What stands left of the choices."""
        right = column(self.form, self.note, self.told, self._bar, None, self.buttons)
        whole = row(self.beside, margin=4, gap=4)
        whole.addLayout(right, 1)
        self.setLayout(whole)
        self._names: dict[QWidget, QLabel] = {}

    @property
    def running(self) -> bool:
        """Whether something is being made."""
        return not self._bar.isHidden()

    def choices(self, name: str) -> QComboBox:
        """A box to choose from."""
        box = QComboBox()
        box.setObjectName(name)
        self.row(box, box)
        return box

    def row(self, field: QWidget, shown: QWidget | QLayout) -> None:
        """A row of the form, called by `name` after its field."""
        named = label(f"{field.objectName()}_name")
        named.setBuddy(field)
        self._names[field] = named
        if isinstance(shown, QWidget):
            self.form.addRow(named, shown)
        else:
            self.form.addRow(named, shown)

    def tick(self, name: str, *, on: bool) -> QCheckBox:
        """A yes or no."""
        box = QCheckBox()
        box.setObjectName(name)
        box.setChecked(on)
        self.form.addRow("", box)
        return box

    def name(self, field: QWidget, text: str) -> None:
        """Call a row by its name."""
        if isinstance(field, QCheckBox):
            field.setText(text)
        else:
            self._names[field].setText(text)
        field.setAccessibleName(text)

    def start(self, count: int) -> None:
        """Something is being made, of which there will be `count`."""
        self._bar.setRange(0, count)
        self._bar.setValue(0)
        self._bar.show()
        self.go.setEnabled(False)
        self.told.setText("")
        self.say()

    def progress(self, done: int) -> None:
        """So many are made."""
        self._bar.setValue(done)

    def end(self, text: str) -> None:
        """What became of it."""
        self._bar.hide()
        self.go.setEnabled(True)
        self.told.setText(text)
        self.say()

    def reject(self) -> None:
        """Stop what runs, else close."""
        if self.running:
            self.stopped.emit()
        else:
            super().reject()

    def say(self) -> None:
        """The words that depend on what is chosen and on what runs."""
        end = self.tr("Stop") if self.running else self.tr("Close")
        set_words(self._end, end, "Esc")

    def words(self) -> None:
        """Every text, again after the language changed."""
        self._bar.setAccessibleName(self.tr("Progress"))
        self.say()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)


def fill(box: QComboBox, texts: Sequence[str]) -> None:
    """Name the choices of a box; what is chosen stays."""
    chosen = max(0, box.currentIndex())
    blocked = box.blockSignals(True)
    box.clear()
    box.addItems(list(texts))
    box.setCurrentIndex(min(chosen, len(texts) - 1))
    box.blockSignals(blocked)


def chosen(box: QComboBox, kind: type[ChoiceT]) -> ChoiceT:
    """What is chosen in a box that lists all of an enum in its order."""
    return list(kind)[max(0, box.currentIndex())]
