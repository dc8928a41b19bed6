"""A critical finding waits to be read back, and asks the dispatchers once when it is not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from protocol.account import Role
from protocol.consultation import Action, Phase
from server.domain.allowed import allowed_actions
from server.domain.attempt import Attempt
from server.domain.case import Case
from server.domain.consultation import step
from server.domain.errors import Conflict, Forbidden, Invalid
from server.domain.people import Who
from server.domain.queue import TimerKind, timers_of
from server.domain.rights import masked, summary_of
from tests.server.held_case import CLINIC, DISPATCHER, EXPERT, NOW, PROOF, TIMINGS, held, somebody

WHAT = "右侧张力性气胸,立即减压"


def drafted() -> Case:
    return held(Phase.DRAFTING)


def signed(case: Case, what: str, at: datetime = NOW) -> Case:
    attempt = Attempt(Action.SIGN, EXPERT, proof=PROOF, report=True, finding=what)
    return step(case, attempt, at, TIMINGS).case


def amended(case: Case, what: str, at: datetime) -> Case:
    asked = Attempt(Action.AMEND, EXPERT, proof=PROOF, reason="改正")
    return signed(step(case, asked, at, TIMINGS).case, what, at)


def answered(case: Case, who: Who = CLINIC, at: datetime = NOW) -> Case:
    asked = Attempt(Action.READ_BACK, who, reason="右侧气胸,马上穿刺", told="值班医生")
    return step(case, asked, at, TIMINGS).case


def due(case: Case) -> datetime | None:
    return timers_of(case, None, TIMINGS).get(TimerKind.READ_BACK)


def test_a_signed_critical_finding_runs_for_ten_minutes() -> None:
    case = signed(drafted(), WHAT)
    assert case.finding is not None
    assert (case.finding.what, case.finding.open) == (WHAT, True)
    assert due(case) == NOW + timedelta(minutes=10)


def test_a_report_without_one_asks_for_nothing() -> None:
    case = signed(drafted(), "")
    assert (case.finding, due(case)) == (None, None)
    with pytest.raises(Conflict):
        answered(case)


def test_reading_it_back_keeps_the_words_and_stops_the_clock() -> None:
    at = NOW + timedelta(minutes=3)
    done = step(
        signed(drafted(), WHAT),
        Attempt(Action.READ_BACK, CLINIC, reason="右侧气胸,马上穿刺", told="值班医生"),
        at,
        TIMINGS,
    )
    finding = done.case.finding
    assert finding is not None
    assert (finding.read_back, finding.told) == ("右侧气胸,马上穿刺", "值班医生")
    assert (finding.read_back_by, finding.read_back_at) == ("乡医", at)
    assert (done.event.reason, done.event.to_phase) == (
        "右侧气胸,马上穿刺; 值班医生",
        Phase.SIGNED,
    )
    assert due(done.case) is None
    with pytest.raises(Conflict):
        answered(done.case)


@pytest.mark.parametrize("said", ["", "x", "ok", "知道了", "。。。。。"])
def test_a_read_back_says_what_was_understood(said: str) -> None:
    with pytest.raises(Invalid):
        step(signed(drafted(), WHAT), Attempt(Action.READ_BACK, CLINIC, reason=said), NOW, TIMINGS)


def test_only_the_requester_or_a_dispatcher_reads_it_back() -> None:
    case = signed(drafted(), WHAT)
    for other in (EXPERT, somebody("别的乡医", Role.REQUESTER)):
        with pytest.raises(Forbidden):
            answered(case, other)
    by_telephone = answered(case, DISPATCHER).finding
    assert by_telephone is not None
    assert by_telephone.read_back_by == "调度"


def test_it_escalates_once_and_can_still_be_read_back() -> None:
    late = NOW + timedelta(minutes=10)
    case = step(signed(drafted(), WHAT), Attempt(Action.ESCALATE_FINDING), late, TIMINGS).case
    assert case.finding is not None
    assert case.finding.escalated_at == late
    assert due(case) is None
    finding = answered(case, at=late).finding
    assert finding is not None
    assert not finding.open


def test_receiving_the_report_does_not_stand_for_reading_back() -> None:
    case = replace(signed(drafted(), WHAT), phase=Phase.RECEIVED)
    assert due(case) is not None
    assert Action.READ_BACK in allowed_actions(
        case, CLINIC, eligible=False, offered=False, missing=()
    )


def test_the_same_words_in_an_amended_report_are_not_asked_for_again() -> None:
    later = NOW + timedelta(minutes=4)
    waiting = amended(signed(drafted(), WHAT), WHAT, later)
    assert due(waiting) == NOW + timedelta(minutes=10), "its clock goes on"
    known = amended(answered(signed(drafted(), WHAT)), WHAT, later)
    assert due(known) is None


def test_other_words_in_an_amended_report_are_read_back_anew() -> None:
    later = NOW + timedelta(minutes=4)
    case = amended(answered(signed(drafted(), WHAT)), "左侧张力性气胸", later)
    assert case.finding is not None
    assert (case.finding.open, case.finding.version) == (True, 2)
    assert due(case) == later + timedelta(minutes=10)


def test_an_amended_report_without_it_ends_what_was_asked_for() -> None:
    case = amended(signed(drafted(), WHAT), "", NOW)
    assert (case.finding, due(case)) == (None, None)


def test_who_has_no_part_in_a_case_hears_nothing_of_its_finding() -> None:
    row = summary_of(signed(drafted(), WHAT), CLINIC.person(), EXPERT.person(), 0)
    assert row.finding is not None
    assert masked(row).finding is None
