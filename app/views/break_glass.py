"""The window in which a case is opened in an emergency: what will happen, which case, and why."""

from PySide6.QtCore import QEvent, QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QDialog, QWidget

from app.commands.identity_wishes import WishBreakGlass
from app.kit.layouts import column, fit_height, row
from app.kit.widgets import Field, LineField, button, label, set_words, text_area
from app.models.emergency import BreakGlassProps
from protocol.emergency import LEAST_REASON

NUMBER = QRegularExpression("[Cc][Oo][Nn][Ss]-[0-9]{8}-[0-9]{4,8}")
WIDTH = 460


class BreakGlassWindow(QDialog):
    """Stays open until the case is, or until it is closed."""

    wished = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("breakGlass")
        self._granted: int | None = None
        self._asked = False
        """Since the window was opened: what went wrong before is of no interest."""
        self._warning = label("breakGlassWarning", "text", wrap=True)
        self._number = LineField("emergencyNumber")
        self._number.line.setPlaceholderText("CONS-20260105-0042")
        self._number.line.setValidator(QRegularExpressionValidator(NUMBER, self))
        self._reason = text_area("emergencyReason", 3)
        self._why = Field(self._reason)
        self._problem = label("breakGlassProblem", "problem", wrap=True)
        self._open = button("openEmergency", self._wish, "danger")
        self._close = button("leaveEmergency", self.hide, "quiet")
        layout = column(
            self._warning,
            self._number,
            self._why,
            self._problem,
            row(None, self._close, self._open),
            margin=5,
            gap=3,
        )
        self.setLayout(layout)
        self.setFixedWidth(WIDTH)
        self._open.setAutoDefault(False)
        self._close.setAutoDefault(True)
        self.words()

    def begin(self) -> None:
        for field in (self._number, self._why):
            field.set_problem("")
        self._asked = False
        self._problem.clear()
        self._problem.hide()
        self._number.line.clear()
        self._reason.clear()
        fit_height(self, WIDTH)
        self.show()
        self.activateWindow()
        self._number.line.setFocus()

    def show_props(self, props: BreakGlassProps) -> None:
        if self._granted is not None and props.granted > self._granted:
            self.hide()
        self._granted = props.granted
        self._open.setEnabled(not props.busy)
        shown = props.problem if self._asked else ""
        if self._problem.text() != shown:
            self._problem.setText(shown)
            self._problem.setVisible(bool(shown))
            fit_height(self, WIDTH)

    def words(self) -> None:
        self.setWindowTitle(self.tr("Open a case in an emergency"))
        self._warning.setText(
            self.tr(
                "Only when a patient would come to harm otherwise. You take no part in the case: "
                "you can read it for a limited time and change nothing. Its doctors, the security "
                "officers and the auditors are told at once who opened it, and why."
            )
        )
        self._number.set_name(self.tr("Number of the case"), required=True)
        self._why.set_name(self.tr("Why it has to be you, now"), required=True)
        set_words(self._open, self.tr("Open the case; I answer for it"))
        set_words(self._close, self.tr("Cancel"))

    def _wish(self) -> None:
        reason = " ".join(self._reason.toPlainText().split())
        whole = self._number.line.hasAcceptableInput()
        self._number.set_problem("" if whole else self.tr("A number such as CONS-20260105-0042."))
        short = len(reason) < LEAST_REASON
        few = self.tr("Say it in at least {n} characters.").format(n=LEAST_REASON)
        self._why.set_problem(few if short else "")
        fit_height(self, WIDTH)
        if whole and not short:
            self._asked = True
            self.wished.emit(WishBreakGlass(self._number.text.upper(), reason[:500]))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)
