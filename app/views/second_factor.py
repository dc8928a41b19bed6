"""Setting up a second factor: the QR code and its secret, a code back, then the recovery codes."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.commands.identity_wishes import WishCloseFactor, WishConfirmFactor
from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import LineField, button, label, set_words
from app.models.second_factor import SecondFactorProps
from app.views.qr_code import QrCode

BY_MOUSE_AND_KEYS = (
    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
)


class FactorSetUp(View):
    """Two steps, one at a time; what is shown once is gone with the last button."""

    def __init__(self) -> None:
        super().__init__()
        self._props: SecondFactorProps | None = None
        self._hint = label("factorHint", "text", wrap=True)
        self._picture = QrCode("factorQr")
        self._secret = label("factorSecret", "mono", wrap=True)
        self._secret.setTextInteractionFlags(BY_MOUSE_AND_KEYS)
        self._code = LineField("factorCode")
        self._code.line.setMaxLength(40)
        self._code.line.returnPressed.connect(self._wish_confirm)
        self._confirm = button("confirmFactor", self._wish_confirm, "primary")
        self._problem = label("factorProblem", "problem", wrap=True)
        self._kept_hint = label("recoveryHint", "text", wrap=True)
        self._codes = label("recoveryCodes", "mono")
        self._codes.setTextInteractionFlags(BY_MOUSE_AND_KEYS)
        self._copy = button("copyRecoveryCodes", self._copy_codes)
        self._done = button("recoveryCodesKept", self._wish_close, "primary")
        beside = row(self._picture, column(self._hint, self._secret, None), gap=3)
        beside.setStretch(1, 1)
        self._scanning, self._keeping = QWidget(), QWidget()
        self._scanning.setLayout(column(beside, self._code, self._problem, self._confirm))
        codes = row(None, self._codes, None)
        self._keeping.setLayout(column(self._kept_hint, codes, self._copy, self._done, gap=3))
        self._keeping.hide()
        self.setLayout(column(self._scanning, self._keeping))
        self.words()

    def show_props(self, props: SecondFactorProps) -> None:
        before, self._props = self._props, props
        if before == props:
            return
        self._scanning.setVisible(not props.codes)
        self._keeping.setVisible(bool(props.codes))
        self._picture.show_squares(props.squares)
        self._secret.setText(props.secret)
        self._problem.setText(props.problem)
        self._problem.setVisible(bool(props.problem))
        self._confirm.setEnabled(bool(props.secret) and not props.busy)
        half = (len(props.codes) + 1) // 2
        pairs = zip(props.codes[:half], (*props.codes[half:], ""), strict=False)
        self._codes.setText("\n".join(f"{left}    {right}" for left, right in pairs))
        if not props.secret:
            self._code.line.clear()
        elif before is None or before.secret != props.secret:
            self._code.line.setFocus()

    def words(self) -> None:
        self._hint.setText(
            self.tr(
                "Scan this with an authenticator on your phone, or type the secret below into it. "
                "Then enter the six digits that it shows."
            )
        )
        self._picture.setAccessibleName(self.tr("QR code of the secret"))
        self._secret.setAccessibleName(self.tr("Secret to type into the authenticator"))
        self._code.set_name(self.tr("Code that the authenticator shows"))
        set_words(self._confirm, self.tr("Put it in force"))
        self._kept_hint.setText(
            self.tr(
                "Recovery codes: each signs you in once when you do not have the authenticator. "
                "They are shown only now. Write them down and keep them where nobody else looks."
            )
        )
        self._codes.setAccessibleName(self.tr("Recovery codes"))
        set_words(self._copy, self.tr("Copy them"))
        set_words(self._done, self.tr("I have put them away"))

    def _copy_codes(self) -> None:
        if self._props is not None:
            QGuiApplication.clipboard().setText("\n".join(self._props.codes))

    def _wish_confirm(self) -> None:
        code = self._code.text.strip()
        self._code.set_problem("" if code else self.tr("Please fill this in."))
        if code:
            self.wished.emit(WishConfirmFactor(code))

    def _wish_close(self) -> None:
        self.wished.emit(WishCloseFactor())
