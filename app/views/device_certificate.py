"""Choosing the certificate of this computer: a form of the sign-in window and of the settings."""

from app.commands.identity_wishes import WishDeviceCertificate
from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import LineField, button, label, set_words
from app.models.device_certificate import DeviceCertificateProps
from app.views.asking_files import ask_files


class DeviceCertificateForm(View):
    def __init__(self) -> None:
        super().__init__()
        self._head = label("deviceCertificateHead", "lead", wrap=True)
        self._text = label("deviceCertificateText", "muted", wrap=True)
        self._line = label("deviceCertificateLine", "text", wrap=True)
        self._secret = LineField("deviceCertificateSecret", secret=True)
        self._file = button("deviceCertificateFile", self._ask_file)
        self.setLayout(
            column(self._head, self._text, self._line, self._secret, row(self._file, None), gap=2)
        )
        self.words()

    def show_props(self, props: DeviceCertificateProps) -> None:
        self._line.setText(props.line)
        for part in (self._secret, self._file):
            part.setVisible(not props.fixed)

    def forget(self) -> None:
        self._secret.line.clear()

    def _ask_file(self) -> None:
        secret = self._secret.text
        ask_files(
            self,
            self.tr("Certificate of this computer"),
            self.tr("Certificates (*.p12 *.pfx *.pem)"),
            lambda paths: self.wished.emit(WishDeviceCertificate(paths[0], secret)),
        )

    def words(self) -> None:
        self._head.setText(self.tr("Certificate of this computer"))
        self._text.setText(
            self.tr(
                "A site may admit only computers that have one. Hospital IT gives you the file and "
                "its passphrase."
            )
        )
        self._secret.set_name(self.tr("Passphrase of the file"))
        set_words(self._file, self.tr("Choose a file…"))
