"""Settings of the signature: a certificate from a file or from a token, or none."""

from PySide6.QtWidgets import QComboBox, QWidget

from app.commands.report_wishes import (
    WishCertificateFile,
    WishCertificateToken,
    WishForgetCertificate,
    WishTokens,
)
from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import Field, LineField, button, label, set_words
from app.models.signature import CertificateProps
from app.views.asking_files import ask_files


class CertificateSettings(View):
    """One card of the settings page; no passphrase or PIN stays in it."""

    def __init__(self) -> None:
        super().__init__()
        self._props: CertificateProps | None = None
        self._head = label("certificateHead", "lead")
        self._line = label("certificateLine", "text", wrap=True)
        self._problem = label("certificateProblem", "problem", wrap=True)
        self._secret = LineField("certificateSecret", secret=True)
        self._file = button("certificateFile", self._ask_file)
        self._module = LineField("tokenModule")
        self._look = button("lookForTokens", self._wish_tokens)
        self._module.line.returnPressed.connect(self._wish_tokens)
        self._labels = QComboBox()
        self._labels.setObjectName("tokenLabels")
        self._labels_field = Field(self._labels)
        self._use = button("useToken", self._wish_token)
        self._forget = button("forgetCertificate", self._wish_forget, "quiet")
        from_token = row(self._module, self._look, gap=3)
        from_token.setStretch(0, 1)
        chosen = row(self._labels_field, self._use, gap=3)
        chosen.setStretch(0, 1)
        self._chosen = QWidget()
        self._chosen.setLayout(chosen)
        self._chosen.hide()
        card = column(
            self._head,
            self._line,
            self._secret,
            row(self._file, None, self._forget),
            from_token,
            self._chosen,
            self._problem,
            margin=4,
            gap=2,
        )
        self.setLayout(column(surface("card", card)))
        self.words()

    def show_props(self, props: CertificateProps) -> None:
        if props == self._props:
            return
        if self._props is not None and props.chosen and props.line != self._props.line:
            self._secret.line.clear()
        self._props = props
        self._line.setText(props.line)
        self._problem.setText(props.problem)
        self._problem.setVisible(bool(props.problem))
        self._forget.setVisible(props.chosen)
        self._labels.clear()
        self._labels.addItems([f"{one.certificate} · {one.token}" for one in props.labels])
        self._chosen.setVisible(bool(props.labels))

    def _ask_file(self) -> None:
        secret = self._secret.text
        ask_files(
            self,
            self.tr("Signature certificate"),
            self.tr("Certificates (*.p12 *.pfx)"),
            lambda paths: self.wished.emit(WishCertificateFile(paths[0], secret)),
        )

    def _wish_tokens(self) -> None:
        if self._module.text.strip():
            self.wished.emit(WishTokens(self._module.text.strip()))

    def _wish_token(self) -> None:
        """Not without a PIN: a token counts an empty one as a wrong one."""
        props, place = self._props, self._labels.currentIndex()
        pin = self._secret.text
        self._secret.set_problem("" if pin else self.tr("Enter the PIN first."))
        if not pin:
            self._secret.line.setFocus()
        elif props is not None and 0 <= place < len(props.labels):
            one = props.labels[place]
            self.wished.emit(WishCertificateToken(props.module, one.token, one.certificate, pin))

    def _wish_forget(self) -> None:
        self._secret.line.clear()
        self.wished.emit(WishForgetCertificate())

    def words(self) -> None:
        self._head.setText(self.tr("Signature certificate"))
        self._secret.set_name(self.tr("Passphrase of the file, or PIN of the token"))
        self._module.set_name(self.tr("Library of the token (PKCS#11)"))
        self._labels_field.set_name(self.tr("Certificate on a token"))
        set_words(self._file, self.tr("Choose a file…"))
        set_words(self._look, self.tr("Look for tokens"))
        set_words(self._use, self.tr("Use this one"))
        set_words(self._forget, self.tr("Sign without it"))
        if self._props is not None:
            again, self._props = self._props, None
            self.show_props(again)
