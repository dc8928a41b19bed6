"""The language of the whole program, changed while it runs."""

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.commands.wishes import Language
from resources import resource


class Languages:
    """Installs our translation and Qt's own; every widget gets a LanguageChange event."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._installed: list[QTranslator] = []

    def use(self, language: Language) -> None:
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed.clear()
        QLocale.setDefault(QLocale(language.value))
        if language is Language.EN:
            return
        ours = str(resource("translations", f"huizhen_{language.value}.qm"))
        qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for path in (f"{qt}/qtbase_{language.value}.qm", ours):
            translator = QTranslator()
            if translator.load(path):
                self._app.installTranslator(translator)
                self._installed.append(translator)
