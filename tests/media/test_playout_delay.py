"""When a received picture is shown."""

import itertools

from app.media.playout_delay import MOST_S, TOLERATED_S, PlayoutDelay

EVERY = 1 / 15
WAY = 0.1
"""Seconds from taking a picture to having it decoded, when nothing is lost."""


def shown(delay: PlayoutDelay, lateness: list[float], begin: float = 0.0) -> list[float]:
    """Pauses between pictures that come as late as said, each after the one before it."""
    moments: list[float] = []
    came = 0.0
    for number, late in enumerate(lateness):
        taken = begin + number * EVERY
        came = max(came, taken + WAY + late)
        moments.append(delay.due(came, taken))
    return [after - before for before, after in itertools.pairwise(moments)]


def test_pictures_that_come_in_step_are_shown_as_they_come() -> None:
    delay = PlayoutDelay()
    pauses = shown(delay, [0.0] * 200)
    assert delay.seconds == 0
    assert max(pauses) - min(pauses) < 1e-9


def test_on_a_line_that_loses_pictures_keep_their_step_after_a_moment() -> None:
    delay = PlayoutDelay()
    holes = [0.28 if number % 5 == 0 else 0.0 for number in range(300)]
    pauses = shown(delay, holes)
    assert max(pauses[:10]) > EVERY + 0.15  # before anything was known
    assert max(pauses[100:]) <= EVERY + TOLERATED_S + 1e-9


def test_a_short_hiccup_of_a_computer_delays_nothing_after_it() -> None:
    delay = PlayoutDelay()
    shown(delay, [0.0] * 100 + [0.15] + [0.0] * 60)
    assert delay.seconds == 0


def test_the_delay_ends_with_its_cause_step_by_step() -> None:
    delay = PlayoutDelay()
    shown(delay, [0.28 if number % 5 == 0 else 0.0 for number in range(300)])
    held = delay.seconds
    pauses = shown(delay, [0.0] * 600, begin=300 * EVERY)
    assert held > 0.15
    assert delay.seconds == 0
    assert min(pauses[5:]) > EVERY * 0.9, "nobody sees that it shrinks"


def test_no_line_delays_pictures_without_end() -> None:
    delay = PlayoutDelay()
    shown(delay, [2.0 if number % 2 else 0.0 for number in range(300)])
    assert delay.seconds <= MOST_S


def test_a_sender_whose_clock_begins_anew_is_followed() -> None:
    delay = PlayoutDelay()
    shown(delay, [0.0] * 50, begin=40_000.0)
    now = 50 * EVERY + 40_000.0 + WAY
    assert delay.due(now, 0.0) == now
    assert delay.due(now + EVERY, EVERY) == now + EVERY


def test_pictures_that_are_meant_to_stand_still_are_forgotten() -> None:
    delay = PlayoutDelay()
    shown(delay, [0.28 if number % 5 == 0 else 0.0 for number in range(300)])
    delay.forget()
    assert delay.due(1000.0, 500.0) == 1000.0
