"""The lines over the picture in which a known length is typed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFrame, QWidget

from app.kit.layouts import column, row
from app.kit.widgets import button, label, set_words

_UNITS = (("mm", 1.0), ("cm", 10.0))
_MOST = 9999.0
_GAP = 12


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader typed."""

    millimetres: float
    whole_series: bool


class LengthEntry(QFrame):
    """Enter calibrates, Esc drops the line; nothing is known until a length is typed."""

    told = Signal(object)
    """A `Told`."""
    dropped = Signal()

    def __init__(self, pane: QWidget) -> None:
        super().__init__(pane)
        self.setObjectName("length_entry")
        self.setProperty("surface", "raised")
        self.setAutoFillBackground(True)
        self._pane = pane
        self._count = 1
        self._title = label("length_title")
        self._length = QDoubleSpinBox()
        self._length.setObjectName("known_length")
        self._length.setRange(0.0, _MOST)
        self._length.setDecimals(2)
        self._unit = QComboBox()
        self._unit.setObjectName("known_unit")
        for unit, _ in _UNITS:
            self._unit.addItem(unit)
        self._scope = QComboBox()
        self._scope.setObjectName("calibration_scope")
        self._apply = button("calibrate_now", self._tell, "primary")
        self._drop = button("calibrate_not", self._leave, "quiet")
        self.setLayout(
            column(
                self._title,
                row(self._length, self._unit),
                self._scope,
                row(None, self._drop, self._apply),
                margin=2,
            )
        )
        self._length.valueChanged.connect(self._enable)
        self.hide()
        self.words()

    def ask(self, at: QPoint, *, count: int) -> None:
        """Ask for the length of a line that ends at a point of the pane; the series has `count`
        pictures."""
        fresh = self.isHidden()
        self._count = count
        self.words()
        self._scope.setVisible(count > 1)
        if fresh:
            self._length.setValue(0.0)
            self._scope.setCurrentIndex(0)
        size = self.sizeHint()
        x = at.x() + _GAP
        if x + size.width() > self._pane.width():
            x = at.x() - _GAP - size.width()
        y = min(at.y() + _GAP, self._pane.height() - size.height() - _GAP)
        self.setGeometry(max(0, x), max(0, y), size.width(), size.height())
        self.show()
        self._length.setFocus()
        self._length.selectAll()
        self._enable()

    def put_away(self) -> None:
        """Close without an answer."""
        if not self.isHidden():
            self.hide()
            self._pane.setFocus()

    def _enable(self) -> None:
        self._apply.setEnabled(self._length.value() > 0)

    def _tell(self) -> None:
        value = self._length.value() * _UNITS[self._unit.currentIndex()][1]
        if value > 0:
            whole = self._count > 1 and self._scope.currentIndex() == 1
            self.put_away()
            self.told.emit(Told(value, whole))

    def _leave(self) -> None:
        self.put_away()
        self.dropped.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._length.interpretText()
            self._tell()
        # What the fields leave is not for the picture below them.
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)

    def words(self) -> None:
        """Every text, again after the language changed."""
        self._title.setText(self.tr("How long is the line?"))
        self.setAccessibleName(self._title.text())
        self._length.setAccessibleName(self.tr("Known length"))
        # The line within the box can have the focus of its own.
        self._length.lineEdit().setAccessibleName(self._length.accessibleName())
        self._unit.setAccessibleName(self.tr("Unit"))
        self._scope.setAccessibleName(self.tr("Holds for"))
        chosen = max(0, self._scope.currentIndex())
        self._scope.clear()
        self._scope.addItem(self.tr("This picture"))
        self._scope.addItem(self.tr("All pictures of this size in the series"))
        self._scope.setCurrentIndex(chosen)
        set_words(self._apply, self.tr("Calibrate"), "Enter")
        set_words(self._drop, self.tr("Cancel"), "Esc")
