"""Which languages somebody speaks: a button with a list to tick."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton

from app.kit.layouts import column
from app.kit.view import View
from app.kit.widgets import button
from app.models.words import listed, word
from protocol.account import SpokenLanguage


class LanguageChoice(View):
    """Nothing ticked means that nothing is known."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._menu = QMenu(self)
        self._button: QPushButton = button(name, self._open)
        self._actions: dict[SpokenLanguage, QAction] = {}
        for language in SpokenLanguage:
            action = self._menu.addAction("")
            action.setObjectName(f"{name}_{language.value}")
            action.setCheckable(True)
            action.toggled.connect(lambda _on: self._show())
            self._actions[language] = action
        self.setLayout(column(self._button))
        self.words()

    @property
    def languages(self) -> tuple[SpokenLanguage, ...]:
        return tuple(one for one, action in self._actions.items() if action.isChecked())

    def show_languages(self, languages: tuple[SpokenLanguage, ...]) -> None:
        for one, action in self._actions.items():
            action.setChecked(one in languages)

    def words(self) -> None:
        for one, action in self._actions.items():
            action.setText(word(one))
        self._show()

    def _show(self) -> None:
        said = listed(word(one) for one in self.languages)
        self._button.setText(said or self.tr("Any"))
        self._button.setAccessibleName(
            self.tr("Languages: {languages}").format(languages=self._button.text())
        )

    def _open(self) -> None:
        self._menu.popup(self._button.mapToGlobal(self._button.rect().bottomLeft()))
