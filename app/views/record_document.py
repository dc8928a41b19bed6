"""A document of a record, in a window of its own: a PDF, a picture, or text."""

from enum import Enum, auto

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QScrollArea, QWidget

from app.commands.emr_wishes import DocumentContent, DocumentKind, words_of
from app.imaging.errors import PixelSizeError
from app.kit.layouts import column, row
from app.kit.theme import Appearance
from app.kit.widgets import button, label, set_words
from app.viewers.background import Background
from app.viewers.document.guarded import GuardedPdf, guarded_picture
from app.viewers.document.pages import PdfPages
from app.viewers.document.pdf import ProtectedError

WIDTH, HEIGHT = 860, 700
LARGEST = QSize(1600, 1600)
"""Of a picture on the screen."""
MOST_TEXT = 200_000
"""Characters that are shown: so many are laid out in a frame."""
MOST_KIND = 80
"""Characters of a content type."""
MOST_PLACE = 200
"""Characters of an address."""


class Going(Enum):
    """How far showing it is."""

    FETCHING = auto()
    OPENING = auto()
    DONE = auto()


class DocumentWindow(QDialog):
    """Nothing of it is kept: closing forgets it. Until then no other case is opened below it.
    `at_hospital`: what lies behind its address comes later, by `show_content` or `show_problem`.

    Nobody vouches for what is in it: PDF and pictures are opened in a process of their own, texts
    in a thread and within bounds; nothing of it loads or runs anything."""

    def __init__(
        self,
        parent: QWidget,
        appearance: Appearance,
        content: DocumentContent,
        *,
        at_hospital: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("documentWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._appearance = appearance
        self._at_hospital = at_hospital
        self._shown = content
        self._going = Going.FETCHING
        self._opened: object = None
        self._said = ""
        self._state = label("documentState", "muted")
        self._problem = label("documentProblem", "problem", wrap=True)
        self._problem.hide()
        self._content = QWidget()
        self._close = button("closeDocument", self.reject)
        foot = row(self._state, None, self._close)
        self._whole = column(self._problem, self._content, foot, margin=3, gap=2)
        self._whole.setStretch(1, 1)
        self.setLayout(self._whole)
        self.resize(WIDTH, min(HEIGHT, self.screen().availableGeometry().height() - 60))
        self._opening = Background(self)
        self._words()
        self._close.setFocus()
        if not (at_hospital and content.url):
            self.show_content(content)

    def show_content(self, content: DocumentContent) -> None:
        self._shown = content
        if content.kind in (DocumentKind.OTHER, DocumentKind.ELSEWHERE):
            self._going = Going.DONE
            self._words()
            return
        self._going = Going.OPENING
        place = _place_for(content.kind, self._appearance)
        self._whole.replaceWidget(self._content, place)
        self._whole.setStretch(1, 1)
        self._content.deleteLater()
        self._content = place
        self._words()
        place.setFocus()
        self._opening.start(lambda: _opened(content), self._came)

    def show_problem(self, words: str) -> None:
        """Why it could not be fetched."""
        self._going, self._said = Going.DONE, words
        self._words()

    def _came(self, opened: object) -> None:
        self._going, self._opened = Going.DONE, opened
        content = self._content
        if isinstance(content, PdfPages) and isinstance(opened, GuardedPdf):
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
            case _ if self._said or self._going is not Going.DONE:
                return self._said
            case None if self._shown.kind is DocumentKind.ELSEWHERE:
                return self._elsewhere_words()
            case None:
                words = self.tr(
                    "A document of this kind ({kind}) cannot be shown here. Open it in the "
                    "hospital's own program."
                )
                return words.format(kind=self._shown.content_type[:MOST_KIND] or "?")
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

    def _elsewhere_words(self) -> str:
        if not self._at_hospital:
            return self.tr(
                "This document was shared by its title only. The clinic can share the record "
                "again with full documents."
            )
        if place := self._shown.url[:MOST_PLACE]:
            words = self.tr(
                "The record names this document, but what it says lies elsewhere: {place}. Open "
                "it in the hospital's own program."
            )
            return words.format(place=place)
        return self.tr(
            "The record names this document, but what it says lies elsewhere. Open it in the "
            "hospital's own program."
        )

    def _words(self) -> None:
        self.setWindowTitle(self._shown.title or self.tr("Document of the record"))
        self._content.setAccessibleName(self.windowTitle())
        problem = self._problem_words()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self.setAccessibleDescription(problem)
        done = self._going is Going.DONE
        there = self._opened is not None and not isinstance(self._opened, Exception)
        self._content.setVisible(there or not done)
        self._state.setText(
            {
                Going.FETCHING: self.tr("Fetching the document…"),
                Going.OPENING: self.tr("Opening…"),
                Going.DONE: "",
            }[self._going]
        )
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


def _opened(content: DocumentContent) -> GuardedPdf | QImage | str:
    """In a thread; raises ImagingError, and ValueError of words that cannot be read."""
    match content.kind:
        case DocumentKind.PDF:
            return GuardedPdf(content.data)
        case DocumentKind.IMAGE:
            return guarded_picture(content.data, LARGEST)
        case _:
            return words_of(content)
