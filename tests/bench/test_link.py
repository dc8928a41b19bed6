"""The emulated line does to packets what it was told, no more and no less."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.bench import link as emulated
from tests.bench.lane import Lane, Line

SIZE = 1250
"""Bytes; at 1000 kbit/s each takes 10 ms."""


def arrivals(line: Line, count: int, every: float) -> tuple[Lane, list[float | None]]:
    lane = Lane(line)
    return lane, [lane.arrival(10 + at * every, SIZE) for at in range(count)]


def test_every_packet_is_late_by_the_delay() -> None:
    _, moments = arrivals(Line(delay_ms=100), 3, 1.0)
    assert moments == pytest.approx([10.1, 11.1, 12.1])


def test_packets_leave_at_the_rate_and_wait_for_their_turn() -> None:
    lane, moments = arrivals(Line(rate_kbps=1000), 5, 0.0)
    assert moments == pytest.approx([10.01, 10.02, 10.03, 10.04, 10.05])
    assert lane.waits_ms == pytest.approx([0, 10, 20, 30, 40])


def test_what_would_wait_too_long_is_dropped() -> None:
    lane, moments = arrivals(Line(rate_kbps=1000, queue_ms=100), 20, 0.0)
    assert sum(moment is not None for moment in moments) == 11
    assert lane.overflowed == 9


def test_of_twice_the_rate_one_half_arrives() -> None:
    lane, moments = arrivals(Line(rate_kbps=1000), 4000, 0.005)
    assert sum(moment is not None for moment in moments) == pytest.approx(2030, abs=20)
    assert lane.arrived_bytes + lane.overflowed * SIZE == lane.sent_bytes


@pytest.mark.parametrize("burst", [1.0, 4.0])
def test_the_share_and_the_length_of_losses(burst: float) -> None:
    _, moments = arrivals(Line(loss=0.1, burst=burst), 40_000, 0.001)
    lost = [moment is None for moment in moments]
    begun = sum(now and not before for before, now in zip([False, *lost], lost, strict=False))
    assert sum(lost) / len(lost) == pytest.approx(0.1, abs=0.015)
    assert sum(lost) / begun == pytest.approx(burst if burst > 1 else 1 / 0.9, rel=0.1)


def test_nothing_passes_a_cut_line() -> None:
    lane, moments = arrivals(Line(cut=True), 10, 0.01)
    assert set(moments) == {None}
    assert lane.lost == 10


@pytest.fixture(scope="module")
def joined() -> Iterator[emulated.Link]:
    if (reason := emulated.missing()) is not None:
        pytest.skip(reason)
    with emulated.link() as made:
        yield made


def sent(joined: emulated.Link, count: int, line: Line) -> tuple[int, float, emulated.Passed]:
    """Datagrams from a to b: how many came and in how many seconds, and what the line counted."""
    module = (sys.executable, "-m", "tests.bench.children.datagrams")
    joined.change(Line())
    joined.count()
    with joined.running("b", (*module, "take")) as taker:
        assert taker.stdout is not None
        taker.stdout.readline()
        joined.change(line, of="a")
        sender = joined.inside("a", (*module, "send", "10.77.0.2", str(count), "1000"))
        subprocess.run(sender, check=True)
        came, seconds = taker.stdout.readline().split()
    return int(came), float(seconds), joined.count()[0]


@pytest.mark.live
def test_real_datagrams_cross_an_open_line(joined: emulated.Link) -> None:
    came, _, passed = sent(joined, 200, Line())
    assert came == 200
    assert (passed.lost, passed.overflowed) == (0, 0)


@pytest.mark.live
def test_real_datagrams_are_lost_as_told(joined: emulated.Link) -> None:
    came, _, passed = sent(joined, 1000, Line(loss=0.2))
    assert came == pytest.approx(800, abs=60)
    assert came + passed.lost >= 1000


@pytest.mark.live
def test_real_datagrams_queue_and_overflow(joined: emulated.Link) -> None:
    came, seconds, passed = sent(joined, 300, Line(rate_kbps=800, queue_ms=200))
    assert came + passed.overflowed >= 300
    assert 150 <= passed.queue_max_ms <= 210
    assert came * 1028 * 8 / seconds / 1000 < 900, "kbit/s: never faster than the line"


@pytest.mark.live
def test_each_direction_has_a_line_of_its_own(joined: emulated.Link) -> None:
    joined.change(Line())
    joined.change(Line(cut=True), of="b")
    joined.count()
    module = (sys.executable, "-m", "tests.bench.children.datagrams")
    subprocess.run(joined.inside("a", (*module, "send", "10.77.0.2", "5", "100")), check=True)
    there, back = joined.count()
    assert there.lost == 0 < there.arrived_bytes
    assert back.lost == back.sent > 0, "b's ICMP answers that nobody listens"
    assert back.arrived_bytes == 0
