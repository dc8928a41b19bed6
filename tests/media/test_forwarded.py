"""What is sent to an SFU never exceeds what the site allows."""

import pytest

from app.media.forwarded import ForwardedController
from app.media.line_quality import Report, Work
from protocol.call import Limit

CLEAR = Report(lost=0.0, packets=50, rtt_ms=20.0, jitter_ms=1.0)


def after(seconds: int, controller: ForwardedController, *, report: Report = CLEAR) -> int:
    """The target when the line has answered like that for so long."""
    decision = controller.decide(0.0, Work())
    for half in range(1, 2 * seconds + 1):
        controller.heard(half / 2, report)
        sent = float(decision.target_kbps)
        decision = controller.decide(half / 2, Work(arrived_kbps=sent, sent_kbps=sent))
    return decision.target_kbps


def test_the_limit_of_the_site_is_kept_on_the_best_line() -> None:
    controller = ForwardedController(0.0)
    controller.estimated(1000)
    assert after(30, controller) == 1000
    assert controller.decide(15.1, Work()).limit is Limit.NONE, "it is no fault of the line"


def test_a_limit_that_rises_step_by_step_is_followed_at_once() -> None:
    controller = ForwardedController(0.0)
    for kbps in (250, 333, 500, 1000):
        controller.estimated(kbps)
    assert controller.decide(0.0, Work()).target_kbps == 1000


def test_without_a_limit_the_line_decides() -> None:
    assert after(60, ForwardedController(0.0)) > 2000


def test_a_line_worse_than_the_limit_decides_and_a_higher_limit_does_not_help() -> None:
    controller = ForwardedController(0.0)
    controller.estimated(1500)
    lossy = Report(lost=0.2, packets=50, rtt_ms=20.0, jitter_ms=1.0)
    target = after(20, controller, report=lossy)
    assert target < 1000
    controller.estimated(3000)
    assert controller.decide(20.1, Work()).target_kbps == pytest.approx(target, abs=50)
