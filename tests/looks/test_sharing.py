"""A call with a share: what is shared is large, faces small beside it, every word has its room."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.commands.wishes import Language, Page
from app.kit.theme import Appearance, ThemeName
from app.session.owner import Session
from app.session.state import AnyFact
from app.viewers.dicom.viewer import DicomViewer
from app.viewers.video.picture import VideoPicture
from app.views.call_controls import CallPlace
from app.views.main_window import MainWindow
from tests.fakes.examples import NOW, named
from tests.looks import sharing as scene
from tests.looks.test_room import describe, is_cut
from tests.looks.test_scenes import settled

pytestmark = [pytest.mark.looks, pytest.mark.qt_log_ignore("does not support")]
SCREENS = [(1366, 768), (1920, 1080)]
Open = Callable[[tuple[AnyFact, ...]], MainWindow]


@pytest.fixture(params=SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    found: tuple[int, int] = request.param
    return found


@pytest.fixture
def opened(
    theme: ThemeName,
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
    size: tuple[int, int],
) -> Open:
    def open_(facts: tuple[AnyFact, ...]) -> MainWindow:
        appearance = Appearance(qapp, theme)
        settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
        pictures = scene.Pictures(named("share 林医生"))
        window = MainWindow(DicomViewer(), pictures, appearance, settings, lambda: NOW)
        qtbot.addWidget(window)
        session = Session()
        for fact in facts:
            session.apply(fact)
        window.resize(*size)
        with qtbot.waitExposed(window):
            window.show()
        window.show_state(session.state)
        window.show_page(Page.WORKSPACE)
        settled()
        return window

    return open_


def nothing_cut(window: QWidget) -> None:
    cut = [describe(widget) for widget in window.findChildren(QWidget) if is_cut(widget)]
    assert not cut


def area(picture: QWidget) -> int:
    return picture.width() * picture.height()


def test_what_is_shared_is_large_and_faces_are_beside_it(opened: Open, language: Language) -> None:
    window = opened(scene.receiving())
    room = window.workspace.call
    for place in (CallPlace.FLOATING, CallPlace.FULL, CallPlace.BESIDE):
        room.move_to(place)
        settled()
        large_beside_faces(window, language)


def large_beside_faces(window: MainWindow, language: Language) -> None:
    room = window.workspace.call
    (share,) = room.pictures.shares
    faces = [
        one
        for one in room.pictures.findChildren(VideoPicture)
        if one is not share and one.isVisible()
    ]
    assert len(faces) == 3, "two others and oneself"
    assert all(area(share) > 4 * area(face) for face in faces)
    assert not any(share.geometry().intersects(face.geometry()) for face in faces)
    assert share.accessibleName().startswith(
        "超声 HDMI of 林医生" if language is Language.EN else "林医生的超声 HDMI"
    )
    nothing_cut(window)
    nothing_cut(room.screen_window)


def test_the_dialog_shows_what_would_be_seen_and_warns(opened: Open, language: Language) -> None:
    window = opened(scene.choosing())
    dialog = window.workspace.call.share_window
    dialog.begin()
    settled()
    nothing_cut(dialog)
    assert dialog.width() < window.width()
    assert dialog.height() < window.height()
    dialog.hide()


def test_the_mark_says_what_is_shared_and_stops_it(opened: Open, language: Language) -> None:
    window = opened(scene.sharing())
    mark = window.workspace.call.share_mark
    assert mark.isVisible()
    settled()
    nothing_cut(mark)
    mark.hide()
