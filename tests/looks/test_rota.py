"""The rota as a dispatcher has it: what is drawn has its room, in both languages and themes."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.commands.wishes import Language, Page
from app.composition.language import Languages
from app.kit.painting import small
from app.kit.theme import Appearance, colours
from app.session.owner import Session
from app.session.rota import ContactLoaded
from app.views.main_window import MainWindow
from app.views.rota_paint import LOOKS, fitting, lane, scale_of
from protocol.on_call import Contact
from tests.fakes.examples import NOW, named
from tests.kit.test_theme import contrast
from tests.looks.test_room import describe, is_cut
from tests.looks.test_scenes import LEAST_CONTRAST, SCREENS, THEMES, settled
from tests.views.test_rota import planned

pytestmark = pytest.mark.looks


def test_every_word_of_the_rota_has_its_room(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    appearance, languages = Appearance(qapp, "light"), Languages(qapp)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(QWidget(), lambda _id: None, appearance, settings, lambda: NOW)
    qtbot.addWidget(window)
    session = Session()
    contact = Contact(mail="chen@hospital.example", phone="+86 138 0000 0000")
    for fact in (*planned(), ContactLoaded(named("陈专家"), contact)):
        session.apply(fact)
    window.show()
    window.show_page(Page.ROTA)
    for language, theme in zip(Language, THEMES, strict=True):
        languages.use(language)
        appearance.apply(theme)
        for size in SCREENS:
            window.resize(*size)
            window.show_state(session.state)
            for only_day in (True, False):
                window.rota.side._only.setChecked(only_day)
                settled()
                QCoreApplication.sendPostedEvents()
                assert_whole(window, f"{language.value}, {theme}, {size}, {only_day}")
    languages.use(Language.EN)


def assert_whole(window: MainWindow, where: str) -> None:
    broken = [describe(w) for w in window.rota.findChildren(QWidget) if is_cut(w)]
    assert not broken, where
    grid, props = window.rota.grid, window.rota._props
    assert props is not None
    words = QFontMetrics(small(grid.font()))
    scale = scale_of(props, grid.width())
    for row in props.rows:
        for block in row.blocks:
            room = lane(scale, 0, block.kind, block.begin, block.end).width() - 3
            text = fitting(words, block, room)
            assert words.horizontalAdvance(text) <= room, where


@pytest.mark.parametrize("theme", THEMES)
def test_drawn_words_are_legible(theme: str) -> None:
    tokens = colours("dark" if theme == "dark" else "light")
    pairs = [*LOOKS.values(), ("surface", "muted"), ("error_soft", "error")]
    pairs += [("warning_soft", "warning"), ("selection", "text"), ("accent", "on_accent")]
    poor = [
        f"{ink} on {ground}"
        for ground, ink in pairs
        if contrast(tokens[ink], tokens[ground]) < LEAST_CONTRAST
    ]
    assert poor == []
