"""The transition table, exhaustively: what is not in it is refused and changes nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from protocol.account import ExpertProfile, ExpertTitle, Role
from protocol.appointment import Appointment
from protocol.base import new_id
from protocol.consultation import STATUS_OF, Action, CaseContent, CaseItem, Decision, Phase, Status
from protocol.errors import ErrorCode
from protocol.finding import CriticalFinding
from protocol.mdt import Mdt, MdtSeat
from protocol.meeting import MEETING
from protocol.transition import DeclineReason
from server.domain.allowed import allowed_actions
from server.domain.attempt import Attempt, Proof
from server.domain.case import Case, Timings
from server.domain.consultation import hash_token, step
from server.domain.errors import Conflict, Forbidden, Refusal
from server.domain.people import Who
from server.domain.queue import human_number
from server.domain.rights import Part, part_of
from server.domain.transitions import DONE, DRAFT, HELD, LEASED, POOL, TABLE

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TIMINGS = Timings()
TOKEN = "a claim token"
FINDING = CriticalFinding(what="气胸", version=1, signed_at=NOW, due_at=NOW + timedelta(minutes=10))
SEATS = (MdtSeat(department="心内科"), MdtSeat(department="胸外科"))
ASKED = Mdt(asked_at=NOW, asked_by="林医生", opinions=())
DUE = Appointment(at=NOW, counted_from=NOW)
MISSED = Appointment(at=NOW, counted_from=NOW, recorded_at=NOW)


def somebody(*roles: Role) -> Who:
    profile = ExpertProfile(title=ExpertTitle.CHIEF, departments=("放射科",), years=20)
    return Who(new_id(), "u1", "陈医生", frozenset(roles), UUID(int=3), expert=profile)


REQUESTER = somebody(Role.REQUESTER)
EXPERT = somebody(Role.EXPERT)
PEOPLE: dict[Role | None, Who | None] = {
    Role.REQUESTER: REQUESTER,
    Role.EXPERT: EXPERT,
    **{role: somebody(role) for role in (Role.DISPATCHER, Role.REVIEWER)},
    **{role: somebody(role) for role in (Role.AUDITOR, Role.SECURITY, Role.ADMIN)},
    None: None,
}


def case_in(phase: Phase, **more: object) -> Case:
    held = phase not in (*DRAFT, Phase.QUEUED, Phase.OFFERED, Phase.DISPATCHING)
    case = Case(
        id=UUID(int=1),
        number="CONS-20260105-0001",
        version=1,
        phase=phase,
        content=CaseContent(),
        requester_id=REQUESTER.id,
        institution_id=UUID(int=2),
        created_at=NOW - timedelta(hours=1),
        updated_at=NOW - timedelta(hours=1),
        holder_id=EXPERT.id if held else None,
        holder_institution_id=EXPERT.institution_id if held else None,
        claim_hash=hash_token(TOKEN) if held else None,
        claimed_at=NOW - timedelta(minutes=9) if held else None,
        fence=3,
        lease_until=NOW + timedelta(minutes=1) if phase in LEASED else None,
        submitted_at=NOW - timedelta(minutes=20),
        accept_by=NOW - timedelta(minutes=5),
        finding=FINDING if phase in DONE else None,
        appointment=MISSED if phase in POOL else None,
    )
    return replace(case, **more)  # type: ignore[arg-type]


def fully(action: Action, who: Who | None) -> Attempt:
    """An attempt that brings everything any guard may ask for."""
    return Attempt(
        action,
        who,
        reason="because",
        proof=Proof(TOKEN, 3),
        decline_reason=DeclineReason.TOO_BUSY,
        decision=Decision.ADOPTED,
        checklist=("blood count",),
        approved="0" * 64,
        draft="0" * 64,
        scheduled_for=NOW + timedelta(days=1),
        expert_id=EXPERT.id if action is Action.ASK_MDT else new_id(),
        seats=SEATS,
        eligible=True,
        offered=True,
        report=True,
        arriving=0 if action is Action.SIGN else 2,
        doubted=0 if action is Action.SIGN else 2,
        new_claim_hash=hash_token("new"),
    )


ALL = list(product(Phase, Action, (*Role, None)))


def test_every_triple_outside_the_table_is_refused() -> None:
    refused = 0
    for phase, action, role in ALL:
        if (phase, action, role) in TABLE:
            continue
        case = case_in(phase, abort_requested=True)
        with pytest.raises((Conflict, Forbidden)):
            step(case, fully(action, PEOPLE[role]), NOW, TIMINGS)
        refused += 1
    assert refused == len(ALL) - len(TABLE)


def test_every_triple_of_the_table_leads_where_it_says() -> None:
    for (phase, action, role), rule in TABLE.items():
        mdt = ASKED if action is Action.CLOSE_MDT else None
        case = case_in(phase, abort_requested=action is not Action.REQUEST_ABORT, mdt=mdt)
        if action is Action.RECORD_NO_SHOW and phase in MEETING:
            case = replace(case, appointment=DUE)
        case = replace(case, unanswered=action is Action.RESUBMIT)
        who = PEOPLE[role]
        if role is Role.REVIEWER:
            assert who is not EXPERT
        done = step(case, fully(action, who), NOW, TIMINGS)
        assert done.case.phase is (rule.to or phase), (phase, action, role)
        assert (done.event.from_phase, done.event.to_phase) == (phase, done.case.phase)
        assert done.event.role is role
        assert done.case.fence >= case.fence


@pytest.mark.parametrize("status", Status)
def test_every_status_has_phases_and_each_but_the_end_has_a_way_on(status: Status) -> None:
    phases = [phase for phase in Phase if STATUS_OF[phase] is status]
    assert phases
    for phase in phases:
        onward = [key for key in TABLE if key[0] is phase]
        assert bool(onward) is (status is not Status.CANCELLED)


def test_a_role_that_never_has_an_action_is_forbidden_and_not_merely_late() -> None:
    with pytest.raises(Forbidden):
        step(case_in(Phase.QUEUED), fully(Action.CLAIM, PEOPLE[Role.ADMIN]), NOW, TIMINGS)
    early = replace(fully(Action.ACCEPT, EXPERT), proof=None)
    with pytest.raises(Conflict) as late:
        step(case_in(Phase.QUEUED), early, NOW, TIMINGS)
    assert late.value.code is ErrorCode.TRANSITION_REFUSED


def test_who_lost_the_case_hears_of_that_and_not_of_a_phase_they_have_not_seen() -> None:
    with pytest.raises(Conflict) as lost:
        step(case_in(Phase.QUEUED), fully(Action.ACCEPT, EXPERT), NOW, TIMINGS)
    assert lost.value.code is ErrorCode.STALE_FENCE


@pytest.mark.parametrize(
    ("phase", "action", "without"),
    [
        (Phase.QUEUED, Action.WITHDRAW, {"reason": ""}),
        (Phase.OFFERED, Action.DECLINE, {"reason": ""}),
        (Phase.OFFERED, Action.DECLINE, {"reason": "."}),
        (Phase.OFFERED, Action.DECLINE, {"reason": "\u200b\u200b"}),
        (Phase.OFFERED, Action.DECLINE, {"decline_reason": None}),
        (Phase.SIGNED, Action.RECEIVE, {"decision": None}),
        (Phase.READING, Action.ASK_INFORMATION, {"checklist": ()}),
        (Phase.ACCEPTED, Action.SCHEDULE, {"scheduled_for": NOW}),
        (Phase.ACCEPTED, Action.SCHEDULE, {"scheduled_for": NOW.replace(year=2999)}),
        (Phase.READING, Action.SIGN, {"report": False}),
        (Phase.EDITING, Action.SUBMIT, {"missing": (CaseItem.CONSENT,)}),
        (Phase.QUEUED, Action.CLAIM, {"eligible": False, "offered": False}),
        (Phase.READING, Action.SIGN, {"proof": None}),
        (Phase.READING, Action.SIGN, {"proof": Proof(TOKEN, 2)}),
        (Phase.READING, Action.SIGN, {"proof": Proof("another token", 3)}),
    ],
)
def test_what_an_action_needs_cannot_be_left_out(
    phase: Phase, action: Action, without: dict[str, object]
) -> None:
    who = EXPERT if (phase, action, Role.EXPERT) in TABLE else REQUESTER
    attempt = replace(fully(action, who), **without)  # type: ignore[arg-type]
    with pytest.raises(Refusal):
        step(case_in(phase), attempt, NOW, TIMINGS)


def test_another_requester_and_another_expert_are_strangers() -> None:
    for who, phase, action in (
        (somebody(Role.REQUESTER), Phase.QUEUED, Action.WITHDRAW),
        (somebody(Role.EXPERT), Phase.READING, Action.START_CALL),
        (somebody(Role.EXPERT), Phase.READING, Action.SIGN),
    ):
        with pytest.raises(Refusal):
            step(case_in(phase), replace(fully(action, who), proof=None), NOW, TIMINGS)


def test_a_claim_gives_the_case_to_one_with_a_new_fence_and_a_lease() -> None:
    done = step(case_in(Phase.OFFERED), fully(Action.CLAIM, EXPERT), NOW, TIMINGS).case
    assert (done.holder_id, done.fence, done.claim_hash) == (EXPERT.id, 4, hash_token("new"))
    assert done.lease_until == NOW + TIMINGS.lease


def test_a_lease_that_ends_before_acceptance_returns_the_case_with_its_age() -> None:
    before = case_in(Phase.CLAIMED)
    done = step(before, Attempt(Action.LEASE_EXPIRED), NOW, TIMINGS).case
    assert (done.phase, done.holder_id, done.claim_hash) == (Phase.QUEUED, None, None)
    assert done.submitted_at == before.submitted_at
    assert done.fence == before.fence + 1


def test_a_lease_that_ends_at_work_suspends_with_the_same_owner() -> None:
    done = step(case_in(Phase.DRAFTING), Attempt(Action.LEASE_EXPIRED), NOW, TIMINGS).case
    assert (done.phase, done.holder_id) == (Phase.SUSPENDED, EXPERT.id)
    resumed = step(done, fully(Action.RESUME, EXPERT), NOW, TIMINGS).case
    assert resumed.lease_until == NOW + TIMINGS.lease


def test_waiting_for_information_pauses_the_clock() -> None:
    asked = step(case_in(Phase.READING), fully(Action.ASK_INFORMATION, EXPERT), NOW, TIMINGS).case
    later = NOW + timedelta(hours=2)
    back = step(asked, fully(Action.RESUBMIT, REQUESTER), later, TIMINGS).case
    assert back.holder_id == EXPERT.id
    assert back.accept_by is not None
    assert asked.accept_by is not None
    assert back.accept_by - asked.accept_by == timedelta(hours=2)


def test_cancelling_is_direct_before_work_and_a_request_afterwards() -> None:
    for phase in HELD:
        view = allowed_actions(case_in(phase), REQUESTER, eligible=False, offered=False, missing=())
        assert (Action.WITHDRAW in view) is not (Action.REQUEST_ABORT in view)


def test_an_abort_must_have_been_asked_for() -> None:
    case = case_in(Phase.READING)
    with pytest.raises(Conflict):
        step(case, fully(Action.ABORT, EXPERT), NOW, TIMINGS)
    asked = step(case, fully(Action.REQUEST_ABORT, REQUESTER), NOW, TIMINGS).case
    assert step(asked, fully(Action.ABORT, EXPERT), NOW, TIMINGS).case.phase is Phase.ABORTED


def test_a_cancelled_case_voids_the_claim() -> None:
    done = step(case_in(Phase.ACCEPTED), fully(Action.WITHDRAW, REQUESTER), NOW, TIMINGS).case
    assert done.claim_hash is None
    assert done.fence == 4


def test_allowed_actions_are_what_step_permits_when_everything_is_brought() -> None:
    for phase, (role, who) in product(Phase, PEOPLE.items()):
        if who is None:
            continue
        case = case_in(phase, abort_requested=True)
        allowed = allowed_actions(
            case, who, eligible=True, offered=True, missing=(), arriving=2, doubted=2
        )
        for action in Action:
            try:
                step(case, fully(action, who), NOW, TIMINGS)
            except Refusal:
                assert action not in allowed, (phase, action, role)
            else:
                assert action in allowed, (phase, action, role)


def test_the_day_in_utc_names_the_case() -> None:
    assert human_number(NOW, 7) == "CONS-20260105-0007"
    assert human_number(NOW, 12345) == "CONS-20260105-12345"
    assert date(2026, 1, 5) == NOW.date()


def test_a_change_is_newer_than_the_last_even_after_the_clock_was_set_back() -> None:
    case = case_in(Phase.ACCEPTED, updated_at=NOW)
    attempt = fully(Action.START_READING, EXPERT)
    done = step(case, attempt, NOW - timedelta(minutes=3), TIMINGS)
    assert done.case.updated_at > case.updated_at


# --- late images ------------------------------------------------------------------------------


def test_late_images_are_taken_from_submission_to_signature_and_then_no_more() -> None:
    taken = {phase for phase, action, _ in TABLE if action is Action.ADD_IMAGES}
    statuses = {STATUS_OF[phase] for phase in taken}
    assert statuses == {Status.PENDING, Status.ASSIGNED, Status.IN_PROGRESS}
    missing = {phase for phase in Phase if STATUS_OF[phase] in statuses} - taken
    assert missing == {Phase.AWAITING_INFORMATION}, "there the expert has asked for them"


def test_a_case_with_images_on_their_way_keeps_its_place_in_the_queue() -> None:
    case = case_in(Phase.QUEUED)
    late = step(case, Attempt(Action.ADD_IMAGES, REQUESTER, images=4), NOW, TIMINGS)
    assert (late.case.submitted_at, late.case.accept_by) == (case.submitted_at, case.accept_by)
    assert late.case.phase is Phase.QUEUED
    assert late.event.reason == "+4"


def test_nobody_signs_over_images_on_their_way_without_having_said_so() -> None:
    case, signing = case_in(Phase.DRAFTING), replace(fully(Action.SIGN, EXPERT), arriving=3)
    with pytest.raises(Conflict) as refused:
        step(case, signing, NOW, TIMINGS)
    assert refused.value.code is ErrorCode.IMAGES_ARRIVING
    waiving = Attempt(Action.WAIVE_IMAGES, EXPERT, proof=Proof(TOKEN, 3), arriving=3)
    waived = step(case, waiving, NOW, TIMINGS)
    assert waived.event.reason == "3"
    assert step(waived.case, signing, NOW, TIMINGS).case.phase is Phase.SIGNED


def test_nobody_signs_over_late_images_that_may_be_anothers() -> None:
    case = case_in(Phase.DRAFTING)
    signing = replace(fully(Action.SIGN, EXPERT), arriving=0, doubted=2)
    with pytest.raises(Conflict) as refused:
        step(case, signing, NOW, TIMINGS)
    assert refused.value.code is ErrorCode.IMAGES_DOUBTED
    asked = Attempt(Action.WAIVE_IMAGES, EXPERT, proof=Proof(TOKEN, 3), doubted=2)
    assert (
        step(step(case, asked, NOW, TIMINGS).case, signing, NOW, TIMINGS).case.phase is Phase.SIGNED
    )
    told = step(case, replace(asked, action=Action.CONFIRM_IMAGES, doubt="key"), NOW, TIMINGS)
    assert (told.case.content.identity_checked, told.event.reason) == ("key", "2")


def test_nothing_belongs_here_that_nobody_doubts() -> None:
    with pytest.raises(Conflict):
        step(
            case_in(Phase.DRAFTING),
            Attempt(Action.CONFIRM_IMAGES, EXPERT, proof=Proof(TOKEN, 3)),
            NOW,
            TIMINGS,
        )


def test_what_was_waived_does_not_count_for_images_that_are_added_afterwards() -> None:
    case = case_in(Phase.DRAFTING, images_waived=True)
    more = step(case, fully(Action.ADD_IMAGES, REQUESTER), NOW, TIMINGS).case
    with pytest.raises(Conflict):
        step(more, replace(fully(Action.SIGN, EXPERT), arriving=1), NOW, TIMINGS)


def test_there_is_nothing_to_waive_or_take_back_where_all_have_arrived() -> None:
    for action, who in ((Action.WAIVE_IMAGES, EXPERT), (Action.TAKE_BACK_IMAGES, REQUESTER)):
        attempt = replace(fully(action, who), arriving=0, doubted=0)
        with pytest.raises(Conflict):
            step(case_in(Phase.DRAFTING), attempt, NOW, TIMINGS)


# --- whose draft it is ------------------------------------------------------------------------


def test_a_draft_is_reviewed_in_the_institution_of_who_wrote_it() -> None:
    ours, case = PEOPLE[Role.REVIEWER], case_in(Phase.AWAITING_REVIEW)
    assert ours is not None
    elsewhere = replace(ours, institution_id=UUID(int=9))
    nowhere = replace(ours, institution_id=None)
    for action in (Action.APPROVE, Action.RETURN_FROM_REVIEW):
        assert step(case, fully(action, ours), NOW, TIMINGS).case.phase is Phase.DRAFTING
        for other in (elsewhere, nowhere):
            with pytest.raises(Forbidden):
                step(case, fully(action, other), NOW, TIMINGS)
    assert part_of(case, ours) is Part.REVIEWER
    assert part_of(case, elsewhere) is part_of(case, nowhere) is None
