"""The adaptive controller on lines in arithmetic: it settles, follows, and does not swing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.media.ladder import MOST_KBPS
from app.media.refused import BEYOND, Refused
from protocol.call import Motion
from tests.media.lines import SimulatedLine, rung_changes

RATES = st.floats(min_value=200, max_value=6000)
LOSSES = st.floats(min_value=0, max_value=0.08)
SEEDS = st.integers(0, 100)


@settings(deadline=None, max_examples=60)
@given(RATES, LOSSES, SEEDS, st.booleans())
def test_it_never_oscillates_between_two_rungs(
    rate: float, loss: float, seed: int, speaks: bool
) -> None:
    line = SimulatedLine(rate, loss, seed=seed, speaks=speaks)
    line.run(60)
    assert rung_changes(line.run(600)) <= 8, "four tries in ten minutes, ever fewer"


@settings(deadline=None, max_examples=60)
@given(RATES, LOSSES, SEEDS, st.booleans())
def test_a_quiet_picture_tries_a_rung_once_a_minute_at_most(
    rate: float, loss: float, seed: int, speaks: bool
) -> None:
    """What it sends proves less of the line, so that it is tried a little oftener."""
    line = SimulatedLine(rate, loss, seed=seed, speaks=speaks, quiet=True)
    line.run(60)
    assert rung_changes(line.run(600)) <= 20


@settings(deadline=None, max_examples=60)
@given(RATES, SEEDS, st.booleans())
def test_it_settles_below_the_rate_of_the_line(rate: float, seed: int, speaks: bool) -> None:
    line = SimulatedLine(rate, seed=seed, speaks=speaks)
    line.run(30)
    settled = line.run(120)
    mean = sum(decision.target_kbps for decision in settled) / len(settled)
    assert min(rate, MOST_KBPS) * 0.6 <= mean <= rate * 1.02
    queues = sorted(decision.queue_ms for decision in settled)
    assert queues[len(queues) * 95 // 100] <= 400


@pytest.mark.parametrize("speaks", [False, True], ids=["browser", "ours"])
def test_it_follows_a_line_that_falls_and_rises(*, speaks: bool) -> None:
    line = SimulatedLine(4000, speaks=speaks)
    line.run(30)
    line.rate_kbps = 300
    fall = line.run(20)
    assert all(decision.target_kbps <= 325 for decision in fall[10:]), "within 5 s, and for good"
    line.rate_kbps = 2000
    rise = line.run(40)
    assert any(decision.rung.height >= 720 for decision in rise[:40]), "within 20 s"
    assert rung_changes(fall[10:]) <= 2
    assert rung_changes(rise[40:]) == 0


def test_a_queue_that_is_heard_of_late_is_not_answered_twice() -> None:
    line = SimulatedLine(4000, speaks=True, thin_back=True)
    line.run(30)
    line.rate_kbps = 300
    fall = line.run(20)
    assert all(decision.target_kbps <= 330 for decision in fall[10:20]), "within 5 s"
    assert all(decision.rung.motion is Motion.FLUENT for decision in fall), "the line carries them"


@pytest.mark.parametrize("speaks", [False, True], ids=["browser", "ours"])
def test_a_quiet_picture_that_takes_little_of_its_rung_gets_a_better_one(*, speaks: bool) -> None:
    line = SimulatedLine(4000, speaks=speaks, quiet=True)
    line.run(30)
    line.rate_kbps = 300
    line.run(20)
    line.rate_kbps = 2000
    rise = line.run(60)
    assert any(decision.rung.height >= 720 for decision in rise[:40]), "within 20 s"
    assert all(decision.rung.height >= 720 for decision in rise[40:])


@pytest.mark.parametrize("rate_kbps", [300, 1000])
def test_a_start_ends_without_a_long_queue(rate_kbps: float) -> None:
    line = SimulatedLine(rate_kbps, loss=0.05, rtt_ms=200, speaks=True, quiet=True)
    queues = []
    for _ in range(30):
        line.run(0.5)
        queues.append(line.queue_ms)
    assert max(queues) <= 400


def test_loss_alone_holds_no_start_back() -> None:
    line = SimulatedLine(1000, loss=0.05, rtt_ms=200, speaks=True)
    line.run(12)
    settled = line.run(30)
    assert {decision.rung.name for decision in settled} == {"480p15"}
    assert all(600 <= decision.target_kbps <= 1000 for decision in settled)


@pytest.mark.parametrize("rate_kbps", [800, 1000, 1300])
def test_a_better_rung_is_tried_step_by_step(rate_kbps: float) -> None:
    line = SimulatedLine(rate_kbps, speaks=True, quiet=True)
    line.run(15)
    queues = []
    for _ in range(200):
        tried = line.run(0.5)[-1].rung.height >= 720
        queues.append((line.queue_ms, tried))
    assert any(tried for _, tried in queues)
    assert max(queue for queue, _ in queues) <= 200, "it was known after a moment"


def recovery(line: SimulatedLine, seconds: float) -> list[str]:
    """The rungs of the time on a good line after one that carries hardly more than sound."""
    line.run(32)
    line.rate_kbps = 120
    assert line.run(32)[-1].rung.motion is not Motion.FLUENT
    line.rate_kbps = 2000
    return [decision.rung.name for decision in line.run(seconds)]


@pytest.mark.parametrize("every", [1.0, 2.0, 3.0, 5.0])
def test_pictures_return_to_a_browser_however_seldom_it_reports_of_sound(every: float) -> None:
    line = SimulatedLine(500, sound_reports_every=every)
    rungs = recovery(line, 40)
    fluent = next(at for at, name in enumerate(rungs) if name.endswith("15"))
    assert fluent / 2 <= 26
    assert rungs[-1] == "720p25"


def test_pictures_return_to_a_peer_of_our_own_kind() -> None:
    rungs = recovery(SimulatedLine(500, speaks=True), 30)
    assert rungs[-1] == "720p25"


@pytest.mark.parametrize("rate_kbps", [100, 120])
@pytest.mark.parametrize("every", [1.0, 5.0])
def test_a_line_for_sound_alone_is_tried_ever_more_seldom(rate_kbps: float, every: float) -> None:
    line = SimulatedLine(rate_kbps, sound_reports_every=every)
    line.run(60)
    decisions = line.run(600)
    assert rung_changes(decisions) <= 16, "a try every two minutes, and none stays"
    sound = sum(decision.rung.motion is Motion.PAUSED for decision in decisions)
    assert sound >= 0.95 * len(decisions)


@pytest.mark.parametrize("speaks", [False, True], ids=["browser", "ours"])
@pytest.mark.parametrize("longer_ms", [60, 90, 140, 250, 400])
def test_a_longer_path_is_not_taken_for_a_queue(longer_ms: float, *, speaks: bool) -> None:
    line = SimulatedLine(5000, rtt_ms=20, speaks=speaks)
    line.run(60)
    line.rtt_ms += longer_ms
    decisions = line.run(50)
    assert all(decision.rung.height >= 720 for decision in decisions)
    assert decisions[-1].target_kbps == MOST_KBPS, "not only when a minute has passed"


@pytest.mark.parametrize("speaks", [False, True], ids=["browser", "ours"])
@pytest.mark.parametrize("longer_ms", [60, 90, 140, 250, 400])
def test_a_longer_path_that_carries_less_leaves_fluent_pictures(
    longer_ms: float, *, speaks: bool
) -> None:
    line = SimulatedLine(4000, rtt_ms=20, speaks=speaks)
    line.run(60)
    line.rtt_ms, line.rate_kbps = 20 + longer_ms, 500
    fell = line.run(15)
    settled = line.run(45)
    assert all(decision.rung.motion is Motion.FLUENT for decision in fell + settled)
    assert line.queue_ms <= 300
    mean = sum(decision.target_kbps for decision in settled) / len(settled)
    assert 250 <= mean <= 510


@settings(deadline=None, max_examples=60)
@given(RATES, st.floats(0, 400), SEEDS, st.booleans())
def test_a_queue_is_not_taken_for_a_longer_path(
    rate: float, longer_ms: float, seed: int, speaks: bool
) -> None:
    line = SimulatedLine(rate, rtt_ms=40, seed=seed, speaks=speaks)
    line.run(60)
    line.rtt_ms += longer_ms
    line.rate_kbps = rate * 0.5
    line.run(30)
    waits = []
    for _ in range(120):
        line.run(0.5)
        waits.append(line.queue_ms)
    assert sorted(waits)[len(waits) * 95 // 100] <= 400


@pytest.mark.parametrize("speaks", [False, True], ids=["browser", "ours"])
def test_a_try_that_fails_goes_back_to_the_rung_it_came_from(*, speaks: bool) -> None:
    line = SimulatedLine(1526, speaks=speaks, quiet=True)
    line.run(60)
    assert "480p15" not in {decision.rung.name for decision in line.run(300)}


def test_tries_that_fail_do_not_lead_higher_and_higher() -> None:
    refused = Refused()
    for second in range(0, 60, 6):
        refused.notice(float(second), 300.0 * BEYOND**second, measured=True)
    assert refused.most(60.0) == pytest.approx(300.0 * BEYOND)
