"""Help for who writes a report: templates, phrases, and a way through the places to fill in."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QPushButton, QSizePolicy, QWidget

from app.commands.report_wishes import WishForgetPhrase, WishKeepPhrase
from app.kit.layouts import row
from app.kit.view import View
from app.kit.widgets import button, set_words
from app.models.language import reads_chinese
from app.models.report_templates import (
    Phrase,
    ReportField,
    ReportTemplate,
    begun_with,
    with_proposals,
    wording,
)
from app.session.phrases import OwnPhrase
from protocol.report import OPEN_PLACE

NEXT = Qt.Key.Key_F7
LEAST_HEIGHT = 76
LONGEST = 40
"""Signs of a phrase in a menu."""


class WritingHelp(View):
    """Two menus above the fields. What is inserted can be undone in its field."""

    def __init__(self, areas: Mapping[ReportField, QPlainTextEdit]) -> None:
        super().__init__()
        self._areas = areas
        self._department = ""
        self._own: tuple[OwnPhrase, ...] = ()
        self._last = ReportField.FINDINGS
        self._templates, self._phrases = QMenu(self), QMenu(self)
        self._templates.setObjectName("templateMenu")
        self._phrases.setObjectName("phraseMenu")
        self._templates.aboutToShow.connect(self._fill_templates)
        self._phrases.aboutToShow.connect(self._fill_phrases)
        self._buttons = (
            button("reportTemplates", partial(self._open, self._templates), "quiet"),
            button("reportPhrases", partial(self._open, self._phrases), "quiet"),
            button("nextPlace", self.next_place, "quiet"),
        )
        self.setLayout(row(*self._buttons, None, gap=1))
        program = QApplication.instance()
        assert isinstance(program, QApplication)
        program.focusChanged.connect(self._follow_focus)
        for area in areas.values():
            area.installEventFilter(self)
        self.words()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """`NEXT` in a field, before the window takes it for something else."""
        if isinstance(event, QKeyEvent) and event.key() == NEXT:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
            elif event.type() == QEvent.Type.KeyPress:
                self.next_place()
                return True
        return super().eventFilter(watched, event)

    def show_props(self, department: str, own: tuple[OwnPhrase, ...]) -> None:
        self._department, self._own = department, own

    def _open(self, menu: QMenu) -> None:
        of = self._buttons[0 if menu is self._templates else 1]
        menu.popup(of.mapToGlobal(of.rect().bottomLeft()))

    def _follow_focus(self, _old: QWidget | None, new: QObject | None) -> None:
        for field, area in self._areas.items():
            if new is area:
                self._last = field

    # --- templates -----------------------------------------------------------------------

    def _fill_templates(self) -> None:
        menu = self._templates
        menu.clear()
        department = None
        for one in wording(chinese=reads_chinese()).for_department(self._department):
            if one.department != department:
                department = one.department
                _head(menu, department or self.tr("Every department"))
            menu.addAction(one.name, partial(self.begin_with, one))
        menu.addSeparator()
        menu.addAction(self.tr("Take all proposals as they stand"), self.take_proposals)

    def begin_with(self, template: ReportTemplate) -> None:
        """Below what is written already, in every field; goes to the first place to fill in."""
        for field, text in template.texts:
            area = self._areas[field]
            _replace(area, begun_with(area.toPlainText(), text))
        self._areas[ReportField.FINDINGS].setFocus()
        self._last = ReportField.FINDINGS
        self._areas[self._last].moveCursor(QTextCursor.MoveOperation.Start)
        self._mark_next()

    def take_proposals(self) -> None:
        for area in self._areas.values():
            _replace(area, with_proposals(area.toPlainText()))
        self._mark_next()

    # --- phrases -------------------------------------------------------------------------

    def _fill_phrases(self) -> None:
        menu, field = self._phrases, self._last
        menu.clear()
        own = [Phrase(field, one.text, own=True) for one in self._own if one.field == field.value]
        shipped = [one for one in wording(chinese=reads_chinese()).phrases if one.field is field]
        _head(menu, self._areas[field].accessibleName())
        for one in (*own, *shipped):
            menu.addAction(_short(one.text), partial(self.insert, field, one.text))
        menu.addSeparator()
        marked = self._areas[field].textCursor().selection().toPlainText().strip()
        keep = menu.addAction(
            self.tr("Keep the marked words as a phrase"),
            lambda: self.wished.emit(WishKeepPhrase(OwnPhrase(field.value, marked))),
        )
        keep.setEnabled(bool(marked))
        if own:
            forget = menu.addMenu(self.tr("Forget"))
            for one in own:
                kept = OwnPhrase(field.value, one.text)
                forget.addAction(
                    _short(one.text), lambda kept=kept: self.wished.emit(WishForgetPhrase(kept))
                )

    def insert(self, field: ReportField, text: str) -> None:
        """Where the cursor stands; goes to its place to fill in, where it has one."""
        area = self._areas[field]
        cursor = area.textCursor()
        begin = cursor.selectionStart()
        cursor.insertText(text)
        area.setFocus()
        if OPEN_PLACE.search(text):
            cursor.setPosition(begin)
            area.setTextCursor(cursor)
            self._mark_next()

    # --- places to fill in ---------------------------------------------------------------

    def next_place(self) -> None:
        """Takes a marked proposal as it stands, and goes to the next place, in any field."""
        cursor = self._areas[self._last].textCursor()
        marked = cursor.selection().toPlainText()
        if OPEN_PLACE.fullmatch(marked) and len(marked) > 2:
            cursor.insertText(marked[1:-1])
            self._areas[self._last].setTextCursor(cursor)
        self._mark_next()

    def _mark_next(self) -> None:
        fields = list(self._areas)
        begin = fields.index(self._last)
        for step in range(len(fields) + 1):
            field = fields[(begin + step) % len(fields)]
            area = self._areas[field]
            at = area.textCursor().selectionEnd() if step == 0 else 0
            found = OPEN_PLACE.search(area.toPlainText(), at)
            if found is not None:
                cursor = area.textCursor()
                cursor.setPosition(found.start())
                cursor.setPosition(found.end(), QTextCursor.MoveMode.KeepAnchor)
                self._last = field
                area.setTextCursor(cursor)
                area.setFocus()
                return

    def words(self) -> None:
        templates, phrases, following = self._buttons
        set_words(templates, self.tr("Template ▾"))
        set_words(phrases, self.tr("Phrases ▾"))
        set_words(following, self.tr("Next 【】"), "F7")
        for shown, name in (
            (templates, self.tr("Begin with a template")),
            (phrases, self.tr("Insert a phrase")),
            (following, self.tr("Take the proposal and go to the next place to fill in")),
        ):
            _named(shown, name)


def _head(menu: QMenu, text: str) -> None:
    """A section by a line of its own: where a style sheet draws menus, sections have no words."""
    if menu.actions():
        menu.addSeparator()
    menu.addAction(text).setEnabled(False)


def _named(shown: QPushButton, name: str) -> None:
    shown.setAccessibleName(name)
    shown.setToolTip(name)


def _replace(area: QPlainTextEdit, text: str) -> None:
    """As if it were typed, so that it can be undone."""
    cursor = area.textCursor()
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.insertText(text)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def writing_area(name: str) -> QPlainTextEdit:
    """The field of one part of the report; Tab leaves it."""
    made = QPlainTextEdit()
    made.setObjectName(f"report_{name}")
    made.setTabChangesFocus(True)
    made.setMinimumHeight(LEAST_HEIGHT)
    # As high as there is room: a wrapped line beside it would else give each its wish, 192 pixels.
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
    return made
