"""Every window but one is out of sight, and comes back as it was."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QLineEdit, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.kit.curtain import STAYS, Curtain


class Stage:
    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.main, self.shown = QWidget(), QWidget()
        self.field = QLineEdit(self.main)
        layout = QVBoxLayout(self.main)
        layout.addWidget(self.field)
        for one in (self.main, self.shown):
            qtbot.addWidget(one)
        self.main.setGeometry(40, 50, 640, 480)
        self.open(self.main)
        self.curtain = Curtain(self.shown)

    def open(self, window: QWidget) -> None:
        with self.qtbot.waitExposed(window):
            window.show()


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(qtbot)
    yield made
    made.curtain.end()


def test_all_windows_go_and_the_shown_one_takes_their_place(stage: Stage) -> None:
    second, dialog = QWidget(), QDialog(stage.main)
    stage.qtbot.addWidget(second)
    stage.field.setText("half a sentence")
    stage.open(second)
    dialog.open()
    stage.curtain.fall(stage.main)
    assert [one.isVisible() for one in (stage.main, second, dialog)] == [False] * 3
    assert stage.shown.isVisible()
    assert stage.shown.geometry() == stage.main.geometry()
    stage.curtain.rise()
    assert [one.isVisible() for one in (stage.main, second, dialog)] == [True] * 3
    assert not stage.shown.isVisible()
    assert stage.field.text() == "half a sentence"
    assert dialog.result() == 0, "nobody has answered it"


def test_what_was_hidden_before_stays_hidden(stage: Stage) -> None:
    other = QWidget()
    stage.qtbot.addWidget(other)
    stage.curtain.fall(stage.main)
    stage.curtain.rise()
    assert not other.isVisible()


def test_a_window_that_opens_meanwhile_waits_behind_it(stage: Stage) -> None:
    stage.curtain.fall(stage.main)
    late = QWidget()
    stage.qtbot.addWidget(late)
    late.show()
    handle = late.windowHandle()
    assert handle is None or not handle.isVisible(), "not one frame of it is seen"
    stage.qtbot.waitUntil(lambda: not late.isVisible())
    stage.curtain.rise()
    assert late.isVisible()
    assert late.windowHandle().isVisible()


def test_a_hidden_window_that_something_brings_forward_stays_behind_it(stage: Stage) -> None:
    """As a click on a notification of the system does."""
    stage.curtain.fall(stage.main)
    stage.main.show()
    assert not stage.main.windowHandle().isVisible()
    stage.qtbot.waitUntil(lambda: not stage.main.isVisible())
    stage.curtain.rise()
    assert stage.main.windowHandle().isVisible()


def test_an_open_menu_is_closed(stage: Stage) -> None:
    menu = QMenu(stage.main)
    menu.addAction("an action")
    menu.popup(stage.main.pos())
    stage.curtain.fall(stage.main)
    assert not menu.isVisible()
    stage.curtain.rise()
    assert not menu.isVisible()


def test_the_sign_of_a_share_stays(stage: Stage) -> None:
    mark = QWidget()
    mark.setProperty(STAYS, True)
    stage.qtbot.addWidget(mark)
    stage.open(mark)
    stage.curtain.fall(stage.main)
    assert mark.isVisible()


def test_a_window_that_has_gone_meanwhile_does_not_come_back(stage: Stage) -> None:
    dialog = QDialog(stage.main)
    stage.open(dialog)
    stage.curtain.fall(stage.main)
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(dialog, 52)  # DeferredDelete
    stage.curtain.rise()
    assert stage.main.isVisible()
