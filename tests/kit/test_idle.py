"""How long nobody has touched the program, by a clock that is turned."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.kit.idle import IdleWatch


class Turned:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


class Watched:
    """A window, its watch, and what that has said."""

    def __init__(self, window: QWidget) -> None:
        self.window, self.clock, self.said = window, Turned(), 0
        self.watch = IdleWatch(window, self.clock)
        self.watch.after_s = 60
        self.watch.idle.connect(self._count)

    def _count(self) -> None:
        self.said += 1

    def after(self, seconds: float) -> int:
        self.clock.at += seconds
        self.watch.look()
        return self.said

    def send(self, event: QEvent) -> None:
        """As the system gives it to the window."""
        handle: QObject = self.window.windowHandle()
        QGuiApplication.sendEvent(handle, event)


@pytest.fixture
def watched(qtbot: QtBot) -> Iterator[Watched]:
    window = QWidget()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    made = Watched(window)
    yield made
    made.watch.end()


def test_it_says_so_once_until_there_is_input_again(watched: Watched) -> None:
    assert watched.after(59) == 0
    assert watched.after(1) == 1
    assert watched.after(600) == 1
    watched.watch.touch()
    assert watched.after(59) == 1
    assert watched.after(1) == 2


def test_keys_and_the_mouse_of_a_window_count_as_input(watched: Watched) -> None:
    no = Qt.KeyboardModifier.NoModifier
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, no)
    here, none = QPointF(3, 3), Qt.MouseButton.NoButton
    moved = QMouseEvent(QEvent.Type.MouseMove, here, here, none, none, no)
    for event in (key, moved):
        assert watched.after(50) == 0
        watched.send(event)
    assert watched.after(50) == 0


def test_what_the_program_does_by_itself_is_no_input(watched: Watched) -> None:
    assert watched.after(50) == 0
    watched.send(QEvent(QEvent.Type.UpdateRequest))
    assert watched.after(10) == 1


def test_without_a_time_it_never_says_so(watched: Watched) -> None:
    watched.watch.after_s = None
    assert watched.after(1e6) == 0
