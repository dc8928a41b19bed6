"""What the rows of calls over bad lines read out of a call's seconds."""

from app.media.messages import ConnectionState, PeerStatistics
from protocol.call import Motion
from tests.bench.bad_lines import Second, Watched
from tests.bench.link import Passed

NOTHING = Passed(0, 0, 0, 0, 0, 0.0, 0.0, 0.0)


def ends(**said: object) -> tuple[PeerStatistics, PeerStatistics]:
    one = PeerStatistics.model_validate(
        {"peer_id": "expert", "state": ConnectionState.CONNECTED, "fps": 25.0, **said}
    )
    return one, one


def watched(*seconds: tuple[PeerStatistics, PeerStatistics]) -> Watched:
    return Watched([Second(at, one, (NOTHING, NOTHING)) for at, one in enumerate(seconds)])


def test_it_has_settled_when_it_fits_to_the_end() -> None:
    rates = [4000, 300, 900, 310, 300]
    call = watched(*(ends(target_kbps=rate) for rate in rates))
    assert call.settled_after(1, lambda end: end.target_kbps <= 330) == 2
    assert call.settled_after(4, lambda end: end.target_kbps <= 330) == 0
    assert call.settled_after(1, lambda end: end.target_kbps > 9000) == 4


def test_a_second_without_statistics_does_not_shorten_the_time() -> None:
    call = watched(*(ends(target_kbps=rate) for rate in (4000, 4000, 300)))
    del call.seconds[0]
    assert call.settled_after(0, lambda end: end.target_kbps <= 330) == 2


def test_going_back_to_a_rung_just_left_is_an_oscillation() -> None:
    assert watched(*(ends(rung=one) for one in ("720p25", "480p15", "480p15"))).returns() == 0
    assert watched(*(ends(rung=one) for one in ("480p15", "720p25", "480p15"))).returns() == 1


def test_a_still_picture_is_untold_until_somebody_says_so() -> None:
    still = ends(fps=0.0, their_motion=Motion.FLUENT)
    told = ends(fps=0.0, their_motion=Motion.PAUSED)
    assert watched(ends(), still, told).untold() == 1
