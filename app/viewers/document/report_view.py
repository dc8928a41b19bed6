"""Rich text of a report, which loads nothing and follows only its own links."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QFont, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

from app.kit.theme import Appearance
from app.viewers.document.report_html import Page

_MOST_HITS = 2000


@dataclass(frozen=True, slots=True)
class Laid:
    """A page as a document that may be shown or printed."""

    page: Page
    document: QTextDocument


def lay_out(page: Page, font: QFont) -> Laid:
    """Make the document, in whatever thread; it then belongs to the GUI's, unless it is used at
    once where it was made (Qt's rich text is reentrant)."""
    document = Sealed()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(24)
    document.setDefaultFont(font)
    document.setHtml(page.html)
    return Laid(page, document)


class Sealed(QTextDocument):
    """A document that loads nothing: a report must not reach the disk or the net."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing."""
        return None


class ReportView(QTextBrowser):
    """Shows a `Page`; a link to another object is a signal."""

    followed = Signal(object)
    """A `Reference`."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("report_view")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self._appearance = appearance
        self._page = Page("", ())
        self._hits: list[QTextCursor] = []
        self._blank = QTextDocument(self)
        self._shown: QTextDocument | None = None
        self.setDocument(self._blank)
        self.anchorClicked.connect(self._on_link)

    def show_laid(self, laid: Laid, *, keep_place: bool) -> None:
        """Show another text, from its top or, being the same in other words, where it was."""
        at = self.verticalScrollBar().value() if keep_place else 0
        self.close_page()
        self._page, self._shown = laid.page, laid.document
        self.setDocument(laid.document)
        self.verticalScrollBar().setValue(at)

    def close_page(self) -> None:
        """Show nothing."""
        self._page, self._hits = Page("", ()), []
        self.setExtraSelections([])
        self.setDocument(self._blank)
        if self._shown is not None:
            self._shown.deleteLater()
            self._shown = None

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing: a report must not reach the disk or the net."""
        return None

    def _on_link(self, url: QUrl) -> None:
        text = url.toString()
        if text.startswith("#"):
            self.scrollToAnchor(text[1:])
            return
        number = text.removeprefix("ref:")
        if number.isdigit() and int(number) < len(self._page.references):
            self.followed.emit(self._page.references[int(number)])

    def search(self, words: str) -> int:
        """Mark every place of a text; answers how many."""
        self._hits = []
        cursor = QTextCursor(self.document())
        while words and len(self._hits) < _MOST_HITS:
            cursor = self.document().find(words, cursor, QTextDocument.FindFlag(0))
            if cursor.isNull():
                break
            self._hits.append(cursor)
        self.show_hit(0 if self._hits else -1)
        return len(self._hits)

    def show_hit(self, current: int) -> None:
        """Bring a found place (-1: none) into sight."""
        selections = []
        for number, cursor in enumerate(self._hits):
            made = QTextEdit.ExtraSelection()
            made.cursor = cursor  # type: ignore[attr-defined]  # missing in the stubs
            ink = "warning_soft" if number != current else "selection"
            made.format.setBackground(self._appearance.colour(ink))  # type: ignore[attr-defined]  # missing in the stubs
            selections.append(made)
        self.setExtraSelections(selections)
        if 0 <= current < len(self._hits):
            place = QTextCursor(self._hits[current])
            place.clearSelection()
            self.setTextCursor(place)
            self.ensureCursorVisible()
