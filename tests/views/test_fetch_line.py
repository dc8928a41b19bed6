"""The line that says how far the images of a case are."""

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from app.commands.wishes import WishFetchAgain, WishStopFetching
from app.models.fetching import FetchProps
from app.views.fetch_line import FetchLine


@pytest.fixture
def line(qtbot: QtBot) -> FetchLine:
    made = FetchLine()
    qtbot.addWidget(made)
    return made


def text_of(line: FetchLine) -> str:
    found = line.findChild(QLabel, "fetchText")
    assert found is not None
    return str(found.text())


def test_it_shows_and_hides_with_what_there_is_to_say(line: FetchLine) -> None:
    line.show_props(FetchProps("Images: 7 of 60 · 391 KB/s", 7, 60))
    assert line.isVisible()
    assert text_of(line) == "Images: 7 of 60 · 391 KB/s"
    bar = line.findChild(QProgressBar, "fetchBar")
    assert bar is not None
    assert (bar.value(), bar.maximum()) == (7, 60)
    line.show_props(FetchProps())
    assert not line.isVisible()


@pytest.mark.parametrize("stopped", [False, True])
def test_its_button_stops_or_goes_on(qtbot: QtBot, line: FetchLine, stopped: bool) -> None:
    line.show_props(FetchProps("Images: 7 of 60", 7, 60, stopped=stopped))
    act = line.findChild(QPushButton, "fetchAct")
    assert act is not None
    with qtbot.waitSignal(line.wished) as wished:
        act.click()
    assert wished.args == [WishFetchAgain() if stopped else WishStopFetching()]
    assert act.accessibleName() == ("Fetch the rest" if stopped else "Stop")
