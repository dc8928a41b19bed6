"""The rules of the adaptive controller."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.media.bitrate import (
    HEADERS_KBPS,
    SOUND_KBPS,
    Controller,
    Decision,
)
from app.media.ladder import LADDER, LEAST_KBPS, MOST_KBPS, rung_for
from app.media.line_quality import Quality, Report, Work
from protocol.call import Limit, Motion

IDLE = Work()
FINE = Report(lost=0.0, packets=100, rtt_ms=50)


def reports(count: int, report: Report, work: Work = IDLE) -> tuple[Controller, Decision]:
    """A controller after so many equal reports, one a second, and its last decision."""
    controller = Controller(0.0)
    controller.heard(0.0, FINE)
    decision = controller.decide(0.0, work)
    for second in range(1, count + 1):
        controller.heard(float(second), report)
        decision = controller.decide(float(second), work)
    return controller, decision


@pytest.mark.parametrize(
    ("kbps", "rung"),
    [
        (4000, "1080p30"),
        (3000, "1080p30"),
        (2999, "720p25"),
        (1500, "720p25"),
        (1499, "480p15"),
        (500, "480p15"),
        (499, "360p15"),
        (200, "240p15"),
        (140, "single"),
        (100, "sound"),
    ],
)
def test_the_ladder(kbps: int, rung: str) -> None:
    assert LADDER[rung_for(kbps)].name == rung


def test_a_call_starts_with_2000_kbit_s_opened_step_by_step_to_720p25() -> None:
    controller = Controller(0.0)
    first = controller.decide(0.0, IDLE)
    assert (first.target_kbps, first.pictures_kbps) == (2000, 0), "sound meets the line first"
    rungs = []
    for half in range(1, 12):
        controller.heard(half / 2, Report(0.0, 100, 90))
        controller.told(half / 2, 20.0, 500.0)
        rungs.append(controller.decide(half / 2, IDLE).rung.name)
    assert list(dict.fromkeys([first.rung.name, *rungs])) == ["360p15", "480p15", "720p25"]


@pytest.mark.parametrize(
    ("report", "quality"),
    [
        (Report(0.0, 100, 50), Quality.EXCELLENT),
        (Report(0.0, 100, 50, jitter_ms=90), Quality.GOOD),
        (Report(0.015, 100, 50), Quality.GOOD),
        (Report(0.05, 100, 50), Quality.FAIR),
        (Report(0.15, 100, 50), Quality.POOR),
        (Report(0.5, 100, 50), Quality.CRITICAL),
    ],
)
def test_the_line_is_judged_by_loss(report: Report, quality: Quality) -> None:
    controller, _ = reports(20, report)
    assert controller.quality is quality


@pytest.mark.parametrize(
    ("rtt_ms", "quality"),
    [
        (100, Quality.GOOD),
        (140, Quality.FAIR),
        (250, Quality.POOR),
        (500, Quality.CRITICAL),
    ],
)
def test_the_line_is_judged_by_its_queue(rtt_ms: float, quality: Quality) -> None:
    controller, _ = reports(1, Report(0.0, 100, rtt_ms))
    assert controller.quality is quality


@pytest.mark.parametrize(
    ("report", "step"),
    [
        (Report(0.0, 100, 50), 200),
        (Report(0.0, 100, 100), 100),
        (Report(0.0, 100, 140), 0),
        (Report(0.0, 100, 250), -200),
        (Report(0.0, 100, 500), -500),
    ],
    ids=["excellent", "good", "fair", "poor", "critical"],
)
def test_the_steps(report: Report, step: int) -> None:
    controller, before = reports(8, FINE)
    controller.heard(9.0, report)
    assert controller.decide(9.0, IDLE).target_kbps == before.target_kbps + step


def test_without_a_new_report_nothing_is_stepped() -> None:
    controller, before = reports(3, FINE)
    assert controller.decide(5.0, IDLE).target_kbps == before.target_kbps


def test_a_queue_that_stays_takes_the_rate_below_what_arrived() -> None:
    controller, decision = reports(8, FINE)
    for second in range(9, 13):
        controller.heard(float(second), Report(0.1, 100, 450))
        decision = controller.decide(float(second), Work(arrived_kbps=400))
    assert decision.target_kbps <= 340


def test_what_ran_over_a_queue_that_was_answered_is_not_answered_again() -> None:
    controller, _ = reports(8, FINE)
    for fifth in range(5):
        controller.told(9.0 + fifth / 5, 900.0, 300.0)
        cut = controller.decide(9.0 + fifth / 5, IDLE)
    for half in range(4):
        controller.told(10.5 + half / 2, 5.0, 250.0)
        controller.heard(10.5 + half / 2, Report(0.7, 60, 60))
        after = controller.decide(10.5 + half / 2, IDLE)
    assert cut.target_kbps == 255, "as soon as it is known what goes through"
    assert after.target_kbps == 255


def test_one_look_at_a_queue_never_takes_more_than_three_fifths() -> None:
    controller, before = reports(8, FINE)
    controller.heard(9.0, Report(0.0, 100, 450))
    decision = controller.decide(9.0, Work(arrived_kbps=50))
    assert decision.target_kbps == round(before.target_kbps * 0.4)


def test_the_receivers_estimate_counts_when_it_falls_on_a_suspicious_line() -> None:
    controller, _ = reports(8, FINE)
    controller.heard(9.0, Report(0.0, 100, 95))
    controller.estimated(3500)
    controller.estimated(2500)
    assert controller.decide(9.0, IDLE).target_kbps == 2500


def test_the_estimate_of_a_receiver_that_tells_what_it_measured_is_not_asked() -> None:
    controller, before = reports(8, Report(0.05, 100, 50))
    controller.told(8.9, 50.0, 600.0)
    controller.estimated(400)
    controller.heard(9.0, Report(0.05, 100, 50))
    assert controller.decide(9.0, IDLE).target_kbps >= before.target_kbps


def test_the_receivers_estimate_alone_is_not_believed() -> None:
    controller, before = reports(2, FINE)
    controller.estimated(2500)
    controller.estimated(700)
    assert controller.decide(3.0, IDLE).target_kbps == before.target_kbps


def test_loss_without_a_queue_leaves_small_fluent_pictures() -> None:
    _, decision = reports(60, Report(0.15, 100, 50))
    assert decision.rung.name == "360p15"


def test_a_busy_processor_lowers_the_rung_and_is_named() -> None:
    _, decision = reports(4, FINE, Work(encode_share=0.95))
    assert decision.rung.height < 720
    assert decision.limit is Limit.PROCESSOR


def test_pictures_too_rich_for_their_rate_become_smaller_but_stay_fluent() -> None:
    _, decision = reports(60, FINE, Work(skipped_share=0.5))
    assert (decision.rung.name, decision.rung.motion) == ("240p15", Motion.FLUENT)


def test_lost_sound_is_sent_twice_and_once_again_when_nothing_is_lost() -> None:
    controller, decision = reports(20, Report(0.05, 100, 50))
    assert decision.repeat_sound
    for second in range(21, 60):
        controller.heard(float(second), FINE)
        decision = controller.decide(float(second), IDLE)
    assert not decision.repeat_sound


def test_while_nothing_is_heard_little_is_sent_and_the_rung_waits() -> None:
    controller, before = reports(3, FINE)
    decision = controller.decide(10.0, IDLE)
    assert decision.pictures_kbps < 300
    assert decision.rung is before.rung
    controller.heard(10.0, Report(0.9, 20, 900))
    assert controller.decide(10.0, IDLE).target_kbps >= 300


def test_the_losses_of_a_cut_are_not_taken_for_those_of_the_line_after_it() -> None:
    controller, _ = reports(4, FINE)
    decisions = []
    for at in (8.0, 8.5, 9.0, 9.5, 10.0, 11.0, 12.0):
        controller.heard(at, Report(0.95 if at < 9.5 else 0.0, 100, 60))
        controller.told(at, 5.0, 900.0)
        decisions.append(controller.decide(at, IDLE))
    assert all(decision.rung.motion is Motion.FLUENT for decision in decisions)
    assert decisions[-1].target_kbps >= 1000


def test_not_much_more_is_aimed_at_than_is_sent() -> None:
    _, decision = reports(60, FINE, Work(sent_kbps=300))
    assert decision.target_kbps == 2000, "the start is not taken back"
    controller, _ = reports(30, Report(0.3, 100, 50))
    for second in range(31, 90):
        controller.heard(float(second), FINE)
        decision = controller.decide(float(second), Work(sent_kbps=100))
    assert decision.target_kbps == 242, "the rung above, and no leap of more than four times"


def test_answers_that_waited_long_themselves_allow_no_more() -> None:
    controller, before = reports(3, FINE)
    controller.heard(4.0, FINE)
    assert controller.decide(4.0, Work(answers_late_ms=400)).target_kbps == before.target_kbps
    controller.heard(5.0, FINE)
    assert controller.decide(5.0, IDLE).target_kbps > before.target_kbps


def test_what_a_line_did_not_carry_is_come_near_to_in_small_steps_until_more_arrives() -> None:
    controller, _ = reports(8, FINE)
    controller.told(9.0, 500.0, 600.0)
    alarmed = controller.alarmed
    failed = controller.decide(9.0, IDLE)
    assert (alarmed, controller.alarmed) == (True, False), "a queue is answered at once"
    steps = [failed.target_kbps]
    for second in range(10, 60):
        controller.told(float(second), 0.0, 450.0)
        controller.heard(float(second), FINE)
        steps.append(controller.decide(float(second), IDLE).target_kbps)
    assert max(after - before for before, after in itertools.pairwise(steps)) == 50
    controller.told(60.0, 0.0, 700.0)
    assert controller.decide(60.0, IDLE).target_kbps == steps[-1] + 200


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 1), st.integers(0, 500), st.none() | st.floats(1, 5000), st.floats(0, 300)
        ),
        max_size=60,
    )
)
def test_sound_is_never_stopped(told: list[tuple[float, int, float | None, float]]) -> None:
    controller = Controller(0.0)
    for second, (lost, packets, rtt, jitter) in enumerate(told):
        controller.heard(float(second), Report(lost, packets, rtt, jitter))
        decision = controller.decide(float(second), Work(arrived_kbps=lost * 100))
        assert decision.sound_kbps >= SOUND_KBPS
        assert LEAST_KBPS <= decision.target_kbps <= MOST_KBPS
        sound = (decision.sound_kbps + HEADERS_KBPS) * (2 if decision.repeat_sound else 1)
        assert decision.pictures_kbps <= max(0, decision.target_kbps - sound)


@pytest.mark.parametrize("every", [3.0, 5.0])
def test_each_of_seldom_reports_counts(every: float) -> None:
    controller, _ = reports(8, Report(0.3, 100, 900))
    targets = []
    for count in range(1, 12):
        at = 8 + count * every
        controller.heard(at, FINE)
        targets.append(controller.decide(at, IDLE).target_kbps)
    assert targets == sorted(targets)
    assert targets[-1] > targets[0] + 100


def test_what_else_comes_shows_that_seldom_reports_are_no_silence() -> None:
    controller, before = reports(8, FINE)
    for fifth in range(25):
        controller.alive(8 + fifth / 5)
    controller.heard(13.0, FINE)
    assert controller.decide(13.0, IDLE).target_kbps > before.target_kbps


def test_a_report_of_five_seconds_is_not_believed_in_its_losses_after_a_cut() -> None:
    controller, _ = reports(4, FINE)
    controller.alive(8.0)
    controller.heard(11.0, Report(0.9, 200, 50, covers_s=7.0))
    assert controller.quality is Quality.EXCELLENT
    controller.heard(16.0, Report(0.9, 200, 50, covers_s=5.0))
    assert controller.quality is not Quality.EXCELLENT
