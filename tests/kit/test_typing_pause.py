"""What is typed is told after a pause, and also when nobody pauses."""

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.kit.typing_pause import TypingPause

NEVER = 10_000_000


def test_it_is_told_after_a_pause(qtbot: QtBot) -> None:
    parent = QObject()
    typing = TypingPause(parent, pause_ms=0, longest_ms=NEVER)
    with qtbot.waitSignal(typing.due):
        typing.touch()
    assert not typing.active


def test_it_is_told_although_nobody_pauses(qtbot: QtBot) -> None:
    parent = QObject()
    typing = TypingPause(parent, pause_ms=NEVER, longest_ms=0)
    with qtbot.waitSignal(typing.due):
        typing.touch()
        typing.touch()
    assert not typing.active


def test_what_was_taken_is_not_told_again(qtbot: QtBot) -> None:
    parent = QObject()
    typing = TypingPause(parent, pause_ms=0, longest_ms=0)
    typing.touch()
    assert typing.active
    typing.stop()
    with qtbot.assertNotEmitted(typing.due, wait=1):
        pass
