"""A better rung is taken with patience, which grows with each try that fails."""

from app.media.climbing import PROVEN_AFTER_S, Climbing
from app.media.ladder import LADDER, rung_for

FOR_240, FOR_360, FOR_480 = 160, 250, 600


class Ladder:
    """Somebody who looks once a second; little is really sent, which proves nothing."""

    def __init__(self) -> None:
        self.climbing = Climbing(rung_for(FOR_240))
        self.now = 0.0

    def passes(self, seconds: float, target: float) -> None:
        for _ in range(round(seconds)):
            self.now += 1
            self.climbing.choose(self.now, target, 150, 0)

    def waited_for(self, target: float) -> float:
        """Seconds until the rung of this rate is taken."""
        begun = self.now
        while self.climbing.place != rung_for(target):
            self.passes(1, target)
        return self.now - begun

    def fails(self, target: float) -> float:
        waited = self.waited_for(target)
        self.passes(2, FOR_240)
        assert LADDER[self.climbing.place].name == "240p15"
        return waited


def test_each_try_that_fails_makes_the_next_wait_longer() -> None:
    ladder = Ladder()
    assert [ladder.fails(FOR_360) for _ in range(3)] == [4, 13, 49]


def test_what_failed_is_forgotten_when_a_better_rung_was_carried() -> None:
    ladder = Ladder()
    for _ in range(3):
        ladder.fails(FOR_360)
    assert ladder.waited_for(FOR_480) <= 5, "that rung has never failed"
    ladder.passes(PROVEN_AFTER_S + 1, FOR_480)
    ladder.passes(2, FOR_240)
    assert ladder.waited_for(FOR_360) <= 5
