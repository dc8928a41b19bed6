"""The first picture of a study has the line to itself, and the others come right behind it."""

from app.transfer.fetched_study import FirstAlone


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(*, answered_after: float, took: float, size: int = 1000, pieces: int = 100) -> float:
    """When the others may begin, of an instance that comes evenly."""
    clock = Clock()
    first = FirstAlone(clock)
    first.asked()
    clock.now = answered_after
    first.told(size)
    for _ in range(pieces):
        clock.now += took / pieces
        first.count(size // pieces)
        if first.over.is_set():
            break
    return clock.now


def test_others_begin_when_their_first_bytes_come_behind_its_last() -> None:
    began = opened(answered_after=0.05, took=0.2)
    assert 0.25 - 2.1 * 0.05 < began < 0.25 - 0.05


def test_on_a_slow_line_they_wait_as_long_as_it_takes() -> None:
    assert opened(answered_after=0.1, took=2.0) > 1.8


def test_what_comes_at_once_with_the_answer_says_nothing_of_the_line() -> None:
    clock = Clock()
    first = FirstAlone(clock)
    first.asked()
    clock.now = 0.1
    first.told(1_000_000)
    first.count(60_000)
    assert not first.over.is_set()


def test_without_a_size_nobody_guesses() -> None:
    first = FirstAlone(Clock())
    first.asked()
    first.count(1000)
    assert not first.over.is_set()
