"""The bar beside a cell: where in its stack a hand is and may go, and what of it is here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QCoreApplication, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollBar, QSpinBox, QWidget

from app.viewers.dicom.tools import PAGE

translate = QCoreApplication.translate

_LINE = 3.0
_GAP = 8


class SliceBar(QScrollBar):
    """One value a slice, from 0; its signals are a hand's only."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setObjectName(name)
        # Keys scroll in the pane: Tab goes from picture to picture.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._here: list[tuple[int, int]] = []
        self._entry: SliceEntry | None = None

    def stand(self, index: int, count: int) -> None:
        """At slice `index` of `count`."""
        blocked = self.blockSignals(True)
        self.setRange(0, count - 1)
        self.setPageStep(max(1, min(PAGE, count // 4)))
        self.setValue(index)
        self.blockSignals(blocked)

    def show_here(self, here: Sequence[bool]) -> None:
        """Which slices are here, drawn as a line at the bar's edge; nothing where all are."""
        runs: list[tuple[int, int]] = []
        at = 0
        for present, part in groupby(here):
            length = sum(1 for _ in part)
            if present and length < len(here):
                runs.append((at, at + length))
            at += length
        if runs != self._here:
            self._here = runs
            self.update()

    def ask(self, pane: QWidget) -> None:
        """Have a number typed over the picture, and go there."""
        if self._entry is None:
            self._entry = SliceEntry(pane)
            self._entry.chosen.connect(self.setValue)
        self._entry.ask(self.value(), self.maximum() + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._here:
            return
        painter = QPainter(self)
        count = self.maximum() + 1
        for begin, end in self._here:
            top, bottom = (self.height() * at / count for at in (begin, end))
            line = QRectF(0, top, _LINE, max(1.0, bottom - top))
            painter.fillRect(line, self.palette().highlight())
        painter.end()


class SliceEntry(QSpinBox):
    """The number of a slice as people count, from 1: Enter goes there, Esc stays."""

    chosen = Signal(int)
    """A slice, from 0."""

    def __init__(self, pane: QWidget) -> None:
        super().__init__(pane)
        self.setObjectName("slice_number")
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._pane = pane
        self.hide()

    def ask(self, index: int, count: int) -> None:
        """Over the middle of the picture, with the slice that is shown."""
        self.setAccessibleName(translate("DicomViewer", "Slice by number…"))
        self.lineEdit().setAccessibleName(self.accessibleName())
        self.setRange(1, count)
        self.setSuffix(f" / {count}")
        self.setValue(index + 1)
        size = self.sizeHint()
        x = (self._pane.width() - size.width()) // 2
        self.setGeometry(max(0, x), _GAP * 4, size.width(), size.height())
        self.show()
        self.setFocus()
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.interpretText()
            number = self.value()
            self._leave()
            self.chosen.emit(number - 1)
        else:
            super().keyPressEvent(event)
        # What the field leaves is not for the picture below it.
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.hide()

    def _leave(self) -> None:
        self.hide()
        self._pane.setFocus()
