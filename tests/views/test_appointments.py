"""A consultation at an agreed time: made, seen by both sides, and recorded where one was absent."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QDate, QDateTime, QTime
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QLineEdit

from app.commands.case_wishes import WishCaseAction
from protocol.appointment import FURTHEST
from protocol.consultation import Action, Phase
from tests.fakes.examples import NOW, consultation, person, row
from tests.views.conftest import Shown
from tests.views.facts import EVERYBODY
from tests.views.test_case_actions import choose, click, held, open_held, open_own, strip


def test_an_appointment_is_made_in_the_time_of_this_computer(shown: Shown) -> None:
    id_ = open_held(shown)
    choose(shown, Action.SCHEDULE)
    at = (NOW + timedelta(days=1)).replace(second=0, microsecond=0)
    shown.find(QDateTimeEdit, "appointmentAt").setDateTime(
        QDateTime.fromSecsSinceEpoch(int(at.timestamp()))
    )
    click(shown, "actionConfirm")
    assert shown.wishes == [WishCaseAction(id_, Action.SCHEDULE, scheduled_for=at)]


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This computer stands where clocks are changed."""
    with monkeypatch.context() as there:
        there.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("month", "day", "utc_hour"), [(3, 27, 8), (3, 28, 7)], ids=["the day before", "that day"]
)
def test_on_the_day_the_clocks_are_changed_it_is_at_the_hour_on_the_wall(
    shown: Shown, berlin: None, month: int, day: int, utc_hour: int
) -> None:
    id_ = open_held(shown)
    choose(shown, Action.SCHEDULE)
    wall = QDateTime(QDate(NOW.year + 1, month, day), QTime(9, 0))
    shown.find(QDateTimeEdit, "appointmentAt").setDateTime(wall)
    click(shown, "actionConfirm")
    at = NOW.replace(
        year=NOW.year + 1, month=month, day=day, hour=utc_hour, minute=0, second=0, microsecond=0
    )
    assert shown.wishes == [WishCaseAction(id_, Action.SCHEDULE, scheduled_for=at)]


@pytest.mark.parametrize("off", [timedelta(minutes=-1), FURTHEST + timedelta(minutes=1)])
def test_a_time_that_has_passed_or_is_too_far_off_is_no_appointment(
    shown: Shown, off: timedelta
) -> None:
    open_held(shown)
    choose(shown, Action.SCHEDULE)
    shown.find(QDateTimeEdit, "appointmentAt").setDateTime(
        QDateTime.fromSecsSinceEpoch(int((NOW + off).timestamp()))
    )
    click(shown, "actionConfirm")
    assert shown.wishes == []


def test_both_sides_see_the_appointment(shown: Shown) -> None:
    at = NOW + timedelta(hours=2)
    summary = row(phase=Phase.SCHEDULED, expert=person(EVERYBODY), scheduled_for=at)
    open_own(shown, consultation(summary))
    assert "Appointment" in strip(shown)
    assert "2 h 0 min" in strip(shown)


def test_an_absence_says_who(shown: Shown) -> None:
    id_ = open_held(shown, held(Phase.SCHEDULED, Action.RECORD_NO_SHOW))
    choose(shown, Action.RECORD_NO_SHOW)
    click(shown, "actionConfirm")
    assert shown.wishes == []
    shown.find(QComboBox, "absentWho").setCurrentIndex(1)
    shown.find(QLineEdit, "absentMore").setText("电话无人接听")
    click(shown, "actionConfirm")
    reason = "The patient was absent – 电话无人接听"
    assert shown.wishes == [WishCaseAction(id_, Action.RECORD_NO_SHOW, reason)]
