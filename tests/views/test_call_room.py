"""The call beside the case, over the images and on a whole screen; devices and push to talk."""

from itertools import combinations
from uuid import UUID

import pytest
from PySide6.QtCore import QCoreApplication, QRect, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.commands.call_wishes import (
    WishCheckCall,
    WishDevice,
    WishLookForDevices,
    WishStopCheck,
    WishTalk,
)
from app.commands.keys import COMMANDS, CommandId
from app.commands.wishes import Page, WishMute
from app.media.equipment import Device, DeviceInUse, Devices, DeviceSource, Equipment, Use
from app.session.call import (
    CallEnded,
    CallEntered,
    CallJoining,
    MediaTold,
    PeerPicture,
    SourcesChanged,
    SpeakingSeen,
)
from app.session.call_check import (
    CheckBegun,
    CheckFound,
    CheckStarted,
    Finding,
    Step,
    Verdict,
)
from app.session.equipment import DeviceChosen, DeviceServes, DevicesSeen
from app.viewers.video.picture import VideoPicture
from app.viewers.video.tiles import inset, tiles
from app.views.call_controls import CallPlace
from app.views.call_floating import CORNERS, FloatingCall
from app.views.push_to_talk import SETTING, PushToTalk
from protocol.socket import CallChanged, ChatPosted
from tests.fakes.examples import NOW, call, message, named
from tests.views.conftest import Shown
from tests.views.facts import lists, online, reading

HEADSET, BUILT_IN = Device(device_id="h", name="headset"), Device(device_id="b", name="built in")
DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
AREAS = [
    QRect(0, 0, 330, 150),
    QRect(4, 9, 300, 200),
    QRect(0, 0, 1366, 700),
    QRect(0, 0, 200, 600),
]


def talk_with(shown: Shown, *others: str) -> None:
    """The expert sits in a call with these."""
    shown.apply(*online(), *lists(), *reading())
    running = call("陈专家", *others)
    shown.apply(CallJoining(running.consultation_id), CallEntered(named("peer 陈专家"), running))
    pictures = (PeerPicture(one.peer_id, True, 9, 9, 24.0) for one in running.participants[1:])
    shown.apply(MediaTold(tuple(pictures), 9))
    shown.go(Page.WORKSPACE)


def press(shown: Shown, id_: CommandId) -> None:
    QTest.keySequence(shown.window, COMMANDS[id_].key)


def peer(name: str) -> UUID:
    return named(f"peer {name}")


def overlapping(places: list[QRect]) -> bool:
    return any(a.intersects(b) for n, a in enumerate(places) for b in places[n + 1 :])


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("large", [None, 0, 1])
def test_pictures_never_cover_each_other_nor_leave_their_room(
    area: QRect, count: int, large: int | None
) -> None:
    places = tiles(count, area, large if large is not None and large < count else None)
    assert len(places) == count
    assert not overlapping(places)
    assert all(area.contains(place) and place.width() > 20 for place in places)
    if large is not None and large < count > 1:
        assert max(places, key=lambda one: one.width() * one.height()) is places[large]


def test_the_own_picture_lies_in_the_corner_of_the_other(qtbot: QtBot) -> None:
    whole = QRect(0, 0, 1366, 700)
    assert whole.contains(inset(whole))
    assert inset(whole).width() < whole.width() / 3


def test_whoever_speaks_is_large_where_there_are_three(shown: Shown) -> None:
    talk_with(shown, "林医生", "李主任")
    pictures = shown.window.workspace.call.pictures
    assert pictures.large == peer("林医生"), "nobody has spoken yet"
    shown.apply(SpeakingSeen(peer("李主任"), False))
    assert pictures.large == peer("李主任")
    shown.apply(SpeakingSeen(None, False))
    assert pictures.large == peer("李主任"), "nobody speaks: it does not jump"


def test_two_are_side_by_side(shown: Shown) -> None:
    talk_with(shown, "林医生")
    shown.apply(SpeakingSeen(peer("林医生"), False))
    pictures = shown.window.workspace.call.pictures
    assert pictures.large is None
    sizes = {one.size().toTuple() for one in pictures.findChildren(VideoPicture)}
    assert len(sizes) == 1


def test_the_call_lies_over_the_images_in_a_corner_that_is_remembered(shown: Shown) -> None:
    talk_with(shown, "林医生")
    room = shown.window.workspace.call
    press(shown, CommandId.CALL_FLOATING)
    floating = shown.window.findChild(FloatingCall)
    assert floating is not None
    assert floating.isVisible()
    assert room.pictures.parent() is floating
    corners = []
    for _ in CORNERS:
        corners.append(floating.geometry().topLeft().toTuple())
        press(shown, CommandId.CALL_CORNER)
    assert len(set(corners)) == 4
    press(shown, CommandId.CALL_CORNER)
    shown.apply(CallEnded())
    assert floating.isHidden()
    talk_with(shown, "林医生")
    assert floating.isVisible(), "the next call is there again"
    assert floating.corner == CORNERS[1]
    press(shown, CommandId.CALL_FLOATING)
    assert room.place is CallPlace.BESIDE


def test_over_the_images_the_call_is_dragged_to_the_nearest_corner(shown: Shown) -> None:
    talk_with(shown, "林医生")
    press(shown, CommandId.CALL_FLOATING)
    floating = shown.window.findChild(FloatingCall)
    assert floating is not None
    grip = floating.rect().bottomLeft()
    grip.setY(grip.y() - 1)
    QTest.mousePress(floating, Qt.MouseButton.LeftButton, pos=grip)
    floating.move(0, 0)
    QTest.mouseRelease(floating, Qt.MouseButton.LeftButton, pos=grip)
    assert floating.corner == "top-left"
    ground = floating.parentWidget()
    assert ground is not None
    ground.resize(700, 500)
    assert ground.rect().contains(floating.geometry())


@pytest.mark.qt_log_ignore("does not support")
def test_the_call_takes_a_whole_screen_and_escape_brings_it_back(
    shown: Shown, qtbot: QtBot
) -> None:
    talk_with(shown, "林医生")
    room = shown.window.workspace.call
    press(shown, CommandId.CALL_FULL)
    assert room.screen_window.isFullScreen()
    qtbot.waitUntil(room.screen_window.isActiveWindow)
    assert room.screen_window.isAncestorOf(room.pictures)
    QTest.keySequence(room.screen_window, COMMANDS[CommandId.MUTE].key)
    assert shown.wishes[-1] == WishMute(True), "the keys of the call work there too"
    QTest.keySequence(room.screen_window, "Escape")
    assert room.screen_window.isHidden()
    assert room.place is CallPlace.BESIDE
    press(shown, CommandId.CALL_FULL)
    shown.apply(CallEnded())
    assert room.screen_window.isHidden(), "no screen is left covered when the call is over"


@pytest.mark.qt_log_ignore("does not support")
def test_on_a_whole_screen_one_writes_beside_the_pictures(shown: Shown) -> None:
    talk_with(shown, "林医生")
    room = shown.window.workspace.call
    press(shown, CommandId.CALL_FULL)
    case = named("case a")
    shown.apply(ChatPosted(seq=0, at=NOW, consultation_id=case, message=message("你好")))
    chat = room.screen_window.findChild(QToolButton, "fullcallChat")
    assert chat is not None
    assert chat.accessibleName() == "Write in the chat: new message"
    chat.click()
    text = room.screen_window.findChild(QLineEdit, "fullchatText")
    assert text is not None
    assert text.isVisible()


def test_over_the_images_the_chat_button_leads_to_the_chat(shown: Shown) -> None:
    talk_with(shown, "林医生")
    press(shown, CommandId.CALL_FLOATING)
    shown.window.workspace.toggle_side()
    shown.find(QToolButton, "floatingcallChat").click()
    assert shown.find(QLineEdit, "chatText").isVisible()


def test_a_device_is_chosen_from_the_menu_at_its_button(shown: Shown) -> None:
    talk_with(shown, "林医生")
    shown.apply(
        DevicesSeen(Devices(cameras=(), microphones=(HEADSET, BUILT_IN), speakers=())),
        DeviceChosen(Equipment.MICROPHONE, DeviceSource(device_id="b", name="built in")),
    )
    menu = shown.find(QMenu, "microphoneMenu")
    menu.aboutToShow.emit()
    assert WishLookForDevices() in shown.wishes
    entries = {one.text(): one for one in menu.actions()}
    assert [text for text, one in entries.items() if one.isChecked()] == ["built in"]
    entries["headset"].trigger()
    source = DeviceSource(device_id="h", name="headset")
    assert shown.wishes[-1] == WishDevice(Equipment.MICROPHONE, source)


def test_a_headset_that_was_pulled_out_is_told_with_what_is_used(shown: Shown) -> None:
    talk_with(shown, "林医生")
    shown.apply(
        DeviceChosen(Equipment.MICROPHONE, DeviceSource(device_id="h", name="headset")),
        DeviceServes(DeviceInUse(what=Equipment.MICROPHONE, use=Use.STAND_IN, device=BUILT_IN)),
    )
    note = shown.find(QLabel, "callNote")
    assert note.text() == "headset is not there: built in is used until it is back."
    shown.apply(
        DeviceServes(DeviceInUse(what=Equipment.MICROPHONE, use=Use.CHOSEN, device=HEADSET))
    )
    assert not note.isVisible()


def test_one_who_speaks_while_muted_is_told(shown: Shown) -> None:
    talk_with(shown, "林医生")
    shown.apply(SourcesChanged(True, False, False), SpeakingSeen(None, True))
    spoken = shown.find(QLabel, "spoken")
    assert spoken.text() == "You are muted: nobody hears what you say."
    shown.apply(SourcesChanged(False, False, False), SpeakingSeen(None, False))
    assert not spoken.isVisible()


def talks(shown: Shown) -> list[bool]:
    return [wish.held for wish in shown.wishes if isinstance(wish, WishTalk)]


def test_the_held_key_talks_while_muted_and_stops_when_let_go(shown: Shown) -> None:
    talk_with(shown, "林医生")
    shown.window.setFocus()
    QTest.keyPress(shown.window, Qt.Key.Key_Pause)
    assert talks(shown) == [], "not muted: there is nothing to do"
    QTest.keyRelease(shown.window, Qt.Key.Key_Pause)
    shown.apply(SourcesChanged(True, False, False))
    QTest.keyPress(shown.window, Qt.Key.Key_Pause)
    assert talks(shown) == [True]
    QTest.keyRelease(shown.window, Qt.Key.Key_Pause)
    assert talks(shown) == [True, False]


def test_space_in_a_text_is_a_space(shown: Shown) -> None:
    talk_with(shown, "林医生")
    for talk in shown.window.findChildren(PushToTalk):
        talk.use("Space")
    shown.apply(SourcesChanged(True, False, False))
    shown.window.activateWindow()
    text = shown.find(QPlainTextEdit, "findings")
    text.setFocus()
    QTest.keyClicks(text, "a b")
    assert text.toPlainText() == "a b"
    assert talks(shown) == []


def test_a_call_that_ends_while_the_key_is_held_lets_it_go(shown: Shown) -> None:
    talk_with(shown, "林医生")
    shown.apply(SourcesChanged(True, False, False))
    shown.window.setFocus()
    QTest.keyPress(shown.window, Qt.Key.Key_Pause)
    shown.apply(CallEnded())
    assert talks(shown) == [True, False]


def test_another_window_lets_the_key_go(shown: Shown, qtbot: QtBot) -> None:
    talk_with(shown, "林医生")
    shown.apply(SourcesChanged(True, False, False))
    shown.window.setFocus()
    QTest.keyPress(shown.window, Qt.Key.Key_Pause)
    other = QLineEdit()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is other)
    assert talks(shown) == [True, False]


def test_the_key_for_talking_is_remembered(shown: Shown, tmp_path: object) -> None:
    settings = QSettings(f"{tmp_path}/keys.ini", QSettings.Format.IniFormat)
    talk = PushToTalk(shown.window, settings)
    assert talk.key == "Pause"
    talk.use("Insert")
    assert PushToTalk(shown.window, settings).key == "Insert"
    settings.setValue(SETTING, "nonsense")
    assert PushToTalk(shown.window, settings).key == "Pause"


def test_a_call_of_another_case_leaves_the_room_as_it_is(shown: Shown) -> None:
    talk_with(shown, "林医生")
    press(shown, CommandId.CALL_FLOATING)
    other = call("何主任", case="b")
    shown.apply(CallChanged(seq=0, at=NOW, consultation_id=other.consultation_id, call=other))
    assert shown.window.workspace.call.place is CallPlace.FLOATING


@pytest.mark.qt_log_ignore("does not support")
def test_the_check_opens_tells_each_step_and_stops_when_closed(shown: Shown) -> None:
    shown.apply(*online())
    shown.go(Page.SETTINGS)
    shown.find(QPushButton, "checkCall").click()
    assert WishCheckCall() in shown.wishes
    window = shown.window.settings_page.devices.check
    finding = Finding(step=Step.SERVER, verdict=Verdict.GOOD, figures={"ms": 9.0})
    shown.apply(CheckStarted(), CheckBegun(Step.SERVER), CheckFound(finding))
    text = window.findChild(QLabel, "serverFound")
    assert text is not None
    assert text.text() == "answers in 9 ms"
    window.close()
    assert WishStopCheck() in shown.wishes


def test_devices_are_chosen_in_the_settings_too(shown: Shown) -> None:
    shown.apply(*online())
    shown.apply(DevicesSeen(Devices(cameras=(HEADSET,), microphones=(), speakers=())))
    shown.go(Page.SETTINGS)
    box = shown.find(QComboBox, "cameraDevice")
    assert [box.itemText(n) for n in range(box.count())] == ["As the system has it", "headset"]
    box.activated.emit(1)
    source = DeviceSource(device_id="h", name="headset")
    assert shown.wishes[-1] == WishDevice(Equipment.CAMERA, source)
    shown.find(QComboBox, "talkKey").activated.emit(1)
    assert shown.window.workspace.call.talk.key == "Insert"


def test_beside_the_case_no_word_lies_over_the_pictures(shown: Shown) -> None:
    talk_with(shown, "林医生")
    shown.apply(
        SourcesChanged(True, False, False),
        SpeakingSeen(None, True),
        DeviceChosen(Equipment.MICROPHONE, DeviceSource(device_id="h", name="a long headset")),
        DeviceServes(DeviceInUse(what=Equipment.MICROPHONE, use=Use.STAND_IN, device=BUILT_IN)),
    )
    for _ in range(4):  # a layout that changed asks its parent, one level at a time
        QApplication.sendPostedEvents()
    bar = shown.window.workspace.call.bar
    parts = [one for one in bar.children() if isinstance(one, QWidget) and one.isVisible()]
    assert not overlapping([one.geometry() for one in parts])


def test_at_every_place_the_buttons_lie_apart_and_nothing_lies_over_them(shown: Shown) -> None:
    talk_with(shown, "林医生")
    room = shown.window.workspace.call
    for place in CallPlace:
        room.move_to(place)
        QCoreApplication.sendPostedEvents()
        controls = room._controls[place]
        parts = [
            one
            for one in controls.findChildren(QWidget, options=DIRECT)
            if one.isVisible() and not one.isWindow()
        ]
        assert parts, place
        for one, other in combinations(parts, 2):
            assert not one.geometry().intersects(other.geometry()), (place, one, other)
