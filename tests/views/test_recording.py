"""Recording a call at the desk: the button, the question, the mark, the list and the player."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QSlider, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from app.commands.recording_wishes import (
    WishAnswerRecording,
    WishDeleteRecording,
    WishPlayOn,
    WishPlayRecording,
    WishRecord,
    WishSeekRecording,
    WishStopPlaying,
    WishStopRecording,
)
from app.commands.wishes import Page
from app.session.recording import PlayerTold
from app.views.recording_player import RecordingPlayerWindow
from app.views.recording_question import RecordingQuestion
from protocol.account import Role
from protocol.call import CallState
from protocol.recording import RecordingEnd, RecordingPhase
from protocol.socket import CallChanged
from tests.fakes.examples import NOW, account, named
from tests.views import recordings
from tests.views.conftest import Shown
from tests.views.facts import lists, online
from tests.views.recordings import CLINIC, ME, PATIENT, in_call, info, kept, played, state
from tests.views.test_access import nameless
from tests.views.test_pages import click

ASKING, RUNNING = RecordingPhase.ASKING, RecordingPhase.RUNNING


def sit_in(shown: Shown, told: CallState) -> None:
    shown.apply(*online(), *lists(), *recordings.reading(), *in_call(told))
    shown.go(Page.WORKSPACE)


def tell(shown: Shown, told: CallState) -> None:
    shown.apply(CallChanged(seq=0, at=NOW, consultation_id=told.consultation_id, call=told))


def question(shown: Shown) -> RecordingQuestion:
    return shown.find(RecordingQuestion, "recordingQuestion")


def mark(shown: Shown) -> str:
    return shown.find(QLabel, "recordingMark").text()


def act(shown: Shown) -> QPushButton:
    return shown.find(QPushButton, "recordingAct")


def test_where_the_site_does_not_record_there_is_no_button(shown: Shown) -> None:
    sit_in(shown, state().model_copy(update={"recording_terms": None}))
    assert not act(shown).isVisible()


def test_who_asks_reads_what_everybody_reads_and_agrees_by_asking(shown: Shown) -> None:
    sit_in(shown, state())
    click(act(shown))
    asked = question(shown)
    text = " ".join(one.text() for one in asked.findChildren(QLabel))
    for words in ("What for", "1096 days", "no disadvantage", "You agree by asking"):
        assert words in text
    assert shown.wishes == []
    click(shown.find(QPushButton, "agreeRecording"))
    assert shown.wishes == [WishRecord()]
    assert not asked.isVisible()


@pytest.mark.parametrize(
    ("control", "wishes"),
    [
        ("agreeRecording", [WishAnswerRecording(agreed=True)]),
        ("refuseRecording", [WishAnswerRecording(agreed=False)]),
        ("laterRecording", []),
    ],
)
def test_who_is_asked_answers_or_is_asked_on(
    shown: Shown, control: str, wishes: list[object]
) -> None:
    sit_in(shown, state(ASKING, awaited=f"{ME} {PATIENT}"))
    assert question(shown).isVisible(), "it opens by itself"
    click(shown.find(QPushButton, control))
    assert shown.wishes == wishes
    tell(shown, state(ASKING, awaited=ME))
    assert not question(shown).isVisible(), "and not again while it is about the same recording"
    assert mark(shown) == "? Recording: your answer"
    click(act(shown))
    assert question(shown).isVisible()


def test_return_does_not_agree_by_accident(shown: Shown, qtbot: QtBot) -> None:
    sit_in(shown, state(ASKING, awaited=ME))
    qtbot.waitExposed(question(shown))
    QTest.keyClick(question(shown), Qt.Key.Key_Return)
    assert shown.wishes == []


MARKS = [
    (state(ASKING, awaited=PATIENT), "… Recording: asking", "Withdraw consent"),
    (state(ASKING, asker=ME, awaited=PATIENT), "… Recording: asking", "Take back"),
    (state(RUNNING), "● Recording", "Withdraw consent"),
    (state(RUNNING, asker=ME), "● Recording", "Stop recording"),
    (state(RecordingPhase.PAUSED, awaited=PATIENT), "‖ Recording paused", "Withdraw consent"),
]


@pytest.mark.parametrize(("told", "text", "button"), MARKS, ids=[row[1][2:] for row in MARKS])
def test_everybody_sees_how_it_stands_in_words(
    shown: Shown, told: CallState, text: str, button: str
) -> None:
    sit_in(shown, told)
    assert mark(shown) == text
    assert act(shown).text() == button
    click(act(shown))
    mine = button in ("Take back", "Stop recording")
    assert shown.wishes == [WishStopRecording() if mine else WishAnswerRecording(agreed=False)]


def test_a_refusal_is_told_without_a_name(shown: Shown) -> None:
    sit_in(shown, state(ASKING, asker=ME, awaited=f"{CLINIC} {PATIENT}"))
    tell(shown, state(RecordingPhase.ENDED, asker=ME, end=RecordingEnd.REFUSED))
    told = shown.find(QLabel, "recordingDetail").text()
    assert told == "The recording was refused."
    assert act(shown).text() == "Record…", "asking again is allowed"


def test_the_question_closes_when_the_asking_is_over(shown: Shown) -> None:
    sit_in(shown, state(ASKING, awaited=ME))
    tell(shown, state(RecordingPhase.ENDED, end=RecordingEnd.STOPPED))
    assert not question(shown).isVisible()


# --- what is kept --------------------------------------------------------------------------------


def open_list(shown: Shown, *roles: Role) -> None:
    who = account(ME, *(roles or (Role.EXPERT,)))
    shown.apply(*online(who), *lists(), *recordings.reading(), *kept(info()))
    shown.go(Page.WORKSPACE)
    shown.window.workspace.toggle_record()
    shown.window.workspace.record.open_recordings()


def test_the_list_says_who_when_how_long_and_until_when(shown: Shown) -> None:
    shown.apply(*online(), *recordings.reading())
    shown.go(Page.WORKSPACE)
    tabs = shown.find(QTabWidget, "recordTabs")
    assert not tabs.isTabVisible(2), "without a recording nothing speaks of it"
    open_list(shown)
    pane = shown.find(QWidget, "recordingsPane")
    text = "\n".join(one.text() for one in pane.findChildren(QLabel))
    for words in ("14:07", "陈专家, 林医生, 何小溪", "Kept until 2029-11-"):
        assert words in text
    assert not shown.find(QPushButton, "deleteRecording").isVisible()
    click(shown.find(QPushButton, "playRecording"))
    assert shown.wishes == [WishPlayRecording(named("recording"))]


def test_a_dispatcher_deletes_after_one_question(shown: Shown) -> None:
    open_list(shown, Role.DISPATCHER)
    click(shown.find(QPushButton, "deleteRecording"))
    assert shown.wishes == []
    click(shown.find(QPushButton, "deleteOnWish"))
    assert shown.wishes == [WishDeleteRecording(named("recording"), "participant")]


def test_during_a_call_nothing_is_played(shown: Shown) -> None:
    sit_in(shown, state())
    shown.apply(*kept(info()))
    shown.window.workspace.toggle_record()
    shown.window.workspace.record.open_recordings()
    assert not shown.find(QPushButton, "playRecording").isVisible()
    assert shown.find(QLabel, "recordingsNote").text() == "Recordings are played after the call."


@pytest.fixture
def player(shown: Shown, qtbot: QtBot) -> RecordingPlayerWindow:
    shown.apply(*online(), *recordings.reading(), *played())
    shown.go(Page.WORKSPACE)
    window = shown.find(RecordingPlayerWindow, "recordingPlayer")
    qtbot.waitExposed(window)
    return window


def test_the_player_shows_everybody_and_where_it_is(
    shown: Shown, player: RecordingPlayerWindow
) -> None:
    assert len(player.findChildren(QWidget, "playedPicture")) == 3
    assert shown.find(QLabel, "playerTime").text() == "2:07 / 14:07"
    click(shown.find(QPushButton, "playOn"))
    assert shown.wishes == [WishPlayOn(playing=False)]
    assert nameless(player) == []


def test_keys_seek_and_a_handle_that_is_held_stays(
    shown: Shown, player: RecordingPlayerWindow
) -> None:
    place = shown.find(QSlider, "playerPlace")
    QTest.keyClick(place, Qt.Key.Key_Right)
    assert shown.wishes == [WishSeekRecording(132_000)]
    place.setSliderDown(True)
    place.setValue(300_000)
    shown.apply(PlayerTold(position_ms=128_000))
    assert place.value() == 300_000
    shown.wishes.clear()
    place.setSliderDown(False)
    assert shown.wishes == [WishSeekRecording(300_000)]


def test_escape_ends_playing(shown: Shown, player: RecordingPlayerWindow) -> None:
    QTest.keyClick(player, Qt.Key.Key_Escape)
    assert shown.wishes == [WishStopPlaying()]
