"""Scenes are looked at in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.commands.wishes import Language
from app.composition.language import Languages
from app.kit.theme import Appearance, ThemeName
from app.viewers.dicom.viewer import DicomViewer
from app.views.main_window import MainWindow
from tests.fakes.examples import NOW


@pytest.fixture(params=list(Language), ids=lambda language: language.value)
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Language]:
    languages = Languages(qapp)
    languages.use(request.param)
    yield request.param
    languages.use(Language.EN)


@pytest.fixture
def theme(language: Language) -> ThemeName:
    """Sizes are those of both themes alike (`resources/themes/metrics.json`), so each language is
    looked at in one of them."""
    return "light" if language is Language.ZH_CN else "dark"


@pytest.fixture
def main_window(theme: ThemeName, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> MainWindow:
    """Shown at 1366×768, signed out."""
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    appearance = Appearance(qapp, theme)
    made = MainWindow(DicomViewer(), lambda _id: None, appearance, settings, lambda: NOW)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    with qtbot.waitExposed(made):
        made.show()
    return made
