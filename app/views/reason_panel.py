"""One question before a legal or destructive step: why; it says what will happen."""

from PySide6.QtCore import Signal

from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import LineField, button, label, set_words


class ReasonPanel(View):
    """Hidden until `ask`; `given` carries the reason."""

    given = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._text = label(f"{name}Text", wrap=True)
        self._reason = LineField(f"{name}Reason")
        self._reason.line.setMaxLength(200)
        self._reason.line.returnPressed.connect(self._give)
        self._confirm = button(f"{name}Confirm", self._give, "danger")
        self._back = button(f"{name}Back", self.hide, "quiet")
        self.setLayout(
            column(
                surface(
                    "card",
                    column(
                        self._text, self._reason, row(self._confirm, self._back, None), margin=3
                    ),
                ),
                margin=2,
            )
        )
        self.hide()
        self.words()

    def set_question(self, text: str, act: str) -> None:
        """What will happen, and the words of the button that does it."""
        self._text.setText(text)
        set_words(self._confirm, act)

    def ask(self) -> None:
        self._reason.line.clear()
        self._reason.set_problem("")
        self.show()
        self._reason.line.setFocus()

    def words(self) -> None:
        self._reason.set_name(self.tr("Reason"), required=True)
        set_words(self._back, self.tr("Back"))

    def _give(self) -> None:
        reason = self._reason.text.strip()
        if not reason:
            self._reason.set_problem(self.tr("Please fill this in."))
            self._reason.line.setFocus()
            return
        self.hide()
        self.given.emit(reason)
