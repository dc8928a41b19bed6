"""A document of a record, in a window of its own: a PDF, a picture, or text."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QScrollArea, QWidget

from app.commands.emr_wishes import DocumentContent, DocumentKind
from app.imaging.errors import MalformedError
from app.kit.layouts import column, row
from app.kit.theme import Appearance
from app.kit.widgets import button, label, set_words
from app.viewers.background import Background
from app.viewers.document.pages import PdfPages
from app.viewers.document.pdf import Pdf
from app.views.photograph import drawn

WIDTH, HEIGHT = 860, 700
LARGEST = QSize(1600, 1600)
"""Of a picture on the screen."""


class DocumentWindow(QDialog):
    """Nothing of it is kept: closing forgets it. Until then no other case is opened below it."""

    def __init__(self, parent: QWidget, appearance: Appearance, content: DocumentContent) -> None:
        super().__init__(parent)
        self.setObjectName("documentWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._title = content.title
        self._problem = label("documentProblem", "problem", wrap=True)
        self._problem.hide()
        self._drawing = Background(self)
        self._content = self._shown(appearance, content)
        self._close = button("closeDocument", self.reject)
        whole = column(self._problem, self._content, row(None, self._close), margin=3, gap=2)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.resize(WIDTH, min(HEIGHT, self.screen().availableGeometry().height() - 60))
        self._words()
        self._content.setFocus()

    def _shown(self, appearance: Appearance, content: DocumentContent) -> QWidget:
        if content.kind is DocumentKind.TEXT:
            text = QPlainTextEdit(content.data.decode())
            text.setReadOnly(True)
            return text
        if content.kind is DocumentKind.IMAGE:
            return self._picture(content.data)
        pages = PdfPages(appearance)
        try:
            pages.show_pdf(Pdf(content.data))
        except MalformedError:
            self._problem.show()
        return pages

    def _picture(self, data: bytes) -> QScrollArea:
        shown = label("documentPicture")

        def came(image: object) -> None:
            there = isinstance(image, QImage) and not image.isNull()
            self._problem.setVisible(not there)
            if isinstance(image, QImage) and there:
                shown.setPixmap(QPixmap.fromImage(image))
                shown.adjustSize()

        self._drawing.start(lambda: drawn(data, LARGEST), came)
        area = QScrollArea()
        area.setWidget(shown)
        return area

    def _words(self) -> None:
        self.setWindowTitle(self._title or self.tr("Document of the record"))
        self._content.setAccessibleName(self.windowTitle())
        self._problem.setText(self.tr("This document is damaged or protected and cannot be shown."))
        set_words(self._close, self.tr("Close"), "Esc")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._words()
        super().changeEvent(event)


def show_document(parent: QWidget, appearance: Appearance, content: DocumentContent) -> None:
    """Opens it above `parent`."""
    DocumentWindow(parent, appearance, content).show()
