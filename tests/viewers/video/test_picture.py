"""A participant's picture: undistorted, named, and honest when there is none."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QImage
from pytestqt.qtbot import QtBot

from app.viewers.video.picture import PictureState, VideoPicture

RED, BLUE = QColor(255, 0, 0), QColor(0, 0, 255)


@dataclass(frozen=True, slots=True)
class Picture:
    sequence: int
    width: int
    height: int
    pixels: bytes


def halves(sequence: int = 1) -> Picture:
    """4:3, its left half red, its right half blue (BGRA)."""
    row = b"\x00\x00\xff\xff" * 20 + b"\xff\x00\x00\xff" * 20
    return Picture(sequence, 40, 30, row * 30)


class Stream:
    """A stream whose newest picture the test chooses; counts how often it was asked."""

    def __init__(self) -> None:
        self.newest: Picture | None = halves()
        self.asked = 0

    def latest(self) -> Picture | None:
        self.asked += 1
        return self.newest


@pytest.fixture
def stream() -> Stream:
    return Stream()


@pytest.fixture
def picture(qtbot: QtBot, stream: Stream) -> VideoPicture:
    widget = VideoPicture(stream.latest)
    qtbot.addWidget(widget)
    widget.resize(400, 200)
    return widget


def live(widget: VideoPicture) -> QImage:
    widget.set_state(PictureState.LIVE)
    widget.refresh()
    return widget.grab().toImage()


def test_the_picture_is_undistorted_between_two_bars(picture: VideoPicture) -> None:
    shown = live(picture)
    where = picture.picture_rect()
    assert (where.width(), where.height()) == (266, 200)
    assert shown.pixelColor(where.left() + 20, 100) == RED
    assert shown.pixelColor(where.right() - 20, 100) == BLUE
    assert shown.pixelColor(5, 100) not in (RED, BLUE)
    assert shown.pixelColor(395, 100) not in (RED, BLUE)


def test_ones_own_picture_is_a_mirror(picture: VideoPicture) -> None:
    picture.set_mirrored(True)
    shown = live(picture)
    where = picture.picture_rect()
    assert shown.pixelColor(where.left() + 20, 100) == BLUE
    assert shown.pixelColor(where.right() - 20, 100) == RED


def test_a_newer_picture_replaces_the_older(picture: VideoPicture, stream: Stream) -> None:
    live(picture)
    stream.newest = Picture(2, 2, 2, b"\x00\xff\x00\xff" * 4)
    picture.refresh()
    assert picture.grab().toImage().pixelColor(QPoint(200, 100)) == QColor(0, 255, 0)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (PictureState.CONNECTING, "Connecting…"),
        (PictureState.CAMERA_OFF, "Camera off"),
        (PictureState.NO_PICTURE, "No picture"),
    ],
)
def test_without_a_picture_it_says_why_and_shows_no_old_one(
    picture: VideoPicture, state: PictureState, says: str
) -> None:
    live(picture)
    picture.set_state(state)
    shown = picture.grab().toImage()
    assert picture.placeholder() == says
    assert shown.pixelColor(90, 20) not in (RED, BLUE)


def test_while_reconnecting_the_last_picture_stays_dimmed(picture: VideoPicture) -> None:
    live(picture)
    picture.set_state(PictureState.RECONNECTING)
    colour = picture.grab().toImage().pixelColor(picture.picture_rect().left() + 20, 20)
    assert colour.red() > colour.blue()
    assert colour != RED
    assert picture.placeholder() == "Reconnecting…"


@pytest.mark.parametrize(
    ("state", "alarming"),
    [
        (PictureState.LIVE, False),
        (PictureState.CONNECTING, False),
        (PictureState.CAMERA_OFF, False),
        (PictureState.RECONNECTING, True),
        (PictureState.NO_PICTURE, True),
    ],
)
def test_only_what_is_wrong_is_said_in_the_colour_of_it(
    picture: VideoPicture, stream: Stream, state: PictureState, *, alarming: bool
) -> None:
    stream.newest = None
    colours = picture.palette()
    colours.setColor(colours.ColorRole.BrightText, RED)
    picture.setPalette(colours)
    picture.set_state(state)
    drawn = picture.grab().toImage()
    dots = (drawn.pixelColor(x, y) for x in range(400) for y in range(80, 120))
    assert any(one.red() > 200 > 100 > one.green() for one in dots) is alarming


def test_live_without_a_frame_is_said_so(picture: VideoPicture, stream: Stream) -> None:
    stream.newest = None
    live(picture)
    assert picture.placeholder() == "Waiting for the picture…"


def test_a_screen_reader_hears_whose_picture_it_is_and_its_state(picture: VideoPicture) -> None:
    picture.set_caption("Dr. Example")
    assert picture.accessibleName() == "Dr. Example: Connecting…"
    live(picture)
    assert picture.accessibleName() == "Dr. Example"


def test_the_name_is_drawn_over_the_lower_left(picture: VideoPicture) -> None:
    bare = live(picture)
    picture.set_caption("Dr. Example")
    named = picture.grab().toImage()
    assert named.pixelColor(2, 198) != bare.pixelColor(2, 198)
    assert named.pixelColor(390, 10) == bare.pixelColor(390, 10)


def test_frames_are_asked_for_only_while_visible_and_active(
    qtbot: QtBot, picture: VideoPicture, stream: Stream
) -> None:
    picture.set_state(PictureState.LIVE)
    assert stream.asked == 0
    picture.show()
    qtbot.waitUntil(lambda: stream.asked > 2)
    picture.set_active(False)
    asked = stream.asked
    picture.set_active(True)
    assert stream.asked == asked + 1
    picture.hide()
    timer = picture.findChild(QTimer)
    assert timer is not None
    assert not timer.isActive()


def test_words_in_place_of_a_small_picture_are_not_under_its_name(qtbot: QtBot) -> None:
    picture = VideoPicture(lambda: None)
    qtbot.addWidget(picture)
    picture.set_caption("患者 周女士")
    picture.resize(96, 72)
    words = picture.words_rect()
    assert words.height() >= QFontMetrics(picture.font()).height()
    assert words.bottom() <= picture.height() - QFontMetrics(picture.font()).height()


def test_on_a_small_picture_the_name_stands_whole_and_the_word_in_the_tool_tip(
    qtbot: QtBot,
) -> None:
    picture = VideoPicture(lambda: None)
    qtbot.addWidget(picture)
    picture.set_caption("李主任医师", "pictures paused, speech goes on")
    picture.resize(400, 200)
    assert picture.caption_text("pictures paused") == "李主任医师 · pictures paused"
    picture.setMinimumSize(0, 0)
    picture.resize(84, 48)
    assert picture.caption_text("pictures paused") == "李主任医师"
    assert picture.toolTip() == "李主任医师 · pictures paused, speech goes on"
    assert "pictures paused" in picture.accessibleName()
