"""A browser is told what the line to us carries, and never less because we were busy."""

import pytest

from app.media.estimating import PATH_S, LineEstimate

STEP_S = 0.02
PACKET = 1160


class Sender:
    """Sends as much as it is allowed over a line without loss, by a clock of its own.

    Args:
        line_kbps: what the line carries; 0 is without limit.
    """

    def __init__(self, line_kbps: float = 0.0) -> None:
        self.now, self.line_kbps, self.delay = 500.0, line_kbps, 0.05
        self.here = self.now
        self.estimate = LineEstimate(lambda: self.here)
        self.told_kbps = 300.0
        self.most_kbps = 4000.0
        self._free, self._owed = self.now, 0.0
        self._waiting: list[tuple[float, float]] = []

    @property
    def queue_ms(self) -> float:
        return max(0.0, self._free - self.now) * 1000

    def run(self, seconds: float, *, deaf: bool = False) -> float:
        """What is told at the end, kbit/s; `deaf`: the receiver stands still and reads nothing."""
        ends = self.now + seconds
        while self.now < ends:
            self.now += STEP_S
            self._owed += min(self.told_kbps, self.most_kbps) * 125 * STEP_S
            while self._owed >= PACKET:
                self._owed -= PACKET
                self._free = max(self.now, self._free)
                self._free += PACKET * 8 / 1000 / self.line_kbps if self.line_kbps else 0.0
                self._waiting.append((self._free + self.delay, self.now))
            while not deaf and self._waiting and self._waiting[0][0] <= self.now:
                self._read(*self._waiting.pop(0))
        return self.told_kbps

    def _read(self, arrives: float, sent: float) -> None:
        self.here = max(self.here, arrives, self.now - STEP_S)
        stamp = int((sent + 40.0) * (1 << 18)) % (1 << 24)
        told = self.estimate.add(
            abs_send_time=stamp, arrival_time_ms=0, payload_size=PACKET - 40, ssrc=7
        )
        if told is not None:
            assert told[1] == [7]
            self.told_kbps = told[0] / 1000


def test_on_a_good_line_it_soon_allows_the_most() -> None:
    assert Sender().run(5) == 4000


@pytest.mark.parametrize("line", [300, 500, 1000])
def test_on_a_narrow_line_it_settles_below_what_the_line_carries(line: int) -> None:
    sender = Sender(line)
    sender.run(12)
    for _ in range(20):
        assert 0.6 * line < sender.run(1) < 1.3 * line
        assert sender.queue_ms < 400


def test_a_line_that_falls_is_followed_within_seconds() -> None:
    sender = Sender(3000)
    sender.run(20)
    sender.line_kbps = 400
    sender.run(6)
    assert sender.told_kbps < 400


def test_a_receiver_that_stood_still_takes_nothing_back() -> None:
    sender = Sender()
    before = sender.run(6)
    for _ in range(20):
        sender.run(0.4, deaf=True)
        assert sender.run(0.5) >= before


@pytest.mark.parametrize("longer", [0.13, 0.35])
def test_a_longer_path_is_no_queue_for_ever(longer: float) -> None:
    sender = Sender()
    sender.most_kbps = 900
    sender.run(6)
    sender.delay = longer
    assert sender.run(PATH_S + 20) > 1000


def test_a_program_of_our_own_kind_is_told_nothing_more_in_this_way() -> None:
    sender = Sender()
    before = sender.run(2)
    sender.estimate.own_kind = True
    assert sender.run(5) == before < 4000


def test_what_nobody_tried_is_not_allowed() -> None:
    sender = Sender()
    sender.most_kbps = 200
    assert sender.run(60) <= 2 * 240 + 100
