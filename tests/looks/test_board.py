"""The board as a dispatcher has it: what is drawn has its room, in both languages and themes."""

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.commands.wishes import Language, Page
from app.composition.language import Languages
from app.kit.painting import LOOKS, PAD, small
from app.kit.theme import Appearance, colours
from app.session.owner import Session
from app.views.board_cards import CardList, inside
from app.views.board_experts import ExpertList
from app.views.main_window import MainWindow
from tests.fakes.examples import NOW
from tests.kit.test_theme import contrast
from tests.looks.test_room import describe, is_cut
from tests.looks.test_scenes import LEAST_CONTRAST, SCREENS, THEMES, settled
from tests.views.facts import dispatching

pytestmark = pytest.mark.looks


@pytest.mark.parametrize("chosen", ["c", "f"], ids=["waiting", "held"])
def test_every_word_of_the_board_has_its_room(
    chosen: str, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    appearance, languages = Appearance(qapp, "light"), Languages(qapp)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(QWidget(), lambda _id: None, appearance, settings, lambda: NOW)
    qtbot.addWidget(window)
    session = Session()
    for fact in dispatching(chosen):
        session.apply(fact)
    window.show()
    window.show_page(Page.BOARD)
    for language, theme in zip(Language, THEMES, strict=True):
        languages.use(language)
        appearance.apply(theme)
        for size in SCREENS:
            window.resize(*size)
            window.show_state(session.state)
            settled()
            QCoreApplication.sendPostedEvents()
            assert_whole(window, f"{language.value}, {theme}, {size[0]}×{size[1]}")
    languages.use(Language.EN)


def assert_whole(window: MainWindow, where: str) -> None:
    broken = [describe(w) for w in window.board.findChildren(QWidget) if is_cut(w)]
    assert not broken, where
    lanes = window.findChild(QScrollArea, "boardLanes")
    assert lanes is not None
    assert lanes.horizontalScrollBar().maximum() == 0, f"{where}: every column is on the screen"
    for cards in window.findChildren(CardList):
        narrow = [text for text, room in worded(cards) if room < 0]
        assert not narrow, f"{where}, {cards.objectName()}"
    assert_apart(window, where)


def worded(cards: CardList) -> list[tuple[str, int]]:
    """The words of each card that must not be cut, and what room they leave."""
    bold, plain = (QFontMetrics(small(cards.font(), bold=on)) for on in (True, False))
    found = []
    for number in range(cards.cards.rowCount()):
        card = cards.cards.row_at(number)
        assert card is not None
        room = inside(cards.visualRect(cards.cards.index(number, 0))).width()
        for text in (card.escalated, card.urgency_text, card.clock):
            found.append((text, room - bold.horizontalAdvance(text) - 2 * PAD if text else 0))
        found.append((card.number, room - bold.horizontalAdvance(card.number[5:])))
        found.append((card.people, room - plain.horizontalAdvance(card.people)))
    return found


def assert_apart(window: MainWindow, where: str) -> None:
    """Rows of experts lie below each other, and what is said of them ends within its row."""
    experts = window.findChild(ExpertList, "boardExperts")
    assert experts is not None
    rows = [
        experts.visualRect(experts.experts.index(n, 0)) for n in range(experts.experts.rowCount())
    ]
    assert rows, where
    assert all(one.bottom() < below.top() for one, below in pairwise(rows)), where


@pytest.mark.parametrize("theme", THEMES)
def test_drawn_words_are_legible(theme: str) -> None:
    tokens = colours("dark" if theme == "dark" else "light")
    pairs = [*LOOKS.values(), ("surface", "text"), ("surface", "muted"), ("surface", "accent")]
    pairs += [("selection", "text"), ("selection", "accent")]
    poor = [
        f"{ink} on {ground}"
        for ground, ink in pairs
        if contrast(tokens[ink], tokens[ground]) < LEAST_CONTRAST
    ]
    assert poor == []
