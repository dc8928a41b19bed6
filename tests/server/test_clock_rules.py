"""Accept, start and report clocks: when they run, and whom each stage concerns."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from protocol.account import ExpertProfile, ExpertTitle, Role
from protocol.base import new_id
from protocol.consultation import Action, CaseContent, Phase, Urgency
from protocol.queue import CaseClock, ClockStage, IneligibleReason
from server.domain.attempt import Attempt, Proof
from server.domain.case import Case, Timings
from server.domain.clocks import Alarm, Span, alarms_of, running, warned_by
from server.domain.consultation import hash_token, step
from server.domain.errors import Conflict
from server.domain.matching import Needs, candidates
from server.domain.people import Who
from tests.server.test_matching import expert, standing

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TIMINGS = Timings()
TOKEN = "t" * 32
ACCEPT, START, REPORT = CaseClock.ACCEPT, CaseClock.START, CaseClock.REPORT
HOLDER = expert()


def submitted(urgency: Urgency = Urgency.ROUTINE) -> Case:
    return Case(
        id=new_id(),
        number="CONS-20260105-0001",
        version=1,
        phase=Phase.QUEUED,
        content=CaseContent(urgency=urgency, department="放射科"),
        requester_id=UUID(int=1),
        institution_id=UUID(int=2),
        created_at=NOW,
        updated_at=NOW,
        submitted_at=NOW,
        accept_by=NOW + TIMINGS.accept_target,
    )


def after(case: Case, action: Action, minutes: float, **more: object) -> Case:
    """What the holder does to it so many minutes after it was submitted."""
    proof = Proof(TOKEN, case.fence)
    attempt = Attempt(action, HOLDER, eligible=True, proof=proof, **more)  # type: ignore[arg-type]
    return step(case, attempt, NOW + timedelta(minutes=minutes), TIMINGS).case


def taken(urgency: Urgency = Urgency.ROUTINE, minutes: float = 2) -> Case:
    return after(submitted(urgency), Action.CLAIM, minutes, new_claim_hash=hash_token(TOKEN))


def minutes_of(case: Case, clock: CaseClock) -> dict[ClockStage, float]:
    """When each stage is due, in minutes since the case was submitted."""
    return {
        alarm.stage: (at - NOW) / timedelta(minutes=1)
        for alarm, at in alarms_of(case, TIMINGS).items()
        if alarm.clock is clock
    }


def test_a_waiting_case_has_only_the_accept_clock() -> None:
    assert running(submitted(), TIMINGS) == {ACCEPT: Span(NOW, NOW + timedelta(minutes=15))}
    assert minutes_of(submitted(), ACCEPT) == {
        ClockStage.AMBER: 7.5,
        ClockStage.DISPATCHER: 12,
        ClockStage.OVERDUE: 15,
    }


def test_taking_a_case_stops_accept_and_starts_the_other_two() -> None:
    case = taken(minutes=2)
    assert set(running(case, TIMINGS)) == {START, REPORT}
    assert minutes_of(case, START)[ClockStage.OVERDUE] == 2 + 15


@pytest.mark.parametrize(
    ("urgency", "minutes"),
    [
        (Urgency.ROUTINE, 24 * 60),
        (Urgency.URGENT, 4 * 60),
        (Urgency.EMERGENCY, 60),
        (Urgency.CRITICAL, 30),
    ],
)
def test_the_more_urgent_the_sooner_the_report(urgency: Urgency, minutes: int) -> None:
    assert minutes_of(taken(urgency), REPORT)[ClockStage.OVERDUE] == 2 + minutes


def test_reading_stops_the_start_clock_and_signing_the_report_clock() -> None:
    reading = after(taken(), Action.START_READING, 5)
    assert set(running(reading, TIMINGS)) == {REPORT}
    signed = after(reading, Action.SIGN, 9, report=True)
    assert running(signed, TIMINGS) == {}


def test_the_clocks_stand_while_the_clinic_is_asked() -> None:
    asked = after(taken(minutes=2), Action.ASK_INFORMATION, 4, checklist=("薄层",))
    assert running(asked, TIMINGS) == {}
    clinic = Who(asked.requester_id, "d", "林医生", frozenset({Role.REQUESTER}))
    again = step(asked, Attempt(Action.RESUBMIT, clinic), NOW + timedelta(minutes=64), TIMINGS).case
    assert minutes_of(again, START)[ClockStage.OVERDUE] == 2 + 15 + 60


def test_who_takes_a_case_back_while_it_waits_for_the_clinic_takes_its_clocks_along() -> None:
    asked = after(taken(minutes=2), Action.ASK_INFORMATION, 4, checklist=("血常规",))
    dispatcher = somebody(Role.DISPATCHER)
    attempt = Attempt(Action.RELEASE, dispatcher, reason="失联")
    back = step(asked, attempt, NOW + timedelta(minutes=64), TIMINGS).case
    assert minutes_of(back, ACCEPT)[ClockStage.OVERDUE] == 15 + 60
    assert back.paused_since is None


def test_what_was_asked_for_is_answered_also_where_somebody_else_has_the_case() -> None:
    asked = after(taken(minutes=2), Action.ASK_INFORMATION, 4, checklist=("血常规",))
    back = step(
        asked, Attempt(Action.RELEASE, somebody(Role.DISPATCHER), reason="失联"), NOW, TIMINGS
    ).case
    clinic = Who(asked.requester_id, "d", "林医生", frozenset({Role.REQUESTER}))
    answer = Attempt(Action.RESUBMIT, clinic, checklist=("血常规: WBC 6.1",))
    for case in (back, after(back, Action.CLAIM, 9, new_claim_hash=hash_token(TOKEN))):
        assert (case.unanswered, case.checklist) == (True, ("血常规",))
        answered = step(case, answer, NOW, TIMINGS).case
        assert (answered.unanswered, answered.phase) == (False, case.phase)
        assert answered.checklist == ("血常规: WBC 6.1",)
        with pytest.raises(Conflict):
            step(answered, answer, NOW, TIMINGS)


def test_an_appointment_is_when_reading_must_begin() -> None:
    at = NOW + timedelta(hours=20)
    fixed = after(taken(), Action.SCHEDULE, 3, scheduled_for=at)
    assert running(fixed, TIMINGS)[START].due == at


def test_a_case_that_goes_back_begins_anew_with_the_next_expert() -> None:
    back = after(taken(), Action.RELEASE, 10, reason="急诊手术")
    assert (back.start_by, back.report_by) == (None, None)
    assert set(running(back, TIMINGS)) == {ACCEPT}


def test_who_continues_goes_on_with_the_clocks() -> None:
    case = taken(minutes=2)
    again = after(case, Action.CLAIM, 9, new_claim_hash=hash_token(TOKEN))
    assert running(again, TIMINGS) == running(case, TIMINGS)


# --- whom a stage concerns -------------------------------------------------------------------


def somebody(*roles: Role, heads: tuple[str, ...] = ()) -> Who:
    profile = ExpertProfile(title=ExpertTitle.CHIEF, departments=("放射科",), years=9, heads=heads)
    return Who(new_id(), "w", "某人", frozenset(roles), expert=profile if heads else None)


DISPATCHER = somebody(Role.DISPATCHER)
HEAD = somebody(Role.EXPERT, heads=("放射科",))
OTHER_HEAD = somebody(Role.EXPERT, heads=("心内科",))
PEOPLE = (HOLDER, DISPATCHER, HEAD, OTHER_HEAD)
RUNG = new_id()


@pytest.mark.parametrize(
    ("stage", "others"),
    [
        (ClockStage.AMBER, set()),
        (ClockStage.DISPATCHER, {DISPATCHER.id}),
        (ClockStage.OVERDUE, {DISPATCHER.id, HEAD.id}),
    ],
)
def test_each_stage_concerns_more_people(stage: ClockStage, others: set[UUID]) -> None:
    waiting = warned_by(Alarm(ACCEPT, stage), submitted(), PEOPLE, frozenset({RUNG}))
    assert waiting == {RUNG, *others}
    held = warned_by(Alarm(REPORT, stage), taken(), PEOPLE, frozenset())
    assert held == {HOLDER.id, *others}


@pytest.mark.parametrize("clock", list(CaseClock))
@pytest.mark.parametrize("stage", list(ClockStage))
def test_an_alarm_comes_back_from_its_name(clock: CaseClock, stage: ClockStage) -> None:
    assert Alarm.named(Alarm(clock, stage).name) == Alarm(clock, stage)
    assert Alarm.named("offer") is None


def test_who_lacks_only_the_disease_is_asked_after_the_accept_clock_has_run_out() -> None:
    needs = Needs("放射科", ("J18.900",), critical=False)
    fits, near = standing(expert(years=1)), standing(expert(years=40, prefixes=("I10",)))
    far = standing(expert(departments=("心内科",)))
    before = candidates(needs, [near, fits, far], case_id=new_id())
    assert [one.expert_id for one in before if not one.ineligible] == [fits.who.id]
    after_ = candidates(needs, [near, fits, far], widened=True, case_id=new_id())
    eligible = [one for one in after_ if not one.ineligible]
    assert [one.expert_id for one in eligible] == [fits.who.id, near.who.id]
    assert [one.relaxed for one in eligible] == [(), (IneligibleReason.DISEASE,)]
