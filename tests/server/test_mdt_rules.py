"""MDTs as the rules know them: who may ask, who chairs, who is kept from what, and for how long."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from protocol.account import Role
from protocol.consultation import Action, Phase
from protocol.errors import ErrorCode
from protocol.mdt import MdtSeat
from protocol.second_opinion import SecondState
from server.domain import mdt, second_opinion
from server.domain.apart import independent
from server.domain.attempt import Attempt
from server.domain.case import Case
from server.domain.consultation import step
from server.domain.errors import Conflict, Forbidden, Invalid, Refusal
from server.domain.people import Who
from server.domain.rights import Part, hears_of, masked, part_of, summary_of
from tests.server.held_case import CLINIC, DISPATCHER, EXPERT, NOW, PROOF, TIMINGS, held, somebody

HEART, CHEST = somebody("心内科专家", Role.EXPERT), somebody("胸外科专家", Role.EXPERT)
SEATS = (MdtSeat(department="心内科"), MdtSeat(department="胸外科"))
NAMES = {one.id: one.display_name for one in (HEART, CHEST, EXPERT)}
WHY = "心肺都有问题"

Round = tuple[Case, Case, Case]


def reading(**more: object) -> Case:
    """The expert, who is going to chair, has begun."""
    return held(Phase.READING, holder_institution_id=UUID(int=3), **more)


def queued() -> Case:
    return replace(reading(), phase=Phase.QUEUED, holder_id=None, claim_hash=None)


def ask(case: Case, who: Who = CLINIC, **more: Any) -> Case:
    attempt = Attempt(Action.ASK_MDT, who, reason=WHY, seats=SEATS)
    return step(case, replace(attempt, **more), NOW, TIMINGS).case


def keep(cases: Iterable[Case]) -> Round:
    """All cases after what followed."""
    parent, *children = cases
    assert parent.mdt is not None
    now = {one.id: one for one in (parent, *children)}
    changed = mdt.in_step(parent, children, NAMES.__getitem__, NOW)
    now.update((one.id, one) for one in changed)
    first, second = (now[one.consultation_id] for one in parent.mdt.opinions)
    return now[parent.id], first, second


def asked() -> Round:
    parent = ask(reading())
    assert parent.mdt is not None
    pairs = zip(parent.mdt.opinions, SEATS, strict=True)
    children = [mdt.asked_of(parent, one, seat, f"C-{seat}", NOW, TIMINGS) for one, seat in pairs]
    return keep((parent, *children))


def taken(case: Case, who: Who, phase: Phase = Phase.READING) -> Case:
    return replace(
        case,
        phase=phase,
        holder_id=who.id,
        holder_institution_id=who.institution_id,
        claim_hash=held(Phase.SIGNED).claim_hash,
        fence=PROOF.fence,
    )


def signed(case: Case, who: Who) -> Case:
    return replace(taken(case, who, Phase.SIGNED), report_version=case.report_version + 1)


def read_by_both() -> Round:
    parent, heart, chest = asked()
    return keep((parent, taken(heart, HEART), taken(chest, CHEST)))


def complete() -> Round:
    parent, heart, chest = read_by_both()
    parent, heart, chest = keep((parent, signed(heart, HEART), signed(chest, CHEST)))
    assert mdt.is_complete(parent)
    parent = step(parent, Attempt(Action.MDT_COMPLETE), NOW, TIMINGS).case
    return keep((parent, heart, chest))


def sign_minutes(parent: Case) -> Case:
    sign = Attempt(Action.SIGN, EXPERT, proof=PROOF, report=True)
    return step(parent, sign, NOW, TIMINGS).case


@pytest.mark.parametrize("who", [CLINIC, DISPATCHER])
def test_the_clinic_and_the_dispatchers_may_ask_and_who_holds_the_case_chairs(who: Who) -> None:
    parent = ask(reading(), who)
    assert (parent.phase, parent.holder_id) == (Phase.READING, EXPERT.id)
    assert parent.mdt is not None
    assert [one.department for one in parent.mdt.opinions] == ["心内科", "胸外科"]
    assert {one.state for one in parent.mdt.opinions} == {SecondState.WAITING}
    assert parent.version == reading().version + 1, "of two who ask at once one is refused"


def test_a_case_that_nobody_holds_rings_the_chair_who_is_named() -> None:
    parent = ask(queued(), expert_id=EXPERT.id)
    assert parent.phase is Phase.OFFERED
    assert parent.content.directed_expert_id == EXPERT.id
    with pytest.raises(Invalid):
        ask(queued())


@pytest.mark.parametrize(
    "more",
    [
        {"reason": ""},
        {"seats": SEATS[:1]},
        {"seats": SEATS * 4},
        {"seats": (MdtSeat(department="心内科", expert_id=HEART.id),) * 2},
        {"seats": (*SEATS, MdtSeat(department="放射科", expert_id=EXPERT.id))},
        {"expert_id": HEART.id},
    ],
)
def test_two_to_six_opinions_of_different_experts_who_do_not_chair_with_a_reason(
    more: dict[str, object],
) -> None:
    with pytest.raises(Invalid):
        ask(reading(), CLINIC, **more)


@pytest.mark.parametrize("phase", [Phase.EDITING, Phase.SIGNED, Phase.AWAITING_REVIEW])
def test_not_before_a_case_is_submitted_and_not_after_its_report(phase: Phase) -> None:
    with pytest.raises(Refusal):
        ask(replace(reading(), phase=phase))


def test_nobody_else_asks_and_nobody_twice() -> None:
    with pytest.raises(Refusal):
        ask(reading(), EXPERT)
    with pytest.raises(Forbidden):
        ask(reading(), somebody("别的乡医", Role.REQUESTER))
    parent, heart, _chest = asked()
    for case in (parent, heart):
        with pytest.raises(Conflict):
            ask(case, CLINIC, expert_id=EXPERT.id)
        assert not second_opinion.may_be_asked(case)


def test_each_opinion_is_a_case_of_its_own_in_the_queue_of_its_department() -> None:
    parent = ask(reading())
    assert parent.mdt is not None
    seat = MdtSeat(department="心内科", expert_id=HEART.id)
    child = mdt.asked_of(parent, parent.mdt.opinions[0], seat, "C-2", NOW, TIMINGS)
    assert child.id == parent.mdt.opinions[0].consultation_id
    assert (child.phase, child.mdt_of) == (Phase.QUEUED, parent.id)
    assert child.content.department == "心内科"
    assert child.content.directed_expert_id == HEART.id
    assert (child.requester_id, child.accept_by) == (CLINIC.id, NOW + TIMINGS.accept_target)


def test_nobody_sees_anothers_case_while_opinions_are_given() -> None:
    everything = frozenset(Role)
    cases = read_by_both()
    for mine, who in zip(cases, (EXPERT, HEART, CHEST), strict=True):
        whatever = replace(who, roles=everything)
        assert part_of(mine, who) is Part.HOLDER
        for other in cases:
            assert other is mine or part_of(other, whatever) is None
            assert other is mine or not independent(other, who)
    assert all(part_of(case, CLINIC) is Part.REQUESTER for case in cases)


def test_an_opinion_that_is_signed_is_not_shown_to_who_signed_theirs_before_all_have() -> None:
    parent, heart, chest = read_by_both()
    parent, heart, chest = keep((parent, signed(heart, HEART), chest))
    assert part_of(heart, CHEST) is None
    assert part_of(chest, HEART) is None, "else they could change theirs after it"
    assert part_of(heart, EXPERT) is None


def test_once_all_have_signed_all_lie_open_at_one_moment() -> None:
    cases = complete()
    parent = cases[0]
    assert parent.mdt is not None
    assert parent.mdt.opened_at == NOW
    for mine, who in zip(cases, (EXPERT, HEART, CHEST), strict=True):
        for other in cases:
            assert part_of(other, who) is (Part.HOLDER if other is mine else Part.COLLEAGUE)
            assert other is mine or not hears_of(other, who), "it stands in no list of theirs"


def test_dispatchers_and_reviewers_of_another_readers_house_give_no_opinion() -> None:
    _parent, heart, chest = asked()
    _parent, heart, chest = keep((_parent, taken(heart, HEART), chest))
    third = somebody("第三位专家", Role.EXPERT)
    assert independent(chest, third)
    roles = frozenset((Role.EXPERT, Role.DISPATCHER))
    assert not independent(chest, replace(third, roles=roles))
    reviewer = replace(third, roles=frozenset((Role.EXPERT, Role.REVIEWER)))
    assert not independent(chest, reviewer)
    assert independent(chest, replace(reviewer, institution_id=UUID(int=9)))


def test_the_minutes_are_not_signed_while_opinions_are_outstanding() -> None:
    parent, heart, chest = read_by_both()
    parent, _heart, _chest = keep((parent, signed(heart, HEART), chest))
    with pytest.raises(Conflict) as refused:
        sign_minutes(parent)
    assert refused.value.code is ErrorCode.OPINIONS_MISSING
    assert sign_minutes(complete()[0]).phase is Phase.SIGNED


def test_the_chair_may_go_on_without_those_missing_and_says_why() -> None:
    parent, heart, chest = read_by_both()
    parent, heart, chest = keep((parent, signed(heart, HEART), chest))
    close = Attempt(Action.CLOSE_MDT, EXPERT, proof=PROOF)
    with pytest.raises(Invalid):
        step(parent, close, NOW, TIMINGS)
    done = step(parent, replace(close, reason="病情不等人"), NOW, TIMINGS)
    assert done.event.reason == "病情不等人"
    ended = step(chest, Attempt(Action.MDT_ENDED, reason="病情不等人"), NOW, TIMINGS).case
    assert ended.phase is Phase.ABORTED
    parent, heart, chest = keep((done.case, heart, ended))
    assert parent.mdt is not None
    assert parent.mdt.without == "病情不等人"
    assert [one.state for one in parent.mdt.opinions] == [SecondState.SIGNED, SecondState.ENDED]
    assert part_of(heart, EXPERT) is Part.COLLEAGUE
    assert part_of(heart, CHEST) is None, "who gave none sees none"
    assert sign_minutes(parent).phase is Phase.SIGNED
    with pytest.raises(Conflict):
        step(parent, replace(close, reason="再来一次"), NOW, TIMINGS)


def test_an_opinion_that_ended_is_missing_until_the_chair_goes_on_without_it() -> None:
    parent, heart, chest = read_by_both()
    rejected = replace(chest, phase=Phase.REJECTED)
    parent, heart, _chest = keep((parent, signed(heart, HEART), rejected))
    assert not mdt.is_complete(parent)
    with pytest.raises(Conflict):
        sign_minutes(parent)


def test_who_gives_a_case_back_is_kept_from_the_others_no_longer() -> None:
    parent, heart, chest = read_by_both()
    back = replace(heart, phase=Phase.QUEUED, holder_id=None, holder_institution_id=None)
    parent, heart, chest = keep((parent, back, chest))
    assert independent(chest, HEART)
    assert parent.mdt is not None
    assert parent.mdt.opinions[0].expert_id is None


def test_a_chair_who_is_lost_is_followed_by_somebody_who_gives_no_opinion() -> None:
    _parent, heart, chest = complete()
    lost = replace(_parent, phase=Phase.QUEUED, holder_id=None, holder_institution_id=None)
    parent, heart, chest = keep((lost, heart, chest))
    assert part_of(heart, EXPERT) is None, "who chairs no longer reads them no longer"
    assert not independent(parent, HEART)
    new = somebody("新主席", Role.EXPERT)
    assert independent(parent, new)
    _parent, heart, _chest = keep((taken(parent, new), heart, chest))
    assert part_of(heart, new) is Part.COLLEAGUE


def test_an_opinion_amended_afterwards_is_told_with_its_version_and_hour() -> None:
    parent, heart, chest = complete()
    amended = replace(heart, phase=Phase.AMENDED)
    assert keep((parent, amended, chest))[0] == parent, "the version that is signed stands"
    later = NOW + timedelta(hours=1)
    again = replace(heart, report_version=2)
    (changed,) = mdt.in_step(parent, (again, chest), NAMES.__getitem__, later)
    assert changed.mdt is not None
    assert (changed.mdt.opinions[0].version, changed.mdt.opinions[0].signed_at) == (2, later)


@pytest.mark.parametrize(
    ("phase", "ends"),
    [(Phase.QUEUED, Phase.WITHDRAWN), (Phase.ACCEPTED, Phase.WITHDRAWN)]
    + [(one, Phase.ABORTED) for one in (Phase.READING, Phase.DRAFTING, Phase.SUSPENDED)],
)
def test_an_opinion_that_is_needed_no_longer_ends_as_its_stage_does(
    phase: Phase, ends: Phase
) -> None:
    child = replace(asked()[1], phase=phase)
    done = step(child, Attempt(Action.MDT_ENDED, reason=WHY), NOW, TIMINGS)
    assert (done.case.phase, done.event.reason) == (ends, WHY)


def test_nothing_is_told_where_nothing_changed() -> None:
    parent, heart, chest = read_by_both()
    drafting = replace(heart, phase=Phase.DRAFTING)
    assert mdt.in_step(parent, (drafting, chest), NAMES.__getitem__, NOW) == ()


def test_the_decision_is_on_the_minutes_and_not_on_each_opinion() -> None:
    parent, heart, _chest = complete()
    receive = Attempt(Action.RECEIVE, CLINIC, decision=None)
    with pytest.raises(Conflict):
        step(heart, receive, NOW, TIMINGS)
    with pytest.raises(Invalid):
        step(sign_minutes(parent), receive, NOW, TIMINGS)


def test_a_masked_row_names_nobody_of_the_mdt() -> None:
    parent, heart, _chest = read_by_both()
    chairs = masked(summary_of(parent, CLINIC.person(), None, 0)).mdt
    assert chairs is not None, "who is rung hears that they are to chair"
    assert chairs.opinions == ()
    row = masked(summary_of(heart, CLINIC.person(), None, 0))
    assert row.mdt_of == parent.id
    text = row.model_dump_json()
    assert all(str(one.id) not in text for one in (EXPERT, CHEST))
