"""When a media process that says nothing is told of, when it is ended, and when neither."""

from collections.abc import Callable

import pytest

from app.media.watchdog import (
    BEGINS_WITHIN,
    ENDED_AFTER,
    LONGEST,
    LOOK_EVERY,
    SAID_AFTER,
    Verdict,
    Watchdog,
)


class Watched:
    """A call whose process counts every second while `counts` says so."""

    def __init__(self, counts: Callable[[float], bool] = lambda _: True) -> None:
        self.dog = Watchdog()
        self.now = 100.0
        self._counts = counts
        self.dog.call_began(self.now)

    def run(self, seconds: float) -> dict[Verdict, float]:
        """Looks for so long; when each verdict was first given, from the beginning of the run."""
        began, first = self.now, dict[Verdict, float]()
        while self.now < began + seconds:
            self.now += LOOK_EVERY
            if self.now % 1 == 0 and self._counts(self.now):
                self.dog.counted(self.now)
            first.setdefault(self.dog.look(self.now), self.now - began)
        return first

    def sleep(self, seconds: float) -> None:
        """Nothing runs on this computer."""
        self.now += seconds


def test_a_process_that_counts_works() -> None:
    assert set(Watched().run(600)) == {Verdict.WORKS}


def test_one_that_stands_still_is_told_of_and_then_ended() -> None:
    call = Watched(lambda now: now <= 110)
    call.run(10)
    found = call.run(30)
    assert SAID_AFTER < found[Verdict.STALLS] <= SAID_AFTER + LOOK_EVERY
    assert ENDED_AFTER < found[Verdict.HANGS] <= ENDED_AFTER + LOOK_EVERY


def test_each_further_end_waits_longer_since_a_busy_computer_has_no_time_for_a_new_one_either() -> (
    None
):
    call = Watched(lambda now: now <= 110)
    call.run(10)
    waits = []
    for _ in range(4):
        began = call.now
        while Verdict.HANGS not in call.run(LOOK_EVERY):
            pass
        waits.append(call.now - began)
        call.dog.call_began(call.now)
        call.dog.counted(call.now)
    assert waits == [
        wait + LOOK_EVERY for wait in (ENDED_AFTER, 2 * ENDED_AFTER, 4 * ENDED_AFTER, LONGEST)
    ]


def test_one_that_goes_on_in_time_is_not_ended() -> None:
    call = Watched(lambda now: not 110 < now < 116)
    assert set(call.run(60)) == {Verdict.WORKS, Verdict.STALLS}


def test_the_first_count_may_take_as_long_as_devices_take_to_open() -> None:
    call = Watched(lambda now: now >= 100 + BEGINS_WITHIN)
    assert set(call.run(60)) == {Verdict.WORKS}


def test_one_that_never_counts_is_ended() -> None:
    found = Watched(lambda _: False).run(60)
    assert found[Verdict.HANGS] == BEGINS_WITHIN + LOOK_EVERY


@pytest.mark.parametrize("slept", [3.0, 8 * 3600.0])
def test_a_computer_that_slept_is_no_process_that_hangs(slept: float) -> None:
    call = Watched()
    call.run(10)
    call.sleep(slept)
    assert set(call.run(30)) == {Verdict.WORKS}


def test_one_that_does_not_wake_up_with_the_computer_is_ended() -> None:
    call = Watched(lambda now: now <= 110)
    call.run(10)
    call.sleep(3600)
    assert call.run(30)[Verdict.HANGS] > ENDED_AFTER


def test_nothing_is_expected_without_a_call() -> None:
    call = Watched(lambda _: False)
    call.dog.call_ended()
    call.dog.counted(call.now)
    assert set(call.run(600)) == {Verdict.WORKS}
