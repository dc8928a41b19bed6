"""The row of tools above a document."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QSpinBox, QToolBar, QToolButton, QWidget

from app.kit.widgets import label, set_words
from app.models.tips import plain_tip
from app.viewers.document.entries import DocumentAction


class DocumentBar(QToolBar):
    """Search, page, size, copy, paper; offers what the document has."""

    searched = Signal(str)
    stepped = Signal(int)
    page_wanted = Signal(int)
    fitted = Signal(bool)
    """True for the whole page, false for its width."""
    zoomed = Signal(int)
    saved = Signal()
    printed = Signal()
    cancelled = Signal()
    key_images_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("document_toolbar")
        self.setMovable(False)
        self._keys = self._button("document_key_images", self.key_images_wanted.emit)
        self._page = QSpinBox()
        self._page.setObjectName("document_page")
        self._page.setKeyboardTracking(False)
        self._page.setMinimum(1)
        self._page.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._page.valueChanged.connect(lambda page: self.page_wanted.emit(page - 1))
        self._pages = label("document_pages", "muted")
        self._width = self._button("document_fit_width", lambda: self.fitted.emit(False))
        self._whole = self._button("document_fit_page", lambda: self.fitted.emit(True))
        self._smaller = self._button("document_smaller", lambda: self.zoomed.emit(-1))
        self._larger = self._button("document_larger", lambda: self.zoomed.emit(1))
        self._search = QLineEdit()
        self._search.setObjectName("document_search")
        self._search.setClearButtonEnabled(True)
        self._search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._search.setMinimumWidth(96)
        self._search.setMaximumWidth(220)
        self._search.returnPressed.connect(self._on_return)
        self._search.textChanged.connect(self._on_text)
        self._asked = ""
        self._hits = label("document_hits", "muted")
        self._earlier = self._button("document_hit_before", lambda: self.stepped.emit(-1))
        self._later = self._button("document_hit_after", lambda: self.stepped.emit(1))
        self._copy = self._button("document_copy", self.saved.emit)
        self._print = self._button("document_print", self.printed.emit)
        self._cancel = self._button("document_cancel", self.cancelled.emit)
        order = (
            self._keys, self._page, self._pages, self._width, self._whole, self._smaller,
            self._larger, self._search, self._hits, self._earlier, self._later, self._copy,
            self._print, self._cancel,
        )  # fmt: skip
        self._actions: dict[QWidget, QAction] = {part: self.addWidget(part) for part in order}
        self._pressed: dict[str, QToolButton] = {
            DocumentAction.WIDTH: self._width,
            DocumentAction.WHOLE: self._whole,
            DocumentAction.LARGER: self._larger,
            DocumentAction.SMALLER: self._smaller,
            DocumentAction.KEY_IMAGES: self._keys,
            DocumentAction.COPY: self._copy,
            DocumentAction.PRINT: self._print,
            DocumentAction.STOP: self._cancel,
        }
        self.reset()
        self.words(lambda _id: "")

    def has(self, id_: str) -> bool:
        """Whether an entry of the table is a button here."""
        return id_ in self._pressed

    def press(self, id_: str) -> None:
        """Press the button of an entry, if it is offered now."""
        button = self._pressed[id_]
        if self._actions[button].isVisible():
            button.click()

    def _button(self, name: str, act: Callable[[], None]) -> QToolButton:
        made = QToolButton()
        made.setObjectName(name)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.clicked.connect(lambda _checked=False: act())
        return made

    def _see(self, visible: bool, *parts: QWidget) -> None:
        for part in parts:
            self._actions[part].setVisible(visible)

    def reset(self) -> None:
        """Offer nothing."""
        self.offer(pdf=False, text=False, copy=False, key_images=0)
        self._asked = ""
        self._search.clear()
        self.show_hits(-1, 0)
        self.show_printing(False)

    def offer(self, *, pdf: bool, text: bool, copy: bool, key_images: int) -> None:
        """Show the tools that there is something for."""
        self._see(pdf, self._page, self._pages, self._width, self._whole)
        self._see(text, self._smaller, self._larger, self._search, self._print)
        self._see(text, self._earlier, self._later, self._hits)
        self._see(copy, self._copy)
        self._see(key_images > 0, self._keys)

    def show_page(self, page: int, count: int) -> None:
        """The page that is looked at, from 0."""
        blocked = self._page.blockSignals(True)
        self._page.setMaximum(max(1, count))
        self._page.setValue(page + 1)
        self._page.blockSignals(blocked)
        self._pages.setText(f"/ {count}")

    def show_hits(self, current: int, count: int) -> None:
        """Which found place of how many; nothing searched for: nothing said."""
        asked = bool(self._asked)
        self._hits.setText(f"{current + 1} / {count}" if count else "0" if asked else "")
        for part in (self._earlier, self._later):
            part.setEnabled(count > 1)

    def show_printing(self, running: bool) -> None:
        """Offer to stop what runs."""
        self._see(running, self._cancel)
        self._print.setEnabled(not running)

    def focus_search(self) -> None:
        """Begin to type what is searched for, where there is text."""
        if not self._actions[self._search].isVisible():
            return
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def _on_return(self) -> None:
        text = self._search.text()
        if text == self._asked and text:
            self.stepped.emit(1)
            return
        self._asked = text
        self.searched.emit(text)

    def _on_text(self, text: str) -> None:
        if not text and self._asked:
            self._asked = ""
            self.searched.emit("")

    def words(self, hint: Callable[[str], str]) -> None:
        """Every text, again after the language or a key changed; `hint` tells the keys."""
        set_words(self._keys, self.tr("Show key images"), hint(DocumentAction.KEY_IMAGES))
        set_words(self._width, self.tr("Width"), hint(DocumentAction.WIDTH))
        set_words(self._whole, self.tr("Whole page"), hint(DocumentAction.WHOLE))
        set_words(self._smaller, "−")
        set_words(self._larger, "+")
        set_words(self._copy, self.tr("Save a copy"), hint(DocumentAction.COPY))
        set_words(self._print, self.tr("Print"), hint(DocumentAction.PRINT))
        set_words(self._cancel, self.tr("Stop printing"), hint(DocumentAction.STOP))
        set_words(self._earlier, "▲")
        set_words(self._later, "▼")
        for part, name, key in (
            (self._smaller, self.tr("Smaller"), hint(DocumentAction.SMALLER)),
            (self._larger, self.tr("Larger"), hint(DocumentAction.LARGER)),
            (self._earlier, self.tr("Earlier place"), hint(DocumentAction.EARLIER_PLACE)),
            (self._later, self.tr("Next place"), hint(DocumentAction.NEXT_PLACE)),
            (self._page, self.tr("Page"), ""),
            (self._search, self.tr("Search the text"), hint(DocumentAction.SEARCH)),
        ):
            part.setAccessibleName(name)
            part.setToolTip(plain_tip(f"{name}  ({key})" if key else name))
        self._search.setPlaceholderText(self.tr("Search the text"))
