"""Why a case is declined or passed over: a reason from the list, and words; both are needed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import button, label, line, set_words
from app.models.words import word
from protocol.transition import DeclineReason, says_why


class DeclineForm(View):
    """`given` carries the reason and the words; `names` tells several on a window apart."""

    given = Signal(object, str)

    def __init__(self, names: str = "decline", *, across: bool = False) -> None:
        super().__init__()
        self._about = label(f"{names}About", "muted")
        self._about.hide()
        self._reasons = QComboBox()
        self._reasons.setObjectName(f"{names}Reason")
        self._text = line(f"{names}Text")
        self._text.setMaxLength(200)
        self._confirm = button(f"{names}Confirm", self._give, "danger")
        lines = row if across else column
        self.setLayout(lines(self._about, self._reasons, self._text, self._confirm))
        self.set_act(self.tr("Decline with this reason"))
        self.words()

    def set_act(self, text: str) -> None:
        set_words(self._confirm, text)

    def ask(self, number: str = "") -> None:
        """`number` names the case where the form does not stand beside it; what was written about
        another one is not said of it."""
        if number != self._about.text():
            self._about.setText(number)
            self._text.clear()
        self._about.setVisible(bool(number))
        self.show()
        self._text.setFocus()

    def words(self) -> None:
        self._text.setPlaceholderText(self.tr("In a few words (needed)"))
        self._text.setAccessibleName(self.tr("Reason for declining, in words"))
        self._reasons.setAccessibleName(self.tr("Reason for declining"))
        chosen = max(0, self._reasons.currentIndex())
        self._reasons.clear()
        for reason in DeclineReason:
            self._reasons.addItem(word(reason), reason)
        self._reasons.setCurrentIndex(chosen)

    def _give(self) -> None:
        text = self._text.text().strip()
        if not says_why(text):
            self._text.setFocus()
            return
        self._text.clear()
        self.given.emit(DeclineReason(self._reasons.currentData()), text)
