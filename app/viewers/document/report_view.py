"""Rich text of a report, which loads nothing and follows only its own links."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

from app.kit.theme import Appearance
from app.viewers.document.report_html import Page

_MOST_HITS = 2000


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
        self.document().setDocumentMargin(24)
        self.anchorClicked.connect(self._on_link)

    def show_page(self, page: Page) -> None:
        """Show another text from its top."""
        self._page, self._hits = page, []
        self.setExtraSelections([])
        self.setHtml(page.html)

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
