"""What would be said again and again is said now and then."""

from datetime import timedelta

from server.api.services.now_and_then import NowAndThen
from tests.server.in_process import TurnedClock


def test_it_is_due_at_first_and_then_once_in_that_time() -> None:
    clock = TurnedClock()
    said = NowAndThen(clock, timedelta(minutes=10))
    due = [said.due()]
    for minutes in (9, 1, 9, 1):
        clock.at += timedelta(minutes=minutes)
        due.append(said.due())
    assert due == [True, False, True, False, True]


def test_what_went_well_meanwhile_is_said_at_once_when_it_fails_again() -> None:
    said = NowAndThen(TurnedClock(), timedelta(minutes=10))
    assert said.due()
    assert not said.due()
    said.reset()
    assert said.due()
