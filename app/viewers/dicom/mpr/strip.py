"""A line below the pictures: how far the slices of a volume have come, or why there is none."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget

from app.kit.widgets import label
from app.models.tips import plain_tip
from app.viewers.dicom.mpr.gather import Refusal
from app.viewers.dicom.mpr.words import progress_words, refusal_words

translate = QCoreApplication.translate


class PlanesStrip(QWidget):
    """Hidden while there is nothing to say."""

    ended = Signal()
    """The person has read it, or wants no volume any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("planes_strip")
        self._said: Refusal | tuple[int, int] | None = None
        self.label = label("planes_words", wrap=True)
        self._bar = QProgressBar(self)
        self._bar.setObjectName("planes_progress")
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(180)
        self._button = QToolButton(self)
        self._button.setObjectName("planes_end")
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._button.clicked.connect(self.ended)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(self.label, 1)
        row.addWidget(self._bar)
        row.addWidget(self._button)
        self.hide()
        self.words()

    def show_progress(self, at_hand: int, count: int) -> None:
        """Slices at hand of all."""
        self._say((at_hand, count))

    def show_refusal(self, refusal: Refusal) -> None:
        """Why there are no planes."""
        self._say(refusal)

    def clear(self) -> None:
        """Nothing to say."""
        self._say(None)

    def _say(self, what: Refusal | tuple[int, int] | None) -> None:
        self._said = what
        self.words()
        self.setVisible(what is not None)

    def words(self) -> None:
        """Every text, again after the language changed."""
        said = self._said
        waiting = isinstance(said, tuple)
        self._bar.setVisible(waiting)
        end = translate("DicomViewer", "Cancel") if waiting else translate("DicomViewer", "Close")
        self._button.setText(end)
        self._button.setAccessibleName(end)
        self._button.setToolTip(plain_tip(f"{end} (Esc)"))
        self._bar.setAccessibleName(translate("DicomViewer", "Slices at hand"))
        if isinstance(said, tuple):
            self._bar.setRange(0, said[1])
            self._bar.setValue(said[0])
            self.label.setText(progress_words(*said))
        else:
            self.label.setText(refusal_words(said) if said is not None else "")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)
