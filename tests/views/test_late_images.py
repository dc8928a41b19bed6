"""Late images on the screen: added by the clinic, offered to the expert, waited for or waived."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.commands.case_wishes import WishCaseAction, WishLateImages, WishShowLate
from app.commands.wishes import Page, WishOpenCase
from app.session.case import OpinionEdited
from protocol.consultation import Action, Phase
from tests.fakes.examples import CASE, DOCTOR, EXPERT, consultation, person, row
from tests.models.test_late_images import CHEST, LATER, WRITTEN, listed, part
from tests.views.conftest import Shown
from tests.views.test_case_actions import choose, click, held, open_held, open_own, strip


def waiting(shown: Shown) -> None:
    """The expert has written the report; one of two late images is not here."""
    open_held(shown, held(Phase.DRAFTING, Action.WAIVE_IMAGES, studies=(part(CHEST, 3, 2, 1),)))
    shown.apply(OpinionEdited(CASE, WRITTEN))


def test_the_expert_is_told_why_signing_waits_and_what_else_can_be_done(shown: Shown) -> None:
    waiting(shown)
    assert "Late images are coming: 1 of 2 are here" in strip(shown)
    assert not shown.find(QPushButton, "sign").isEnabled()
    assert "1 of 2" in shown.find(QLabel, "whyNotSign").text()


def test_going_on_without_them_is_asked_once_in_words(shown: Shown) -> None:
    waiting(shown)
    click(shown, "waiveImages")
    assert shown.wishes == []
    click(shown, "actionConfirm")
    (wish,) = shown.wishes
    assert isinstance(wish, WishCaseAction)
    assert wish.action is Action.WAIVE_IMAGES


def test_what_came_is_shown_when_the_expert_wants_it(shown: Shown, qtbot: QtBot) -> None:
    studies = (part(CHEST, 3, 0, 0), part(LATER, 0, 2, 2))
    case = open_held(shown, held(Phase.READING, studies=studies))
    shown.apply(listed(CHEST, 3))
    click(shown, "showLate")
    assert shown.wishes[-1] == WishShowLate(case)
    shown.apply(listed(LATER, 2))
    qtbot.waitUntil(lambda: "Late images have come: 2" in strip(shown))
    assert not any(one.isVisible() for one in shown.window.findChildren(QPushButton, "showLate"))


def test_the_clinic_finds_the_way_to_the_images_in_the_menu_and_back(shown: Shown) -> None:
    summary = row(phase=Phase.READING, requester=person(DOCTOR), expert=person(EXPERT))
    case = open_own(shown, consultation(summary, allowed_actions=(Action.ADD_IMAGES,)))
    choose(shown, Action.ADD_IMAGES)
    assert shown.wishes == [WishLateImages(case)]
    shown.go(Page.CASE_FORM)
    form = shown.window.case_form
    assert [one.text() for one in form.findChildren(QLabel, "pageTitle")] == ["Late images"]
    assert shown.find(QPushButton, "addImages").isEnabled()
    assert "waits for them" in shown.find(QLabel, "checklist").text()
    QTest.mouseClick(shown.find(QPushButton, "submit"), Qt.MouseButton.LeftButton)
    assert shown.wishes[-1] == WishOpenCase(case)
