"""What the call check found becomes a sentence that says what to do."""

import pytest

from app.models.call_check import derive_check, finding_words, overall_words, passed
from app.session.call_check import (
    CallCheckState,
    CheckBegun,
    CheckEnded,
    CheckFact,
    CheckFound,
    CheckStarted,
    Finding,
    Reason,
    Step,
    Verdict,
    reduce_check,
)

GOOD = Finding(step=Step.SERVER, verdict=Verdict.GOOD, figures={"ms": 12.4})
SLOW = Finding(
    step=Step.BANDWIDTH,
    verdict=Verdict.POOR,
    reason=Reason.SLOW,
    figures={"up_kbps": 310.0, "down_kbps": 900.0},
)
NO_CAMERA = Finding(step=Step.CAMERA, verdict=Verdict.FAILED, reason=Reason.NO_DEVICE)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (GOOD, "answers in 12 ms"),
        (SLOW, "310 kbit/s up, 900 kbit/s down: speech works, pictures are small or stand still."),
        (NO_CAMERA, "None was found: plug one in, or allow it in the system."),
    ],
)
def test_each_finding_has_its_sentence(found: Finding, words: str) -> None:
    assert finding_words(found) == words


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("reason", list(Reason))
def test_whatever_is_found_has_words(step: Step, verdict: Verdict, reason: Reason) -> None:
    assert finding_words(Finding(step=step, verdict=verdict, reason=reason, detail="x"))


def test_one_failure_fails_the_whole_and_poor_does_not() -> None:
    assert passed((GOOD, SLOW))
    assert overall_words((GOOD, SLOW)) == "A call will work, but not as well as it could."
    assert not passed((GOOD, NO_CAMERA, SLOW))
    assert overall_words((NO_CAMERA, SLOW)) == "A call will not work fully: see what is marked."


def after(*facts: CheckFact) -> CallCheckState:
    state = CallCheckState()
    for fact in facts:
        state = reduce_check(state, fact)
    return state


def test_while_it_runs_every_step_has_a_line_and_one_is_looked_at() -> None:
    props = derive_check(after(CheckStarted(), CheckFound(NO_CAMERA), CheckBegun(Step.MICROPHONE)))
    assert [line.step for line in props.lines] == list(Step)
    assert [line.step for line in props.lines if line.busy] == [Step.MICROPHONE]
    assert props.overall == ""


def test_stopped_it_keeps_what_was_found() -> None:
    props = derive_check(after(CheckStarted(), CheckFound(GOOD), CheckEnded()))
    assert [line.step for line in props.lines] == [Step.SERVER]
    assert not props.running
    assert props.overall == "A call will work."


def test_another_check_begins_anew() -> None:
    assert after(CheckStarted(), CheckFound(GOOD), CheckEnded(), CheckStarted()).found == ()
