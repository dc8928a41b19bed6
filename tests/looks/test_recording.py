"""Asking for a recording, being asked, the mark, the list and the player: nothing is cut off."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.commands.wishes import Language, Page
from app.kit.theme import Appearance, ThemeName
from app.session.owner import Session
from app.session.state import AnyFact
from app.viewers.dicom.viewer import DicomViewer
from app.views.call_controls import CallPlace
from app.views.main_window import MainWindow
from protocol.account import Role
from protocol.recording import RecordingPhase
from tests.fakes.examples import NOW, account
from tests.looks.test_room import HEIGHT, WIDTH, describe, is_cut
from tests.views import facts, recordings
from tests.views.recordings import CLINIC, ME, PATIENT, state

pytestmark = pytest.mark.looks
PICTURES = os.environ.get("HUIZHEN_LOOKS_FOLDER")
"""Where the scenes are kept as pictures, for somebody who wants to look at them."""

SCENES: dict[str, tuple[AnyFact, ...]] = {
    "offer": recordings.in_call(state()),
    "asked": recordings.in_call(state(RecordingPhase.ASKING, awaited=f"{ME} {PATIENT}")),
    "asking": recordings.in_call(
        state(RecordingPhase.ASKING, asker=ME, awaited=f"{CLINIC} {PATIENT}")
    ),
    "running": recordings.in_call(state(RecordingPhase.RUNNING, asker=ME)),
    "paused": recordings.in_call(state(RecordingPhase.PAUSED, awaited=PATIENT)),
    "list": recordings.kept(recordings.info(), recordings.info(complete=False)),
    "player": recordings.played(),
}


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, theme: ThemeName, tmp_path: Path) -> MainWindow:
    appearance = Appearance(qapp, theme)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(DicomViewer(), lambda _id: None, appearance, settings, lambda: NOW)
    qtbot.addWidget(window)
    window.resize(WIDTH, HEIGHT)
    with qtbot.waitExposed(window):
        window.show()
    return window


BESIDE, FLOATING, FULL = CallPlace.BESIDE, CallPlace.FLOATING, CallPlace.FULL
PLACES = [*((scene, BESIDE) for scene in SCENES), ("running", FLOATING), ("running", FULL)]


@pytest.mark.parametrize(
    ("scene", "place"), PLACES, ids=[f"{scene} {place.value}" for scene, place in PLACES]
)
def test_nothing_is_cut_off(
    scene: str, place: CallPlace, theme: ThemeName, language: Language, desk: MainWindow
) -> None:
    session = Session()
    dispatcher = account(ME, Role.EXPERT, Role.DISPATCHER)
    for fact in (*facts.online(dispatcher), *facts.lists(), *recordings.reading(), *SCENES[scene]):
        session.apply(fact)
    desk.show_state(session.state)
    desk.show_page(Page.WORKSPACE)
    if scene == "list":
        desk.workspace.toggle_record()
        desk.workspace.record.open_recordings()
    if scene == "offer":
        desk.workspace.call.question.open_it()
    desk.workspace.call.move_to(place)
    for _ in range(4):
        QCoreApplication.sendPostedEvents()
    keep(desk, f"{scene}-{place.value}-{theme}-{language.value}")
    cut = [describe(widget) for widget in desk.findChildren(QWidget) if is_cut(widget)]
    assert not cut
    words = desk.workspace.call.question.findChildren(QLabel)
    short = [one for one in words if one.isVisible() and one.height() < least(one)]
    assert not [describe(one) for one in short]


def least(paragraph: QLabel) -> int:
    """The height that all of its lines need."""
    return paragraph.heightForWidth(paragraph.width())


def keep(desk: MainWindow, name: str) -> None:
    if PICTURES is None:
        return
    shown: dict[str, QWidget] = {
        "window": desk,
        "question": desk.workspace.call.question,
        "player": desk.workspace.player,
        "screen": desk.workspace.call.screen_window,
    }
    for part, widget in shown.items():
        if widget.isVisible():
            widget.grab().save(str(Path(PICTURES) / f"{name}-{part}.png"))
