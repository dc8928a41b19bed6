"""No case is a dead end: giving back, withdrawing and going on ask what they need."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from app.commands.wishes import Page, WishRelease, WishResume, WishWithdraw
from app.session.case import Case, CaseOpened, ClaimGone, ClaimHeld
from protocol.consultation import Action, Phase
from tests.fakes.examples import CASE, DOCTOR, consultation, content, person, row
from tests.views.conftest import Shown
from tests.views.facts import CLAIM, EVERYBODY, online, reading


def open_case(shown: Shown, phase: Phase, *actions: Action, own: bool = True) -> Case:
    """A case that is this expert's own, open in the workspace."""
    expert = person(EVERYBODY) if own else person(DOCTOR)
    case = Case(
        consultation(row(phase=phase, expert=expert), allowed_actions=actions), content=content()
    )
    shown.apply(*online(), CaseOpened(case))
    shown.go(Page.WORKSPACE)
    return case


def click(shown: Shown, name: str) -> None:
    QTest.mouseClick(shown.find(QPushButton, name), Qt.MouseButton.LeftButton)


def choose(shown: Shown, action: str) -> None:
    """A line of the menu of case actions."""
    click(shown, "caseActions")
    click(shown, f"action_{action}")


def write(shown: Shown, name: str, text: str) -> None:
    field = shown.find(QLineEdit, name)
    assert field.isVisible()
    field.setText(text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_giving_back_asks_why_and_says_it(shown: Shown) -> None:
    shown.apply(*online(), *reading())
    shown.go(Page.WORKSPACE)
    choose(shown, "release")
    assert shown.wishes == []
    write(shown, "actionReason", "not my field")
    assert shown.wishes == [WishRelease("not my field")]


def test_without_a_reason_nothing_is_given_back(shown: Shown) -> None:
    shown.apply(*online(), *reading())
    shown.go(Page.WORKSPACE)
    choose(shown, "release")
    click(shown, "actionConfirm")
    assert shown.wishes == []


def test_a_case_sent_by_mistake_can_be_withdrawn(shown: Shown) -> None:
    case = consultation(row(phase=Phase.QUEUED), allowed_actions=(Action.WITHDRAW,))
    shown.apply(*online(DOCTOR), CaseOpened(Case(case, content=content())))
    shown.go(Page.WORKSPACE)
    choose(shown, "withdraw")
    write(shown, "actionReason", "wrong patient")
    assert shown.wishes == [WishWithdraw(case.summary.id, "wrong patient")]


def test_a_suspended_case_can_be_gone_on_with(shown: Shown) -> None:
    open_case(shown, Phase.SUSPENDED)
    shown.apply(ClaimHeld(CASE, CLAIM))
    click(shown, "resumeCase")
    assert shown.wishes == [WishResume()]


def test_a_case_held_from_another_computer_can_be_taken_up_here(shown: Shown) -> None:
    open_case(shown, Phase.READING)
    click(shown, "resumeCase")
    assert shown.wishes == [WishResume()]


def test_a_case_that_is_held_and_runs_needs_no_such_button(shown: Shown) -> None:
    case = open_case(shown, Phase.READING)
    shown.apply(ClaimHeld(CASE, CLAIM))
    assert not shown.find(QPushButton, "resumeCase").isVisible()
    shown.apply(ClaimGone(case.id))
    assert shown.find(QPushButton, "resumeCase").isVisible()


def test_somebody_elses_case_cannot_be_taken_up(shown: Shown) -> None:
    open_case(shown, Phase.READING, own=False)
    assert not shown.find(QPushButton, "resumeCase").isVisible()
