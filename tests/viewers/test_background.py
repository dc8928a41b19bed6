"""Work away from the screen answers in the GUI thread, once, or not at all."""

import threading

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.imaging.errors import ImagingError, TruncatedError
from app.viewers.background import Background


@pytest.fixture
def parent(qapp: QApplication) -> QObject:
    return QObject()


@pytest.mark.parametrize("rich_text", [False, True])
def test_the_answer_comes_in_the_gui_thread(parent: QObject, qtbot: QtBot, rich_text: bool) -> None:
    here = threading.get_ident()
    worked: list[int] = []
    heard: list[tuple[object, bool]] = []
    work = Background(parent, rich_text=rich_text)

    def make() -> str:
        worked.append(threading.get_ident())
        return "made"

    work.start(make, lambda made: heard.append((made, threading.get_ident() == here)))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [("made", True)]
    assert worked != [here]


def test_a_reason_is_an_answer_and_so_is_a_surprise(parent: QObject, qtbot: QtBot) -> None:
    heard: list[object] = []
    work = Background(parent)

    def cut() -> None:
        raise TruncatedError("cut")

    work.start(cut, heard.append)
    qtbot.waitUntil(lambda: len(heard) == 1)
    work.start(lambda: 1 // 0, heard.append)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert isinstance(heard[0], TruncatedError)
    assert isinstance(heard[1], ImagingError)


def test_only_the_last_answer_is_wanted(parent: QObject, qtbot: QtBot) -> None:
    heard: list[object] = []
    hold = threading.Event()
    work = Background(parent)
    work.start(lambda: hold.wait(10), heard.append)
    work.start(lambda: "second", heard.append)
    qtbot.waitUntil(lambda: heard == ["second"])
    hold.set()
    work.start(lambda: "third", heard.append)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard == ["second", "third"]


def test_what_was_dropped_is_not_heard(parent: QObject, qtbot: QtBot) -> None:
    heard: list[object] = []
    hold = threading.Event()
    work, other = Background(parent), Background(parent)
    work.start(lambda: hold.wait(10), heard.append)
    work.drop()
    hold.set()
    other.start(lambda: "other", heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["other"]


def test_an_answer_to_somebody_gone_is_swallowed(qapp: QApplication) -> None:
    hold, done = threading.Event(), threading.Event()
    parent = QObject()
    work = Background(parent)

    def make() -> str:
        hold.wait(10)
        done.set()
        return "late"

    work.start(make, lambda _made: pytest.fail("nobody is there"))
    delete(parent)
    hold.set()
    assert done.wait(10)
    qapp.processEvents()
