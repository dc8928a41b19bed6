"""What is wrong with something typed is read whole, below its field, in both languages."""

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.kit.theme import Appearance, ThemeName
from app.models.emr_search import EntryProps
from app.models.record_entry import EntryKind
from app.models.record_marks import Marked
from app.views.break_glass import BreakGlassWindow
from app.views.record_entry import RecordEntryWindow
from app.views.record_mark import MarkWindow
from tests.looks.test_room import describe, is_cut

pytestmark = pytest.mark.looks


@pytest.fixture
def host(theme: ThemeName, qtbot: QtBot, qapp: QApplication) -> QWidget:
    Appearance(qapp, theme)
    made = QWidget()
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def settle() -> None:
    for _ in range(4):  # a layout that changed asks its parent, one level at a time
        QCoreApplication.sendPostedEvents()


def problems(window: QDialog) -> list[QLabel]:
    settle()
    labels = window.findChildren(QLabel)
    return [one for one in labels if one.property("type") == "problem" and one.isVisible()]


def press(window: QDialog, name: str) -> None:
    button = window.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    settle()
    button.click()


def cut(window: QDialog) -> list[str]:
    return [describe(one) for one in problems(window) if is_cut(one)]


@pytest.mark.parametrize("kind", list(EntryKind))
def test_in_an_entry_of_the_record(host: QWidget, kind: EntryKind) -> None:
    window = RecordEntryWindow(host)
    window.begin(EntryProps(running=False, problem="", done=0), "p1", "何秀英，女，66 岁")
    choice = window.findChild(QComboBox, "entryKind")
    assert isinstance(choice, QComboBox)
    choice.setCurrentIndex(choice.findData(kind))
    press(window, "entrySave")
    window.show_props(EntryProps(running=False, problem="The server is away. " * 4, done=0))
    assert len(problems(window)) > 1
    assert not cut(window)


def test_where_a_problem_was_over_before_it_began(host: QWidget) -> None:
    problem = Marked("Condition/1", "高血压 · 2016-04-02", "2016-04-02", ends=True)
    window = MarkWindow(host, "entryOver", (problem,), asks_when=True)
    window.set_words(("Over", ""), "It is over:", yes=("yes", "Yes"), no=("no", "No"))
    window.show()
    since = window.findChild(QLineEdit, "markSince")
    assert isinstance(since, QLineEdit)
    since.setText("2015")
    press(window, "yes")
    assert problems(window)
    assert not cut(window)


def test_where_a_case_is_opened_in_an_emergency(host: QWidget) -> None:
    window = BreakGlassWindow(host)
    window.begin()
    press(window, "openEmergency")
    assert len(problems(window)) == 2
    assert not cut(window)
