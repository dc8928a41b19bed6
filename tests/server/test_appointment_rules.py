"""No-show by the clock: ring again after five minutes, record who was absent after ten, and blame
nobody for what the server did not see."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from protocol.account import Role
from protocol.consultation import Action, Phase
from server.domain.allowed import allowed_actions, allowed_by
from server.domain.appointment import open_appointment, seated, sides, unwatched
from server.domain.attempt import Attempt
from server.domain.case import Case
from server.domain.consultation import step
from server.domain.errors import Conflict
from server.domain.people import Who
from server.domain.queue import TimerKind, timers_of
from tests.server.held_case import CLINIC, DISPATCHER, EXPERT, NOW, PROOF, TIMINGS, held, somebody

AT = NOW + timedelta(hours=1)
CLINIC_SIDE, EXPERT_SIDE = Role.REQUESTER, Role.EXPERT


def agreed() -> Case:
    """An accepted case with an appointment at `AT`."""
    case = held(Phase.ACCEPTED, submitted_at=NOW)
    return does(case, Action.SCHEDULE, NOW, scheduled_for=AT)


def does(case: Case, action: Action, at: datetime, who: Who = EXPERT, **more: Any) -> Case:
    attempt = Attempt(action, who, proof=PROOF, **more)
    return step(case, attempt, at, TIMINGS).case


def clock(case: Case, action: Action, minutes: float, *sitting: Role) -> Case:
    attempt = Attempt(action, sitting=frozenset(sitting))
    return step(case, attempt, AT + timedelta(minutes=minutes), TIMINGS).case


def comes(case: Case, minutes: float, *sitting: Role) -> Case:
    """So many minutes after the time these sit in the call; the expert's joining begins it."""
    at = AT + timedelta(minutes=minutes)
    if EXPERT_SIDE in sitting and case.phase is Phase.SCHEDULED:
        case = does(case, Action.START_CALL, at)
    return seated(case, frozenset(sitting), at)


def due(case: Case) -> dict[TimerKind, float]:
    """When the clocks of the appointment are due, in minutes after its time."""
    kinds = (TimerKind.RING_AGAIN, TimerKind.NO_SHOW)
    timers = timers_of(case, None, TIMINGS)
    return {kind: (timers[kind] - AT) / timedelta(minutes=1) for kind in kinds if kind in timers}


def test_it_rings_again_after_five_minutes_and_ends_after_ten() -> None:
    assert due(agreed()) == {TimerKind.RING_AGAIN: 5, TimerKind.NO_SHOW: 10}


def test_it_rings_again_once_and_a_heartbeat_does_not_rearm_it() -> None:
    rung = clock(comes(agreed(), 1, EXPERT_SIDE), Action.RING_AGAIN, 5, EXPERT_SIDE)
    beat = replace(rung, lease_until=AT + timedelta(minutes=12), active_at=AT)
    assert due(rung) == due(beat) == {TimerKind.NO_SHOW: 10}


@pytest.mark.parametrize(
    ("sitting", "absent"),
    [
        ((), (CLINIC_SIDE, EXPERT_SIDE)),
        ((CLINIC_SIDE,), (EXPERT_SIDE,)),
        ((EXPERT_SIDE,), (CLINIC_SIDE,)),
    ],
)
def test_who_was_absent_is_recorded_and_the_case_goes_back_with_its_age(
    sitting: tuple[Role, ...], absent: tuple[Role, ...]
) -> None:
    case = clock(comes(agreed(), 1, *sitting), Action.RECORD_NO_SHOW, 10, *sitting)
    assert case.appointment is not None
    assert (case.appointment.absent, case.appointment.open) == (absent, False)
    assert (case.phase, case.holder_id, case.submitted_at) == (Phase.QUEUED, None, NOW)
    assert due(case) == {}, "it fires once"


def test_who_has_met_has_met_though_both_have_left_since() -> None:
    met = comes(agreed(), 2, CLINIC_SIDE, EXPERT_SIDE)
    assert due(met) == {}
    left = does(met, Action.END_CALL, AT + timedelta(minutes=3))
    assert (left.phase, due(left)) == (Phase.READING, {})


def test_who_came_and_did_not_wait_has_come_and_missing_each_other_blames_nobody() -> None:
    came = comes(agreed(), 1, EXPERT_SIDE)
    left = does(came, Action.END_CALL, AT + timedelta(minutes=3))
    assert left.phase is Phase.SCHEDULED, "nobody has begun: the appointment is still waited for"
    late = comes(left, 8, CLINIC_SIDE)
    case = clock(late, Action.RECORD_NO_SHOW, 10, CLINIC_SIDE)
    assert case.appointment is not None
    assert case.appointment.absent == ()


def test_who_tries_the_call_long_before_has_not_come() -> None:
    tried = comes(agreed(), -30, CLINIC_SIDE)
    early = comes(agreed(), -10, CLINIC_SIDE)
    for case, absent in ((tried, (CLINIC_SIDE, EXPERT_SIDE)), (early, (EXPERT_SIDE,))):
        done = clock(case, Action.RECORD_NO_SHOW, 10)
        assert done.appointment is not None
        assert done.appointment.absent == absent


def test_who_works_on_the_case_meanwhile_is_not_waited_for() -> None:
    reading = does(agreed(), Action.START_READING, AT)
    assert (reading.appointment, due(reading)) == (None, {})


@pytest.mark.parametrize(("late_min", "up_min", "begins"), [(20, -60, 30), (0, 4, 4)])
def test_a_server_that_was_away_lets_the_waiting_begin_anew(
    late_min: float, up_min: float, begins: float
) -> None:
    ran_out = AT + timedelta(minutes=10)
    now, up_since = ran_out + timedelta(minutes=late_min), AT + timedelta(minutes=up_min)
    waiting = unwatched(agreed(), ran_out, now, up_since)
    assert waiting is not None
    assert due(waiting) == {TimerKind.RING_AGAIN: begins + 5, TimerKind.NO_SHOW: begins + 10}
    later = AT + timedelta(minutes=begins + 10)
    assert unwatched(waiting, later, later, up_since) is None


def test_a_new_appointment_and_a_new_expert_forget_the_old_one() -> None:
    again = does(agreed(), Action.SCHEDULE, NOW, scheduled_for=AT + timedelta(hours=1))
    assert due(again)[TimerKind.NO_SHOW] == 70
    missed = clock(agreed(), Action.RECORD_NO_SHOW, 10)
    other = somebody("另一位专家", Role.EXPERT)
    taken = Attempt(Action.CLAIM, other, eligible=True, new_claim_hash="hash")
    assert step(missed, taken, AT, TIMINGS).case.appointment is None


def test_only_clinic_or_dispatcher_close_a_case_as_a_no_show() -> None:
    missed = clock(agreed(), Action.RECORD_NO_SHOW, 10)
    for who in (CLINIC, DISPATCHER):
        done = does(missed, Action.RECORD_NO_SHOW, AT, who, reason="病人不来了")
        assert done.phase is Phase.NO_SHOW
    never = replace(missed, appointment=None)
    with pytest.raises(Conflict):
        does(never, Action.RECORD_NO_SHOW, AT, CLINIC, reason="病人不来了")
    offered = allowed_actions(missed, EXPERT, eligible=True, offered=False, missing=())
    assert Action.RECORD_NO_SHOW not in offered
    assert open_appointment(missed) is None


@pytest.mark.parametrize("who", [CLINIC, EXPERT, DISPATCHER], ids=lambda who: who.username)
def test_nobody_is_absent_before_the_time_nor_once_they_have_met(who: Who) -> None:
    met = comes(agreed(), 2, CLINIC_SIDE, EXPERT_SIDE)
    for case, minutes, may in ((agreed(), -1, False), (agreed(), 1, True), (met, 20, False)):
        assert may_say_absent(case, who, minutes) is may


@pytest.mark.parametrize(
    ("who", "there", "may"),
    [
        (CLINIC, EXPERT_SIDE, False),
        (EXPERT, CLINIC_SIDE, False),
        (CLINIC, CLINIC_SIDE, True),
        (DISPATCHER, CLINIC_SIDE, True),
    ],
)
def test_who_sits_in_the_call_is_not_absent_for_the_other_side(
    who: Who, there: Role, may: bool
) -> None:
    assert may_say_absent(comes(agreed(), 1, there), who, 12, there) is may


def test_who_came_and_left_is_not_blamed_by_the_other_side_either() -> None:
    case = does(
        comes(agreed(), 1, CLINIC_SIDE),
        Action.RECORD_NO_SHOW,
        AT + timedelta(minutes=7),
        reason="等不到了",
    )
    assert case.appointment is not None
    assert case.appointment.absent == ()


def test_a_colleague_of_an_mdt_in_the_call_is_neither_side() -> None:
    case, colleague = agreed(), somebody("同会诊专家", Role.EXPERT)
    assert sides(case, (EXPERT.id, colleague.id)) == {EXPERT_SIDE}
    assert sides(case, (colleague.id,)) == frozenset()
    assert sides(case, (CLINIC.id,)) == sides(case, (None,)) == {CLINIC_SIDE}, "whom it brought"


def may_say_absent(case: Case, who: Who, minutes: float, *sitting: Role) -> bool:
    """Whether somebody may record an absence; the menu and the step agree."""
    at, there = AT + timedelta(minutes=minutes), frozenset(sitting)
    offered = allowed_by(case, who, Attempt(Action.EDIT, who, sitting=there), at)
    try:
        does(case, Action.RECORD_NO_SHOW, at, who, reason="没有来", sitting=there)
    except Conflict:
        assert Action.RECORD_NO_SHOW not in offered
        return False
    assert Action.RECORD_NO_SHOW in offered
    return True
