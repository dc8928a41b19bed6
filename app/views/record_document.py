"""A document of a record, in a window of its own: a PDF, a picture, or text."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QScrollArea, QWidget

from app.commands.emr_wishes import DocumentContent, DocumentKind
from app.imaging.errors import PixelSizeError
from app.kit.layouts import column, row
from app.kit.theme import Appearance
from app.kit.widgets import button, label, set_words
from app.viewers.background import Background
from app.viewers.document.pages import PdfPages
from app.viewers.document.pdf import Pdf, ProtectedError
from app.views.photograph import drawn

WIDTH, HEIGHT = 860, 700
LARGEST = QSize(1600, 1600)
"""Of a picture on the screen."""
MOST_TEXT = 200_000
"""Characters that are shown: so many are laid out in a frame."""


class DocumentWindow(QDialog):
    """Nothing of it is kept: closing forgets it. Until then no other case is opened below it.

    Nobody vouches for what is in it: it is opened in a thread and within bounds, and neither loads
    nor runs anything."""

    def __init__(self, parent: QWidget, appearance: Appearance, content: DocumentContent) -> None:
        super().__init__(parent)
        self.setObjectName("documentWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._title = content.title
        self._opened: object = None
        self._state = label("documentState", "muted")
        self._problem = label("documentProblem", "problem", wrap=True)
        self._problem.hide()
        self._content = _place_for(content.kind, appearance)
        self._close = button("closeDocument", self.reject)
        foot = row(self._state, None, self._close)
        whole = column(self._problem, self._content, foot, margin=3, gap=2)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.resize(WIDTH, min(HEIGHT, self.screen().availableGeometry().height() - 60))
        self._words()
        self._content.setFocus()
        self._opening = Background(self)
        self._opening.start(lambda: _opened(content), self._came)

    def _came(self, opened: object) -> None:
        self._opened = opened
        content = self._content
        if isinstance(content, PdfPages) and isinstance(opened, Pdf):
            content.show_pdf(opened)
        elif isinstance(content, QPlainTextEdit) and isinstance(opened, str):
            content.setPlainText(opened[:MOST_TEXT])
        elif isinstance(content, QScrollArea) and isinstance(opened, QImage):
            shown = label("documentPicture")
            shown.setPixmap(QPixmap.fromImage(opened))
            shown.adjustSize()
            content.setWidget(shown)
        self._words()

    def _problem_words(self) -> str:
        """Why it is not shown, or not all of it."""
        match self._opened:
            case ProtectedError():
                return self.tr(
                    "This document is protected by a password and cannot be shown here. Open it "
                    "in the hospital's own program."
                )
            case PixelSizeError():
                return self.tr(
                    "This picture is too large to be shown here. Open it in the hospital's own "
                    "program."
                )
            case Exception():
                return self.tr(
                    "This document is damaged and cannot be shown. Open it in the hospital's own "
                    "program."
                )
            case str(text) if len(text) > MOST_TEXT:
                return self.tr("This is only the beginning: the text is too long to be shown.")
            case _:
                return ""

    def _words(self) -> None:
        self.setWindowTitle(self._title or self.tr("Document of the record"))
        self._content.setAccessibleName(self.windowTitle())
        problem = self._problem_words()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self.setAccessibleDescription(problem)
        self._content.setVisible(not isinstance(self._opened, Exception))
        self._state.setText(self.tr("Opening…") if self._opened is None else "")
        set_words(self._close, self.tr("Close"), "Esc")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._words()
        super().changeEvent(event)


def _place_for(kind: DocumentKind, appearance: Appearance) -> QWidget:
    if kind is DocumentKind.PDF:
        return PdfPages(appearance)
    if kind is DocumentKind.IMAGE:
        area = QScrollArea()
        area.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return area
    text = QPlainTextEdit()
    text.setReadOnly(True)
    return text


def _opened(content: DocumentContent) -> Pdf | QImage | str:
    """In a thread; raises ImagingError."""
    if content.kind is DocumentKind.PDF:
        return Pdf(content.data)
    if content.kind is DocumentKind.IMAGE:
        return drawn(content.data, LARGEST)
    return content.data.decode()


def show_document(parent: QWidget, appearance: Appearance, content: DocumentContent) -> None:
    """Opens it above `parent`."""
    DocumentWindow(parent, appearance, content).show()
