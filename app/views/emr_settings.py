"""Settings of the hospital's record: where its FHIR server is, and how it admits us."""

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QLayout

from app.commands.emr_wishes import (
    WishCancelEmrSignIn,
    WishSaveEmr,
    WishSignInEmr,
    WishSignOutEmr,
    WishTestEmr,
)
from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import Field, LineField, button, label, set_property, set_words
from app.models.emr_settings import (
    SCOPES,
    EmrAccess,
    EmrFormProps,
    EmrServer,
    open_line_words,
    server_of,
)
from app.views.emr_key import KeyChoice

_ASK_TOKENS = (EmrAccess.CLIENT, EmrAccess.KEY)
"""A token is fetched for whoever asks, without a person."""


class EmrSettingsForm(View):
    """Nothing holds before “Save” is pressed; what is wrong stands below its field."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: EmrServer | None = None
        self._head = label(kind="lead")
        self._name, self._url = LineField("emrName"), LineField("emrUrl")
        self._access = QComboBox()
        self._access.setObjectName("emrAccess")
        self._access.currentIndexChanged.connect(lambda _index: self._follow())
        self._access_field = Field(self._access)
        self._secret = LineField("emrSecret", secret=True)
        self._client, self._token_url = LineField("emrClient"), LineField("emrTokenUrl")
        self._scope = LineField("emrScope")
        self._key = KeyChoice()
        self._writes = label("emrWrites", "small", wrap=True)
        self._own = label("emrOwn", "small", wrap=True)
        self._writing = False
        self._warning = label("emrOpenLine", "problem", wrap=True)
        self._told = label("emrTold", "good", wrap=True)
        self._signing = self._asked = False
        self._signed = label("emrSigned", "small", wrap=True)
        self._sign_in = button("emrSignIn", self._wish_sign_in)
        self._sign_out = button("emrSignOut", lambda: self.wished.emit(WishSignOutEmr()))
        self._test = button("emrTest", self._wish_test)
        self._save = button("emrSave", self._wish_save, "primary")
        self.setLayout(self._arranged())
        self.words()

    def _arranged(self) -> QLayout:
        inner = column(
            self._head,
            self._own,
            row(self._name, self._url),
            row(self._access_field, self._secret),
            row(self._client, self._scope),
            self._token_url,
            self._key,
            row(self._signed, None, self._sign_out, self._sign_in),
            self._writes,
            self._warning,
            self._told,
            row(None, self._test, self._save),
            margin=4,
            gap=2,
        )
        return column(surface("card", inner))

    def show_props(self, props: EmrFormProps) -> None:
        """Settings are filled in when they are others than before, not while somebody types."""
        saved = self._shown is not None and props.server != self._shown
        if props.test:
            self._told.setText(props.test)
            set_property(self._told, "type", "good" if props.good else "problem")
        elif saved:
            self._told.setText(self.tr("Saved"))
            set_property(self._told, "type", "good")
        elif self._asked:
            self._told.setText("")
        self._asked = bool(props.test)
        self._signing = props.signing
        self._signed.setText(props.signed)
        self._say_signing()
        if props.writes is not self._writing:
            self._writing = props.writes
            self._say_writing()
        if props.server == self._shown:
            return
        self._shown = server = props.server
        for field, text in (
            (self._name, server.name),
            (self._url, server.url),
            (self._client, server.client_id),
            (self._token_url, server.token_url),
            (self._scope, server.scope),
        ):
            field.line.setText(text)
        self._secret.line.clear()
        self._key.show_key(server.public_key)
        self._access.setCurrentIndex(max(0, self._access.findData(server.access)))
        self._follow()

    def _say_signing(self) -> None:
        person = self._chosen is EmrAccess.PERSON
        self._signed.setVisible(person and bool(self._signed.text()))
        self._sign_in.setVisible(person)
        self._sign_out.setVisible(person and bool(self._signed.text()) and not self._signing)
        asked = self.tr("Sign in in the browser…")
        set_words(self._sign_in, self.tr("Cancel signing in") if self._signing else asked)
        set_words(self._sign_out, self.tr("Sign out there"))

    def _say_writing(self) -> None:
        """Decided for all computers of the institution, by its administrator."""
        written = self.tr("Cases and signed reports of this institution are written there.")
        read = self.tr("Only read from. Your administrator can have cases and reports written.")
        self._writes.setText(written if self._writing else read)

    def words(self) -> None:
        self._head.setText(self.tr("The hospital's record (FHIR R4)"))
        self._own.setText(
            self.tr("Without an address the clinic's record is kept on the consultation server.")
        )
        self._name.set_name(self.tr("Name of the hospital"))
        self._url.set_name(self.tr("Address of the server"))
        self._url.line.setPlaceholderText("https://fhir.hospital.example/r4")
        self._access_field.set_name(self.tr("Admission"))
        chosen = max(0, self._access.currentIndex())
        blocked = self._access.blockSignals(True)
        self._access.clear()
        self._access.addItem(self.tr("Everybody in its network"), EmrAccess.OPEN)
        self._access.addItem(self.tr("Token"), EmrAccess.TOKEN)
        self._access.addItem(self.tr("Client and secret (SMART)"), EmrAccess.CLIENT)
        self._access.addItem(self.tr("Client and key (SMART)"), EmrAccess.KEY)
        self._access.addItem(self.tr("A person signs in (SMART)"), EmrAccess.PERSON)
        self._access.setCurrentIndex(chosen)
        self._access.blockSignals(blocked)
        self._client.set_name(self.tr("Client"))
        self._token_url.set_name(self.tr("Address for tokens (empty: ask the server)"))
        self._scope.set_name(self.tr("Scope"))
        self._key.words()
        self._say_writing()
        set_words(self._test, self.tr("Test"))
        set_words(self._save, self.tr("Save"))
        self._follow()

    def _follow(self) -> None:
        chosen = self._chosen
        key = chosen is EmrAccess.KEY
        names = {
            EmrAccess.TOKEN: self.tr("Token"),
            EmrAccess.CLIENT: self.tr("Secret"),
            EmrAccess.KEY: self.tr("Password of the key, if it has one"),
        }
        self._secret.setVisible(chosen in names)
        self._secret.set_name(names.get(chosen, self.tr("Token")))
        unchanged = self._is_known() and not key
        self._secret.line.setPlaceholderText(self.tr("unchanged") if unchanged else "")
        self._key.setVisible(key)
        for field in (self._client, self._scope):
            field.setVisible(chosen in SCOPES)
        self._token_url.setVisible(chosen in _ASK_TOKENS)
        if chosen in SCOPES and self._scope.text in SCOPES.values():
            self._scope.line.setText(SCOPES[chosen])
        self._say_signing()
        shown = self._shown
        self._warning.setText(open_line_words(shown) if shown is not None else "")
        self._warning.setVisible(bool(self._warning.text()))

    @property
    def _chosen(self) -> EmrAccess:
        return EmrAccess(self._access.currentData() or EmrAccess.OPEN)

    def _is_known(self) -> bool:
        shown = self._shown
        return shown is not None and shown.is_set and shown.access is not EmrAccess.OPEN

    def _server(self) -> EmrServer | None:
        server, wrong = server_of(
            {
                "name": self._name.text,
                "url": self._url.text,
                "access": self._chosen,
                "client_id": self._client.text,
                "token_url": self._token_url.text if self._chosen in _ASK_TOKENS else "",
                "scope": self._scope.text,
            },
            writes=self._writing,
        )
        for name, field in (
            ("name", self._name),
            ("url", self._url),
            ("client_id", self._client),
            ("token_url", self._token_url),
            ("scope", self._scope),
        ):
            field.set_problem(wrong.get(name, ""))
        if wrong:
            self._told.setText("")
        return server

    def _wish_test(self) -> None:
        server = self._server()
        if server is not None and server.is_set:
            self.wished.emit(WishTestEmr(server, *self._admits()))

    def _wish_sign_in(self) -> None:
        if self._signing:
            self.wished.emit(WishCancelEmrSignIn())
        elif (server := self._server()) is not None and server.is_set:
            self.wished.emit(WishSignInEmr(server))

    def _wish_save(self) -> None:
        if (server := self._server()) is not None:
            self.wished.emit(WishSaveEmr(server, *self._admits()))

    def _admits(self) -> tuple[str, Path | None]:
        """A secret; or a file with a key and its password, nothing where the one before stays."""
        if self._chosen is not EmrAccess.KEY:
            return self._secret.text, None
        path = self._key.path
        return (self._secret.text if path is not None else ""), path
