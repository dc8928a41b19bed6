"""Choosing what to share, the mark, and what others share, at the real window."""

from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListWidget, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from app.commands.call_wishes import (
    WishChooseShare,
    WishLookForShares,
    WishStartShare,
    WishStopShare,
)
from app.commands.keys import COMMANDS, CommandId
from app.commands.wishes import Page
from app.media.equipment import Device, DeviceInUse, DeviceSource, Equipment, Use
from app.media.sharing import ScreenSource, Surfaces, SurfaceTrouble, WindowSource
from app.session.equipment import DeviceServes
from app.session.sharing import (
    ShareBegan,
    ShareChosen,
    ShareEnded,
    ShareSourceLost,
    SharingAllowed,
    SurfacesSeen,
)
from app.viewers.video.picture import PictureState
from app.viewers.video.shared import SharedPicture, reduced
from protocol.sharing import ShareKind
from protocol.socket import CallChanged
from tests.fakes.examples import NOW, named
from tests.looks import sharing as scene
from tests.views.conftest import Shown

pytestmark = pytest.mark.qt_log_ignore("does not support")
SCREEN = ScreenSource(surface_id="s0")


def begin(shown: Shown) -> None:
    """The dialog is open, and what there is is known."""
    shown.apply(*scene.choosing(), ShareChosen(None))
    shown.go(Page.WORKSPACE)
    QTest.keySequence(shown.window, COMMANDS[CommandId.SHARE].key)
    assert shown.window.workspace.call.share_window.isVisible()


def listed(shown: Shown) -> QListWidget:
    return shown.find(QListWidget, "shareList")


def texts(shown: Shown) -> list[str]:
    return [listed(shown).item(row).text().strip() for row in range(listed(shown).count())]


def test_the_key_opens_the_dialog_which_asks_what_there_is(shown: Shown) -> None:
    begin(shown)
    assert WishLookForShares() in shown.wishes
    assert texts(shown) == [
        "Screens",
        "Whole screen · 1920 × 1080",
        "Windows",
        "放射科 PACS 工作站 — 阅片",
        "Laboratory results of today, ward 4, beds 12 to 36",
        "Cameras and capture devices",
        "Integrated Camera",
        "超声 HDMI",
    ]
    assert not shown.find(QPushButton, "startShare").isEnabled(), "nothing is chosen yet"


def test_by_the_keyboard_alone_one_chooses_looks_and_shares(shown: Shown) -> None:
    begin(shown)
    QTest.keyClick(listed(shown), Qt.Key.Key_Down)
    assert shown.wishes[-1] == WishChooseShare(SCREEN), "the titles of groups are passed over"
    shown.apply(ShareChosen(SCREEN))
    assert "other patients" in shown.find(QLabel, "shareWarning").text()
    QTest.keyClick(listed(shown), Qt.Key.Key_Return)
    assert shown.wishes[-1:] == [WishStartShare()]


def test_closing_lets_go_of_what_was_chosen(shown: Shown) -> None:
    begin(shown)
    shown.apply(ShareChosen(SCREEN))
    shown.find(QPushButton, "cancelShare").click()
    assert shown.wishes[-1] == WishChooseShare(None)


def test_the_camera_that_shows_one_s_face_is_not_to_be_shared(shown: Shown) -> None:
    camera = Device(device_id="c", name="Integrated Camera")
    shown.apply(DeviceServes(DeviceInUse(what=Equipment.CAMERA, use=Use.CHOSEN, device=camera)))
    begin(shown)
    (item,) = listed(shown).findItems("shows your face", Qt.MatchFlag.MatchContains)
    assert not item.flags() & Qt.ItemFlag.ItemIsEnabled


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (SurfaceTrouble.WAYLAND, "Wayland"),
        (SurfaceTrouble.NO_DISPLAY, "no screen"),
        (SurfaceTrouble.REFUSED, "privacy settings"),
        (SurfaceTrouble.UNAVAILABLE, "hospital IT"),
    ],
)
def test_why_no_screen_can_be_shared_is_said(
    shown: Shown, trouble: SurfaceTrouble, says: str
) -> None:
    begin(shown)
    shown.apply(SurfacesSeen(Surfaces(trouble=trouble)))
    assert says in shown.find(QLabel, "shareProblem").text()
    assert "超声 HDMI" in texts(shown), "a device can be"


def test_a_site_that_forbids_screens_offers_devices_only(shown: Shown) -> None:
    begin(shown)
    shown.apply(SharingAllowed(False))
    assert texts(shown) == ["Cameras and capture devices", "Integrated Camera", "超声 HDMI"]
    assert "organisation" in shown.find(QLabel, "shareProblem").text()


def test_what_gives_no_picture_is_said_and_another_may_be_chosen(shown: Shown) -> None:
    begin(shown)
    shown.apply(ShareChosen(WindowSource(surface_id="w0", name="放射科 PACS 工作站 — 阅片")))
    shown.apply(ShareSourceLost(None))
    assert "closed or unplugged" in shown.find(QLabel, "shareProblem").text()
    assert not shown.find(QPushButton, "startShare").isEnabled()
    assert shown.window.workspace.call.share_window.isVisible()


def test_while_one_shares_a_mark_says_so_and_stops_it(shown: Shown) -> None:
    begin(shown)
    room = shown.window.workspace.call
    shown.apply(ShareChosen(SCREEN), ShareBegan(named("share")))
    assert not room.share_window.isVisible()
    assert room.share_mark.isVisible()
    assert room.share_mark.accessibleName() == "You are sharing your screen"
    assert room.share_mark.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert shown.find(QToolButton, "share").isChecked()
    shown.find(QPushButton, "stopShare").click()
    assert shown.wishes[-1] == WishStopShare()
    shown.apply(ShareEnded())
    assert not room.share_mark.isVisible()


def test_a_device_is_named_on_the_mark(shown: Shown) -> None:
    begin(shown)
    device = DeviceSource(device_id="u", name="超声 HDMI")
    shown.apply(ShareChosen(device), ShareBegan(named("share")))
    assert "超声 HDMI" in shown.find(QLabel, "shareText").text()


def test_what_somebody_shares_is_no_person_and_is_named(shown: Shown) -> None:
    shown.apply(*scene.receiving())
    shown.go(Page.WORKSPACE)
    pictures = shown.window.workspace.call.pictures
    (share,) = pictures.shares
    assert share.accessibleName().startswith("超声 HDMI of 林医生")
    assert "超声" not in shown.find(QLabel, "callTitle").text()
    without = scene.with_share("林医生", ShareKind.SCREEN)
    people = tuple(one for one in without.participants if one.share is None)
    call = without.model_copy(update={"participants": people})
    changed = CallChanged(seq=9, at=NOW, consultation_id=call.consultation_id, call=call)
    shown.apply(changed)
    assert pictures.shares == ()


@pytest.fixture
def shared(qtbot: QtBot) -> SharedPicture:
    still = scene.Pictures(UUID(int=1))(str(UUID(int=1)))
    picture = SharedPicture(lambda: still)
    qtbot.addWidget(picture)
    picture.resize(640, 480)
    picture.set_state(PictureState.LIVE)
    picture.show()
    picture.refresh()
    return picture


def test_it_fits_undistorted_or_is_pixel_for_pixel(shared: SharedPicture) -> None:
    assert shared.picture_rect().size() == QSize(640, 360)
    QTest.keyClick(shared, Qt.Key.Key_1)
    assert shared.one_to_one
    assert shared.picture_rect().size() == QSize(1920, 1080)
    QTest.mouseDClick(shared, Qt.MouseButton.LeftButton)
    assert not shared.one_to_one


def test_panning_ends_at_the_edges(shared: SharedPicture) -> None:
    shared.toggle()
    shared.pan(QPoint(10_000, 10_000))
    assert shared.picture_rect().topLeft() == QPoint(0, 0)
    for _ in range(100):
        QTest.keyClick(shared, Qt.Key.Key_Right)
        QTest.keyClick(shared, Qt.Key.Key_Down)
    where = shared.picture_rect()
    assert abs(where.right() - 639) <= 1
    assert abs(where.bottom() - 479) <= 1


def test_pixel_for_pixel_is_the_very_picture(shared: SharedPicture) -> None:
    shared.toggle()
    shared.pan(QPoint(10_000, 10_000))
    image = shared.grab().toImage()
    row = [image.pixelColor(x, 300).red() for x in range(100)]
    frame = scene.Pictures(UUID(int=1))(str(UUID(int=1)))
    at = 300 * 1920 * 4
    assert row == [frame.pixels[at + x * 4 + 2] for x in range(100)]


def test_a_smaller_copy_keeps_the_mean_of_fine_lines() -> None:
    frame = scene.Pictures(UUID(int=1))(str(UUID(int=1)))
    image = reduced(frame, QSize(480, 270))
    greys = {image.pixelColor(x, 4).red() for x in range(4, 470)}
    assert max(greys) - min(greys) < 8, "no pattern that is not in the picture"
    assert 110 < min(greys) < 146
