"""Uploads leave the line to a call, and take it back when the call does not need it."""

from app.media.messages import ConnectionState, PeerStatistics, Statistics
from app.services.yielding import BEGIN, LATE_MS, LEAST, MOST, Yielding


def second(*, rtt: float | None = 50.0, lost: int = 0, peer: str = "expert") -> Statistics:
    """What is counted in one second of a call; `lost` since it began."""
    return Statistics(
        peers=(
            PeerStatistics(
                peer_id=peer, state=ConnectionState.CONNECTED, rtt_ms=rtt, packets_lost=lost
            ),
        )
    )


class Uploads:
    """Hears its limits."""

    def __init__(self) -> None:
        self.limits: list[int | None] = []
        self.yielding = Yielding(self.limits.append)

    def hear(self, *seconds: Statistics) -> int | None:
        for one in seconds:
            self.yielding.counted(one)
        return self.limits[-1]


def test_a_call_that_begins_leaves_little_to_uploads() -> None:
    assert Uploads().hear(second()) == BEGIN


def test_uploads_grow_while_the_call_is_well_and_never_beyond_the_most() -> None:
    uploads = Uploads()
    uploads.hear(*[second()] * 60)
    assert uploads.limits == sorted(uploads.limits, key=lambda limit: limit or 0)
    assert uploads.limits[-1] == MOST
    assert len(uploads.limits) < 60, "what does not change is not told again"


def test_late_answers_halve_them_and_never_stop_them() -> None:
    uploads = Uploads()
    uploads.hear(second(rtt=40))
    assert uploads.hear(second(rtt=41 + LATE_MS)) == BEGIN // 2
    assert uploads.hear(*[second(rtt=400)] * 20) == LEAST


def test_lost_packets_halve_them_once_for_each_second_that_lost_some() -> None:
    uploads = Uploads()
    uploads.hear(second())
    assert uploads.hear(second(lost=30)) == BEGIN // 2
    assert uploads.hear(second(lost=30)) == BEGIN // 2 + BEGIN // 8


def test_one_of_two_who_suffers_is_enough() -> None:
    uploads = Uploads()
    both = (*second(peer="a").peers, *second(peer="b").peers)
    uploads.hear(Statistics(peers=both))
    late = (*second(peer="a").peers, *second(peer="b", rtt=900).peers)
    assert uploads.hear(Statistics(peers=late)) == BEGIN // 2


def test_the_end_of_a_call_lets_them_go() -> None:
    uploads = Uploads()
    uploads.hear(second())
    uploads.yielding.ended()
    uploads.yielding.ended()
    assert uploads.limits == [BEGIN, None]


def test_a_call_with_nobody_else_holds_nothing_back() -> None:
    uploads = Uploads()
    uploads.yielding.counted(Statistics(peers=()))
    assert uploads.limits == []
