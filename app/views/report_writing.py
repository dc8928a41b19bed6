"""Help for who writes a report: templates, phrases, and a way through the places to fill in."""

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QSizePolicy, QWidget

from app.commands.case_wishes import WishCompareEarlier
from app.commands.keys import EARLIER_KEY
from app.commands.report_wishes import WishForgetPhrase, WishKeepPhrase
from app.kit.layouts import row
from app.kit.view import View
from app.kit.widgets import button, set_words
from app.models.language import reads_chinese
from app.models.report import EarlierProps, ReportProps
from app.models.report_templates import (
    Phrase,
    ReportField,
    ReportTemplate,
    begun_with,
    with_proposals,
    wording,
)
from app.models.tips import plain_tip, shortened
from app.session.phrases import OwnPhrase
from protocol.report import OPEN_PLACE

NEXT = Qt.Key.Key_F7
LEAST_HEIGHT = 76
LONGEST = 40
"""Signs of a phrase in a menu."""


class WritingHelp(View):
    """Menus above the fields. What is inserted can be undone in its field."""

    begun = Signal(object)
    """A `ReportTemplate` whose structured findings are asked for."""

    def __init__(self, areas: Mapping[ReportField, QPlainTextEdit]) -> None:
        super().__init__()
        self._areas = areas
        self._department = ""
        self._own: tuple[OwnPhrase, ...] = ()
        self._case: UUID | None = None
        self._earlier: tuple[EarlierProps, ...] = ()
        self._last = ReportField.FINDINGS
        self._templates = self._menu("templateMenu", self._fill_templates)
        self._phrases = self._menu("phraseMenu", self._fill_phrases)
        self._reports = self._menu("earlierMenu", self._fill_earlier)
        self._buttons = (
            button("reportTemplates", partial(self._open, self._templates), "quiet"),
            button("reportPhrases", partial(self._open, self._phrases), "quiet"),
            button("nextPlace", self.next_place, "quiet"),
            button("earlierReports", self.compare, "quiet"),
        )
        self.setLayout(row(*self._buttons, None, gap=1))
        program = QApplication.instance()
        assert isinstance(program, QApplication)
        program.focusChanged.connect(self._follow_focus)
        for area in areas.values():
            area.installEventFilter(self)
        self.words()

    def _menu(self, name: str, fill: Callable[[], None]) -> QMenu:
        made = QMenu(self)
        made.setObjectName(name)
        made.aboutToShow.connect(fill)
        return made

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """`NEXT` in a field, before the window takes it for something else."""
        if isinstance(event, QKeyEvent) and event.key() == NEXT:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
            elif event.type() == QEvent.Type.KeyPress:
                self.next_place()
                return True
        return super().eventFilter(watched, event)

    def show_props(self, props: ReportProps, case: UUID) -> None:
        self._department, self._own = props.department, props.phrases
        self._case, self._earlier = case, props.earlier
        self._buttons[3].setVisible(bool(props.earlier))

    def _open(self, menu: QMenu) -> None:
        of = self._buttons[(self._templates, self._phrases, None, self._reports).index(menu)]
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
        self.begun.emit(template)
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
            menu.addAction(shortened(one.text, LONGEST), partial(self.insert, field, one.text))
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
                    shortened(one.text, LONGEST),
                    lambda kept=kept: self.wished.emit(WishForgetPhrase(kept)),
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

    # --- earlier reports -----------------------------------------------------------------

    def compare(self) -> None:
        """Beside the earlier report of the patient, or the one that is chosen of several."""
        if len(self._earlier) == 1:
            self._wish_earlier(self._earlier[0])
        elif self._earlier:
            self._open(self._reports)

    def _fill_earlier(self) -> None:
        self._reports.clear()
        _head(self._reports, self.tr("Earlier reports of this patient"))
        for one in self._earlier:
            self._reports.addAction(one.line, partial(self._wish_earlier, one))

    def _wish_earlier(self, one: EarlierProps) -> None:
        if self._case is not None:
            self.wished.emit(WishCompareEarlier(self._case, one.consultation_id))

    def insert_comparison(self, sentence: str) -> None:
        """Below what is written of findings; goes to the place to fill in."""
        area = self._areas[ReportField.FINDINGS]
        area.moveCursor(QTextCursor.MoveOperation.End)
        break_ = "\n" if area.toPlainText().strip() else ""
        area.window().activateWindow()
        self.insert(ReportField.FINDINGS, f"{break_}{sentence}")

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
        templates, phrases, following, earlier = self._buttons
        for shown, text, name, key in (
            (templates, self.tr("Template ▾"), self.tr("Begin with a template"), ""),
            (phrases, self.tr("Phrases ▾"), self.tr("Insert a phrase"), ""),
            (
                following,
                self.tr("Next 【】"),
                self.tr("Take the proposal and go to the next place to fill in"),
                "F7",
            ),
            (
                earlier,
                self.tr("Earlier ▾"),
                self.tr("Compare with an earlier report of this patient"),
                EARLIER_KEY,
            ),
        ):
            set_words(shown, text)
            shown.setAccessibleName(name)
            shown.setToolTip(plain_tip(f"{name}  ({key})" if key else name))


def _head(menu: QMenu, text: str) -> None:
    """A section by a line of its own: where a style sheet draws menus, sections have no words."""
    if menu.actions():
        menu.addSeparator()
    menu.addAction(text).setEnabled(False)


def _replace(area: QPlainTextEdit, text: str) -> None:
    """As if it were typed, so that it can be undone."""
    cursor = area.textCursor()
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.insertText(text)


def writing_area(name: str) -> QPlainTextEdit:
    """The field of one part of the report; Tab leaves it."""
    made = QPlainTextEdit()
    made.setObjectName(f"report_{name}")
    made.setTabChangesFocus(True)
    made.setMinimumHeight(LEAST_HEIGHT)
    # As high as there is room: a wrapped line beside it would else give each its wish, 192 pixels.
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
    return made
