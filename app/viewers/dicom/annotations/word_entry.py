"""A line over the picture in which the words of a text or an arrow are typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.imaging.annotation import Annotation
from app.viewers.dicom.annotations.layer import AnnotationLayer

_WIDTH = 220


class WordEntry(QLineEdit):
    """Enter keeps the words, Esc drops them; leaving the line keeps what was typed."""

    def __init__(self, layer: AnnotationLayer, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("annotation_words")
        self.setMaxLength(200)
        self._layer = layer
        self._pane = parent
        self._annotation: Annotation | None = None
        self.returnPressed.connect(self._keep)
        self.hide()
        self.words()

    def ask(self, annotation: Annotation, at: QPoint) -> None:
        """Take words for an annotation, the line beside a place of the pane."""
        self._annotation = annotation
        self.setText(annotation.text)
        pane = self._pane
        height = self.sizeHint().height()
        x = max(0, min(at.x() + 8, pane.width() - _WIDTH - 8))
        y = max(0, min(at.y() - height // 2, pane.height() - height - 8))
        self.setGeometry(x, y, _WIDTH, height)
        self.show()
        self.selectAll()
        self.setFocus()

    def _keep(self) -> None:
        annotation, self._annotation = self._annotation, None
        if annotation is not None:
            self._layer.finish_words(annotation, self.text().strip())
        self._leave()

    def _leave(self) -> None:
        self.hide()
        self._pane.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._annotation = None
            self._leave()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._annotation is not None and event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._keep()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)

    def words(self) -> None:
        """Every text, again after the language changed."""
        self.setAccessibleName(self.tr("Words beside the mark"))
        self.setPlaceholderText(self.tr("Text, then Enter"))
