"""What asks for the password again, and for a certificate's secret, before a report is signed."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent

from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import LineField, button, label, set_words
from app.models.report import ReportProps

MOST_SIGNS = 20


class SigningPart(View):
    confirmed = Signal(str, str)
    """Password and secret; the latter is empty where no certificate signs."""
    left = Signal()
    asking = Signal(bool)
    """It is shown, or gone from the screen."""

    def __init__(self) -> None:
        super().__init__()
        self._warning = label("signWarning", wrap=True)
        self._as_written = label("signAsWritten", wrap=True)
        self._letters = label("signLetters", "problem", wrap=True)
        self._unprintable = ""
        self._password = LineField("signPassword", secret=True)
        self._password.line.returnPressed.connect(self._confirm_typed)
        self._secret = LineField("signSecret", secret=True)
        self._secret.line.returnPressed.connect(self._confirm_typed)
        self._confirm = button("signConfirm", self._confirm_typed, "primary")
        self._back = button("signBack", self._leave, "quiet")
        fields = (self._password, self._secret, row(self._confirm, self._back, None))
        parts = (self._warning, self._as_written, self._letters, *fields)
        self.setLayout(column(surface("card", column(*parts, margin=3))))
        self.hide()
        self.words()

    def show_props(self, props: ReportProps) -> None:
        self._secret.setVisible(bool(props.secret_field))
        self._secret.set_name(props.secret_field or self.tr("Passphrase of the certificate"))
        self._confirm.setEnabled(props.can_sign)
        self._as_written.setText(props.as_written)
        self._as_written.setVisible(bool(props.as_written))

    def ask(self, unprintable: str) -> None:
        """`unprintable`: signs of the report that would be boxes on paper."""
        self._unprintable = unprintable
        self._say_letters()
        self.show()
        self._password.line.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.asking.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.asking.emit(False)

    def clear(self) -> None:
        self._password.line.clear()
        self._secret.line.clear()

    def _leave(self) -> None:
        self.clear()
        self.hide()
        self.left.emit()

    def _confirm_typed(self) -> None:
        password, secret = self._password.text, self._secret.text
        if password and (secret or not self._secret.isVisible()):
            self.confirmed.emit(password, secret)

    def _say_letters(self) -> None:
        text = self.tr(
            "⚠ This computer has no font for these signs; they will be boxes on paper: {signs}. "
            "Write them otherwise, or ask IT to install a font for them."
        )
        signs = " ".join(f"{one} (U+{ord(one):04X})" for one in self._unprintable[:MOST_SIGNS])
        self._letters.setText(text.format(signs=signs))
        self._letters.setVisible(bool(self._unprintable))

    def words(self) -> None:
        self._say_letters()
        self._warning.setText(
            self.tr(
                "Signing sends the report to the clinic at once. It cannot be changed afterwards; "
                "an amendment makes a new version. Enter your password to sign."
            )
        )
        self._password.set_name(self.tr("Password"))
        set_words(self._confirm, self.tr("Sign and send"))
        set_words(self._back, self.tr("Back"))
