"""The queue in the line is seen without a common clock."""

from app.media.queueing import LEAST_OF_S, LineQueue


class Line:
    """Packets sent every 200 ms by a clock some hours off, each travelling 50 ms or more."""

    def __init__(self, offset_ms: int = 7_200_000) -> None:
        self.now = 100.0
        self.queue = LineQueue(lambda: self.now)
        self._offset = offset_ms

    def packets(self, count: int, waiting: float = 0.0) -> float | None:
        for _ in range(count):
            self.now += 0.2
            sent = self.now - 0.05 - waiting
            self.queue.arrived((round(sent * 1000) + self._offset) % (1 << 32))
        return self.queue.waiting_ms()


def about(value: float | None, wanted: float) -> bool:
    return value is not None and abs(value - wanted) <= 2


def test_nothing_is_known_before_a_packet_came() -> None:
    assert Line().queue.waiting_ms() is None


def test_travelling_time_is_no_queue() -> None:
    assert about(Line().packets(10), 0)


def test_what_waits_longer_than_the_fastest_is_a_queue() -> None:
    line = Line()
    line.packets(10)
    assert about(line.packets(5, waiting=0.4), 400)
    assert about(line.packets(5), 0)


def test_one_late_packet_is_no_queue() -> None:
    line = Line()
    line.packets(10)
    assert about(line.packets(1, waiting=0.3), 0)


def test_after_a_minute_a_longer_way_is_the_way() -> None:
    line = Line()
    line.packets(10)
    assert about(line.packets(round(LEAST_OF_S / 0.2) + 5, waiting=0.1), 0)


def test_the_senders_clock_may_wrap() -> None:
    line = Line(offset_ms=(1 << 32) - 101_000)
    assert about(line.packets(30), 0)


def test_a_silent_line_tells_nothing() -> None:
    line = Line()
    line.packets(10)
    line.now += 2
    assert line.queue.waiting_ms() is None


def test_a_computer_that_stood_still_tells_nothing_until_new_packets_came() -> None:
    line = Line()
    line.packets(10)
    line.packets(3, waiting=0.4)
    line.queue.stood_still()
    assert line.queue.waiting_ms() is None
    assert about(line.packets(5), 0)
