"""The key by which this computer proves who it is at a hospital's server."""

import json
from contextlib import suppress
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.kit.layouts import row
from app.kit.widgets import button, label, set_words
from app.views.asking_files import ask_files


class KeyChoice(QWidget):
    """A file is chosen here and read when the settings are saved or tested; the public half of the
    key that is kept can be copied for hospital IT."""

    def __init__(self) -> None:
        super().__init__()
        self.path: Path | None = None
        self._public = ""
        self._told = label("emrKey", "small", wrap=True)
        self._choose = button("emrKeyFile", self._ask)
        self._copy = button("emrKeyCopy", self._copy_public)
        self.setLayout(row(self._told, None, self._copy, self._choose))
        self.words()

    def show_key(self, public: str) -> None:
        """`public`: a JWK Set; empty where no key is kept."""
        self.path, self._public = None, public
        self._say()

    def words(self) -> None:
        set_words(self._choose, self.tr("Choose a key file…"))
        set_words(self._copy, self.tr("Copy the public key"))
        self._say()

    def _say(self) -> None:
        if self.path is not None:
            text = self.tr("Chosen: {name}. It holds once it is saved.").format(name=self.path.name)
        elif self._public:
            text = self.tr("Key {id} is kept here.").format(id=_id_of(self._public))
        else:
            text = self.tr("No key has been chosen.")
        self._told.setText(text)
        self._copy.setVisible(bool(self._public))

    def _ask(self) -> None:
        title, names = self.tr("Key of this client"), self.tr("Keys (*.pem *.key *.jwk *.json)")
        ask_files(self, title, names, lambda paths: self.take(paths[0]))

    def take(self, path: Path) -> None:
        self.path = path
        self._say()

    def _copy_public(self) -> None:
        QGuiApplication.clipboard().setText(self._public)
        self._told.setText(self.tr("The public key (JWK Set) is in the clipboard."))


def _id_of(public: str) -> str:
    with suppress(ValueError, KeyError, IndexError, TypeError):
        return str(json.loads(public)["keys"][0]["kid"])[:16]
    return "?"
