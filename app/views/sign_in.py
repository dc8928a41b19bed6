"""The sign-in window: the way in, one question at a time."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from app.commands.wishes import (
    Language,
    Theme,
    WishChangePassword,
    WishLanguage,
    WishSignIn,
    WishSignOut,
    WishTheme,
    WishTrustServer,
    WishUnlockStore,
)
from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import LineField, button, label, set_text, set_words
from app.models.passwords import weak_words
from app.models.sign_in import SignInProps
from app.session.entry import EntryStage
from app.views.device_certificate import DeviceCertificateForm
from app.views.second_factor import FactorSetUp

CARD_WIDTH = 420


class SignInWindow(View):
    """Shows one of eight small forms; Return is always the obvious next step."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._props: SignInProps | None = None
        self._dark = False
        self._title = label("productName", "display")
        self._subtitle = label("productLine", "muted")
        self._problem = label("problem", "problem", wrap=True)
        self._stages: dict[EntryStage, QWidget] = {
            EntryStage.CREDENTIALS: self._credentials_form(),
            EntryStage.UNLOCK: self._unlock_form(),
            EntryStage.TRUST: self._trust_form(),
            EntryStage.ELSEWHERE: self._elsewhere_form(),
            EntryStage.NEW_PASSWORD: self._new_password_form(),
            EntryStage.DEVICE: self._device_form(),
            EntryStage.CODE: self._code_form(),
            EntryStage.SECOND_FACTOR: self._second_factor_form(),
        }
        self._show_form(EntryStage.CREDENTIALS)
        self._theme = button("theme", self._toggle_theme, "quiet")
        self._language = button("language", self._toggle_language, "quiet")
        self._memory = label("keyPlace", "small", wrap=True)
        self._note = label("signInNote", "muted", wrap=True)
        parts = (*self._stages.values(), self._problem, self._note)
        card = surface("card", column(*parts, margin=6, gap=3))
        card.setFixedWidth(CARD_WIDTH)
        head = column(self._title, self._subtitle, gap=1)
        self.setLayout(
            column(
                row(None, self._theme, self._language),
                None,
                row(None, column(head, card, self._memory, gap=4), None),
                None,
                None,
                margin=4,
            )
        )
        self.resize(900, 640)
        self.words()

    # --- the eight forms -----------------------------------------------------------------

    def _credentials_form(self) -> QWidget:
        self._server, self._username = LineField("server"), LineField("username")
        self._password = LineField("password", secret=True)
        self._sign_in = button("signIn", self._wish_sign_in, "primary")
        for field in (self._server, self._username, self._password):
            field.line.returnPressed.connect(self._wish_sign_in)
        return _form(self._server, self._username, self._password, self._sign_in)

    def _unlock_form(self) -> QWidget:
        self._unlock_text = label(kind="text", wrap=True)
        self._passphrase = LineField("passphrase", secret=True)
        self._passphrase_again = LineField("passphraseAgain", secret=True)
        self._passphrase_again.line.returnPressed.connect(self._wish_unlock)
        self._unlock = button("unlock", self._wish_unlock, "primary")
        self._memory_only = button("memoryOnly", self._wish_memory, "quiet")
        self._passphrase.line.returnPressed.connect(self._wish_unlock)
        return _form(
            self._unlock_text,
            self._passphrase,
            self._passphrase_again,
            self._unlock,
            self._memory_only,
        )

    def _trust_form(self) -> QWidget:
        self._trust_title = label(kind="lead", wrap=True)
        self._trust_text = label(kind="text", wrap=True)
        self._ca_subject = label("caSubject", "lead")
        self._fingerprint = label("caFingerprint", "mono")
        self._fingerprint.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._trust = button("trustServer", self._wish_trust, "primary")
        self._distrust = button("distrustServer", lambda: self.wished.emit(WishSignOut()), "quiet")
        return _form(
            self._trust_title,
            self._trust_text,
            self._ca_subject,
            self._fingerprint,
            self._trust,
            self._distrust,
        )

    def _elsewhere_form(self) -> QWidget:
        self._elsewhere_title = label(kind="lead", wrap=True)
        self._take_over = button("takeOver", self._wish_take_over, "primary")
        self._leave = button("leaveOther", lambda: self.wished.emit(WishSignOut()), "quiet")
        return _form(self._elsewhere_title, self._take_over, self._leave)

    def _new_password_form(self) -> QWidget:
        self._new_title = label(kind="lead", wrap=True)
        self._new_rule = label(kind="muted", wrap=True)
        self._new = LineField("newPassword", secret=True)
        self._again = LineField("newPasswordAgain", secret=True)
        for field in (self._new, self._again):
            field.line.returnPressed.connect(self._wish_new_password)
        self._change = button("changePassword", self._wish_new_password, "primary")
        return _form(self._new_title, self._new_rule, self._new, self._again, self._change)

    def _device_form(self) -> QWidget:
        self._device = DeviceCertificateForm()
        self._device.wished.connect(self.wished)
        self._no_device = button("leaveDevice", lambda: self.wished.emit(WishSignOut()), "quiet")
        return _form(self._device, self._no_device)

    def _code_form(self) -> QWidget:
        self._code_title = label(kind="lead", wrap=True)
        self._code_hint = label(kind="muted", wrap=True)
        self._code = LineField("signInCode")
        self._code.line.setMaxLength(40)
        self._code.line.returnPressed.connect(self._wish_with_code)
        self._with_code = button("signInWithCode", self._wish_with_code, "primary")
        self._no_code = button("leaveCode", lambda: self.wished.emit(WishSignOut()), "quiet")
        return _form(self._code_title, self._code_hint, self._code, self._with_code, self._no_code)

    def _second_factor_form(self) -> QWidget:
        self._factor_title = label(kind="lead", wrap=True)
        self._factor = FactorSetUp()
        self._factor.wished.connect(self.wished)
        self._no_factor = button("leaveFactor", lambda: self.wished.emit(WishSignOut()), "quiet")
        return _form(self._factor_title, self._factor, self._no_factor)

    # --- what it shows -------------------------------------------------------------------

    def show_props(self, props: SignInProps) -> None:
        before, self._props = self._props, props
        if before is None or before.stage is not props.stage:
            self._show_form(props.stage)
            self.words()
        if not self._server.text:
            set_text(self._server.line, props.server)
        if not self._username.text:
            set_text(self._username.line, props.username)
        self._problem.setText(props.problem)
        self._problem.setVisible(bool(props.problem))
        self._note.setText(props.note)
        self._note.setVisible(bool(props.note))
        self._factor.show_props(props.second_factor)
        self._device.show_props(props.device)
        for part in (self._factor_title, self._no_factor):
            part.setVisible(not props.second_factor.codes)
        if props.stage is EntryStage.CREDENTIALS:
            self._code.line.clear()
        self._ca_subject.setText(props.ca_subject)
        self._fingerprint.setText(props.ca_fingerprint)
        self._memory.setVisible(props.key_in_memory and props.stage is not EntryStage.UNLOCK)
        busy = (self._sign_in, self._unlock, self._trust, self._take_over, self._change)
        for action in (*busy, self._with_code):
            action.setEnabled(not props.busy)
        self._busy_words()
        if before is None or before.stage is not props.stage:
            self._focus_first()

    def _show_form(self, stage: EntryStage) -> None:
        """Not a stack: that is as high as its highest page."""
        for one, form in self._stages.items():
            form.setVisible(one is stage)

    def set_dark(self, *, dark: bool) -> None:
        self._dark = dark

    def _focus_first(self) -> None:
        form = next(form for form in self._stages.values() if not form.isHidden())
        for field in form.findChildren(LineField):
            if not field.text:
                field.line.setFocus()
                return

    def _busy_words(self) -> None:
        busy = self._props is not None and self._props.busy
        set_words(self._sign_in, self.tr("Signing in…") if busy else self.tr("Sign in"))

    def words(self) -> None:
        self.setWindowTitle(self.tr("Huizhen – sign in"))
        self._title.setText(self.tr("Huizhen"))
        self._subtitle.setText(self.tr("Remote consultation: the right expert, in minutes"))
        self._server.set_name(self.tr("Server"))
        self._username.set_name(self.tr("User name"))
        self._password.set_name(self.tr("Password"))
        first = self._props is not None and self._props.first_time
        self._unlock_text.setText(
            self.tr("Choose a passphrase. It protects drafts and images kept on this computer.")
            if first
            else self.tr("Enter the passphrase that protects the drafts kept on this computer.")
        )
        self._passphrase.set_name(self.tr("Passphrase"))
        self._passphrase_again.set_name(self.tr("Passphrase again"))
        self._passphrase_again.setVisible(first)
        set_words(self._unlock, self.tr("Continue"))
        set_words(self._memory_only, self.tr("Go on without keeping anything on this computer"))
        self._trust_title.setText(self.tr("First contact with this server"))
        self._trust_text.setText(
            self.tr(
                "Compare this fingerprint with the one your hospital's IT gave you. Only if both "
                "are the same, trust it; this computer will then accept no other."
            )
        )
        set_words(self._trust, self.tr("They are the same – trust this server"))
        set_words(self._distrust, self.tr("Cancel"))
        self._elsewhere_title.setText(self.tr("You are signed in on another computer"))
        set_words(self._take_over, self.tr("Sign in here and sign out there"))
        set_words(self._leave, self.tr("Cancel"))
        self._new_title.setText(self.tr("Choose a new password"))
        self._new_rule.setText(self.tr("At least 8 characters. A short sentence is best."))
        self._new.set_name(self.tr("New password"))
        self._again.set_name(self.tr("New password again"))
        set_words(self._change, self.tr("Change password"))
        self._code_title.setText(self.tr("Enter the code of your authenticator"))
        self._code_hint.setText(
            self.tr("Six digits, or one of your recovery codes if you do not have it with you.")
        )
        self._code.set_name(self.tr("Code"))
        set_words(self._with_code, self.tr("Sign in"))
        set_words(self._no_code, self.tr("Cancel"))
        set_words(self._no_device, self.tr("Cancel"))
        self._factor_title.setText(self.tr("Your role needs a second factor"))
        set_words(self._no_factor, self.tr("Cancel"))
        set_words(self._theme, self.tr("Light / dark"))
        set_words(self._language, "中文 / English")
        self._memory.setText(
            self.tr("No keyring here: what you write and notes of exports are lost when you close.")
        )
        self._busy_words()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)

    # --- what it wishes ------------------------------------------------------------------

    def _wish_sign_in(self) -> None:
        fields = (self._server, self._username, self._password)
        for field in fields:
            field.set_problem("" if field.text else self.tr("Please fill this in."))
        empty = next((field for field in fields if not field.text), None)
        if empty is not None:
            empty.line.setFocus()
            return
        self.wished.emit(self._credentials(take_over=False))

    def _wish_take_over(self) -> None:
        self.wished.emit(self._credentials(take_over=True))

    def _credentials(self, *, take_over: bool) -> WishSignIn:
        return WishSignIn(
            server=self._server.text.strip(),
            username=self._username.text.strip().lower(),
            password=self._password.text,
            take_over=take_over,
            code=self._code.text.strip(),
        )

    def _wish_with_code(self) -> None:
        empty = not self._code.text.strip()
        self._code.set_problem(self.tr("Please fill this in.") if empty else "")
        if empty:
            self._code.line.setFocus()
            return
        self.wished.emit(self._credentials(take_over=False))
        self._code.line.selectAll()

    def _wish_unlock(self) -> None:
        text = self._passphrase.text
        if not text:
            self._passphrase.set_problem(self.tr("Please fill this in."))
            return
        first = self._props is not None and self._props.first_time
        if first and self._passphrase_again.text != text:
            self._passphrase_again.set_problem(self.tr("The two are not the same."))
            return
        self.wished.emit(WishUnlockStore(text))

    def _wish_memory(self) -> None:
        self.wished.emit(WishUnlockStore("", remember_nothing=True))

    def _wish_trust(self) -> None:
        if self._props is not None:
            fingerprint = "".join(self._props.ca_fingerprint.split()).lower()
            self.wished.emit(WishTrustServer(self._server.text.strip(), fingerprint))

    def _wish_new_password(self) -> None:
        new, again = self._new.text, self._again.text
        weak = weak_words(new, self._username.text.strip())
        self._new.set_problem(weak)
        differ = new != again and not weak
        self._again.set_problem(self.tr("The two are not the same.") if differ else "")
        if not weak and not differ:
            self.wished.emit(WishChangePassword(self._password.text, new))

    def _toggle_theme(self) -> None:
        self.wished.emit(WishTheme(Theme.LIGHT if self._dark else Theme.DARK))

    def _toggle_language(self) -> None:
        chinese = self.tr("Sign in") != "Sign in"
        self.wished.emit(WishLanguage(Language.EN if chinese else Language.ZH_CN))

    def forget_password(self) -> None:
        """Empties every secret field."""
        secrets = (self._password, self._passphrase, self._passphrase_again, self._new, self._again)
        for field in (*secrets, self._code):
            field.line.clear()
        self._device.forget()


def _form(*parts: QWidget) -> QWidget:
    form = QWidget()
    form.setLayout(column(*parts, gap=3))
    return form
