"""Asks about one entry of the own record, and first which, where a row has several."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from app.kit.layouts import column, fit_height, row
from app.kit.question import Answer
from app.kit.widgets import LineField, button, label, set_words
from app.models.record_entry import EntryKind, when_hint
from app.models.record_marks import Marked, over_since
from app.models.times import now

LEAST = QSize(460, 0)
ROWS_SHOWN = 8


class MarkWindow(QDialog):
    """Return and Escape leave everything as it is."""

    marked = Signal(str, str)
    """Type and id of the entry, and since when it is over: a FHIR dateTime or empty."""

    def __init__(
        self, parent: QWidget, name: str, told: tuple[Marked, ...], *, asks_when: bool = False
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(LEAST)
        self._told = told
        self._which = label("markWhich", "lead", wrap=True)
        self._choice = QListWidget()
        self._choice.setObjectName("markChoice")
        for one in told:
            self._choice.addItem(QListWidgetItem(one.words))
        shown = min(len(told), ROWS_SHOWN)
        self._choice.setFixedHeight(shown * self._choice.sizeHintForRow(0) + 4)
        self._question = label("markQuestion", "text", wrap=True)
        self._words = label("markWords", "lead", wrap=True)
        self._since = LineField("markSince")
        self._since.setVisible(asks_when)
        self._no = button("", self.reject)
        self._yes = button("", self._mark, "primary")
        self._yes.setAutoDefault(False)
        self._no.setDefault(True)
        several = len(told) > 1
        for part in (self._which, self._choice):
            part.setVisible(several)
        self._choice.currentRowChanged.connect(self._follow)
        self.setLayout(
            column(
                self._which,
                self._choice,
                self._question,
                self._words,
                self._since,
                row(None, self._no, self._yes),
                margin=4,
                gap=2,
            )
        )
        self._choice.setCurrentRow(-1 if several else 0)
        self._follow(self._choice.currentRow())

    def set_words(self, texts: tuple[str, str], question: str, *, yes: Answer, no: Answer) -> None:
        """`texts`: the title, and what asks which of several."""
        title, which = texts
        self.setWindowTitle(title)
        self._which.setText(which)
        self._choice.setAccessibleName(which)
        self._question.setText(question)
        self._since.set_name(self.tr("Over since"))
        self._since.line.setPlaceholderText(when_hint(EntryKind.PROBLEM))
        for shown, (name, words) in ((self._yes, yes), (self._no, no)):
            shown.setObjectName(name)
            set_words(shown, words)

    def _follow(self, at: int) -> None:
        self._words.setText(self._told[at].words if at >= 0 else "")
        for part in (self._question, self._words):
            part.setVisible(at >= 0)
        self._yes.setEnabled(at >= 0)
        fit_height(self, self.sizeHint().width())

    def _mark(self) -> None:
        told = self._told[self._choice.currentRow()]
        at, problem = over_since(self._since.text, told, now().astimezone())
        self._since.set_problem(problem)
        fit_height(self, self.width())
        if not problem:
            self.marked.emit(told.name, at)
            self.accept()
