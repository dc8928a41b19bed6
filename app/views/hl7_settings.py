"""Settings of the receiver of HL7 v2 messages: a part of the settings of intake."""

from PySide6.QtWidgets import QCheckBox, QSpinBox, QWidget

from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import Field, LineField, button, label, set_words
from app.models.hl7_settings import Hl7Receiver, hl7_of, hosts_text
from app.views.asking_files import ask_files


class Hl7SettingsPart(View):
    """What is wrong stands below its field."""

    def __init__(self) -> None:
        super().__init__()
        self._on = QCheckBox()
        self._on.setObjectName("hl7On")
        self._port = QSpinBox()
        self._port.setObjectName("hl7Port")
        self._port.setRange(1, 65535)
        self._port.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._port_field = Field(self._port)
        self._address, self._hosts = LineField("hl7Address"), LineField("hl7Hosts")
        self._certificate = _FileField("hl7Certificate")
        self._authority = _FileField("hl7Authority")
        self._state = label("hl7State", "muted", wrap=True)
        places = row(self._port_field, self._address)
        self.setLayout(
            column(self._on, places, self._hosts, self._certificate, self._authority, self._state)
        )
        self.words()

    def show_settings(self, settings: Hl7Receiver) -> None:
        self._on.setChecked(settings.on)
        self._port.setValue(settings.port)
        self._address.line.setText(settings.address)
        self._hosts.line.setText(hosts_text(settings.hosts))
        self._certificate.field.line.setText(settings.certificate)
        self._authority.field.line.setText(settings.authority)

    def show_state(self, words: str) -> None:
        self._state.setText(words)
        self._state.setVisible(bool(words))

    def made(self) -> Hl7Receiver | None:
        """What the form says; None where something is wrong, which is then shown."""
        settings, wrong = hl7_of(
            on=self._on.isChecked(),
            port=self._port.value(),
            address=self._address.text.strip(),
            hosts=self._hosts.text,
            certificate=self._certificate.field.text.strip(),
            authority=self._authority.field.text.strip(),
        )
        self._address.set_problem(wrong.get("address", ""))
        self._hosts.set_problem(wrong.get("hosts", ""))
        self._certificate.field.set_problem(wrong.get("certificate", ""))
        return settings

    def words(self) -> None:
        text = self.tr("Receive messages of the hospital's interface engine (HL7 v2, MLLP)")
        self._on.setText(text)
        self._on.setAccessibleName(text)
        self._port_field.set_name(self.tr("Port"))
        self._address.set_name(self.tr("Network address (empty: all)"))
        self._hosts.set_name(self.tr("Addresses that may send"))
        self._hosts.line.setPlaceholderText("10.1.2.3; 10.1.2.4")
        self._certificate.set_words(
            self.tr("TLS: certificate and key of this computer"), self.tr("empty: without TLS")
        )
        self._authority.set_words(
            self.tr("TLS: authority of who sends"), self.tr("empty: they need no certificate")
        )


class _FileField(QWidget):
    """A path, typed or chosen."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.field = LineField(name)
        self._choose = button(f"{name}Choose", self._ask)
        self._choose_field = Field(self._choose)
        self._choose_field.name.setText(" ")
        whole = row(self.field, self._choose_field)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def set_words(self, text: str, empty: str) -> None:
        self.field.set_name(text)
        self.field.line.setPlaceholderText(empty)
        set_words(self._choose, self.tr("Choose…"))
        self._choose.setAccessibleName(f"{self._choose.text()} {text}")

    def _ask(self) -> None:
        title, names = self.field.name.text(), self.tr("Certificates (*.pem *.crt *.cer)")
        ask_files(self, title, names, lambda paths: self.field.line.setText(str(paths[0])))
