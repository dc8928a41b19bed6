"""Second opinions as the rules know them: who may ask, who may read, who is kept from what."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from protocol.account import ExpertProfile, ExpertTitle, Role
from protocol.base import new_id
from protocol.consultation import Action, Phase
from protocol.errors import ErrorCode
from protocol.queue import IneligibleReason
from protocol.second_opinion import SecondState
from server.domain.apart import beginning, independent, state_of
from server.domain.attempt import Attempt
from server.domain.case import Case, FirstOpinion
from server.domain.consultation import step
from server.domain.errors import Conflict, Forbidden, Invalid, Refusal
from server.domain.matching import Needs, Standing, candidates, may_claim
from server.domain.people import Who
from server.domain.rights import Part, hears_of, masked, part_of, summary_of
from server.domain.second_opinion import asked_of, following
from tests.server.held_case import CLINIC, DISPATCHER, EXPERT, NOW, PROOF, TIMINGS, held, somebody

HOUSE = UUID(int=3)
OTHER = somebody("第二位专家", Role.EXPERT)
WHY = "首诊意见与临床不符"


def signed(**more: object) -> Case:
    return held(Phase.SIGNED, report_version=1, holder_institution_id=HOUSE, **more)


def ask(case: Case, who: Who, reason: str = WHY) -> Case:
    return step(case, Attempt(Action.SECOND_OPINION, who, reason=reason), NOW, TIMINGS).case


def both() -> tuple[Case, Case]:
    """A signed case, and its second opinion in the queue."""
    first = ask(signed(), CLINIC)
    return first, asked_of(first, "CONS-20260105-0002", NOW, TIMINGS)


def read_by(second: Case, who: Who) -> Case:
    return replace(second, phase=Phase.READING, holder_id=who.id)


def signed_by(second: Case, who: Who) -> Case:
    drafting = replace(
        second, phase=Phase.DRAFTING, holder_id=who.id, claim_hash=held(Phase.SIGNED).claim_hash
    )
    sign = Attempt(Action.SIGN, who, proof=replace(PROOF, fence=second.fence), report=True)
    return step(drafting, sign, NOW, TIMINGS).case


@pytest.mark.parametrize("who", [CLINIC, EXPERT])
@pytest.mark.parametrize("phase", [Phase.SIGNED, Phase.RECEIVED])
def test_the_clinic_and_the_first_expert_may_ask_once_a_report_is_signed(
    who: Who, phase: Phase
) -> None:
    first = ask(replace(signed(), phase=phase), who)
    assert first.phase is phase
    assert first.second is not None
    assert first.second.state is SecondState.WAITING


@pytest.mark.parametrize("phase", [Phase.READING, Phase.DRAFTING, Phase.AMENDED, Phase.QUEUED])
def test_without_a_report_that_stands_there_is_nothing_to_be_second_to(phase: Phase) -> None:
    with pytest.raises(Refusal):
        ask(replace(signed(), phase=phase), CLINIC)


def test_a_reason_is_needed_and_nobody_else_may_ask() -> None:
    with pytest.raises(Invalid):
        ask(signed(), CLINIC, reason="")
    for who in (somebody("别的乡医", Role.REQUESTER), OTHER, DISPATCHER):
        with pytest.raises(Forbidden):
            ask(signed(), who)


def test_one_at_a_time_and_none_on_a_second_opinion() -> None:
    first, second = both()
    for case in (first, signed_by(second, OTHER)):
        with pytest.raises(Conflict) as refused:
            ask(case, CLINIC)
        assert refused.value.code is ErrorCode.TRANSITION_REFUSED
    withdrawn = replace(second, phase=Phase.WITHDRAWN)
    again = ask(following(first, withdrawn, NOW), CLINIC)
    assert again.second is not None
    assert again.second.consultation_id != second.id


def test_of_two_who_ask_at_once_one_changes_a_version_that_is_gone() -> None:
    assert ask(signed(), CLINIC).version == signed().version + 1


def test_it_is_a_case_of_its_own_with_its_own_clocks() -> None:
    words = {"question": "性质？", "directed_expert_id": new_id()}
    content = signed().content.model_copy(update=words)
    first = ask(replace(signed(), content=content), EXPERT)
    second = asked_of(first, "CONS-20260105-0002", NOW, TIMINGS)
    assert second.phase is Phase.QUEUED
    assert second.content == content.model_copy(update={"directed_expert_id": None})
    assert second.accept_by == NOW + TIMINGS.accept_target
    assert (second.requester_id, second.institution_id) == (first.requester_id, HOUSE)
    assert second.first == FirstOpinion(first.id, EXPERT.id, HOUSE)


def test_its_timeline_tells_neither_why_nor_who_gave_the_first_opinion() -> None:
    _first, second = both()
    assert beginning(second, Action.SECOND_OPINION, None, NOW).by is None
    event = beginning(second, Action.SECOND_OPINION, CLINIC, NOW)
    assert (event.by, event.reason, event.to_phase) == (CLINIC.person(), "", Phase.QUEUED)
    assert "陈" not in event.model_dump_json()


def with_profile(who: Who) -> Who:
    return replace(
        who, expert=ExpertProfile(title=ExpertTitle.CHIEF, departments=("放射科",), years=9)
    )


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (OTHER, True),
        (EXPERT, False),
        (replace(OTHER, roles=frozenset((Role.EXPERT, Role.DISPATCHER))), False),
        (replace(OTHER, roles=frozenset((Role.EXPERT, Role.REVIEWER))), False),
        (
            replace(
                OTHER,
                roles=frozenset((Role.EXPERT, Role.REVIEWER)),
                institution_id=UUID(int=9),
            ),
            True,
        ),
    ],
)
def test_who_gave_the_first_opinion_or_can_read_it_is_not_asked_and_is_told_why(
    who: Who, may: bool
) -> None:
    _first, second = both()
    assert independent(second, who) is may
    needs = Needs("放射科", (), critical=False)
    standing = Standing(
        with_profile(who), reachable=True, agreement=True, independent=independent(second, who)
    )
    assert may_claim(needs, standing) is may
    (candidate,) = candidates(needs, [standing], case_id=new_id())
    assert (candidate.ineligible == (IneligibleReason.NOT_INDEPENDENT,)) is not may


def test_neither_sees_the_others_case_until_the_second_opinion_is_signed() -> None:
    first, second = both()
    reading = read_by(second, OTHER)
    first = following(first, reading, NOW)
    everything = replace(OTHER, roles=frozenset(Role))
    assert part_of(first, everything) is None, "whatever roles they were given meanwhile"
    assert part_of(reading, replace(EXPERT, roles=frozenset(Role))) is None
    done = signed_by(second, OTHER)
    first = following(first, done, NOW)
    assert part_of(first, OTHER) is Part.COLLEAGUE
    assert part_of(done, EXPERT) is Part.COLLEAGUE
    assert not hears_of(first, OTHER), "it is read from the own case, and stands in no list"
    assert part_of(done, OTHER) is Part.HOLDER
    assert part_of(done, CLINIC) is part_of(first, CLINIC) is Part.REQUESTER


def test_the_first_case_says_how_far_it_is() -> None:
    first, second = both()
    for then, state in (
        (second, SecondState.WAITING),
        (read_by(second, OTHER), SecondState.READING),
        (replace(second, phase=Phase.DISPATCHING), SecondState.WAITING),
        (signed_by(second, OTHER), SecondState.SIGNED),
        (replace(second, phase=Phase.REJECTED), SecondState.ENDED),
    ):
        assert state_of(then) is state
        told = following(first, then, NOW).second
        assert told is not None
        assert told.state is state


def test_nothing_is_told_where_nothing_of_it_changed() -> None:
    first, second = both()
    reading = following(first, read_by(second, OTHER), NOW)
    drafting = replace(read_by(second, OTHER), phase=Phase.DRAFTING)
    assert following(reading, drafting, NOW) is reading


def test_who_gave_it_back_is_kept_from_the_first_case_no_longer() -> None:
    first, second = both()
    first = following(first, read_by(second, OTHER), NOW)
    assert first.kept_from == {OTHER.id}
    assert following(first, second, NOW).kept_from == frozenset()


def test_amending_the_second_report_keeps_both_open_and_the_first_hour() -> None:
    first, second = both()
    done = signed_by(second, OTHER)
    first = following(first, done, NOW)
    later = following(first, replace(done, phase=Phase.AMENDED), NOW + timedelta(hours=1))
    assert later is first


def test_an_earlier_second_opinion_says_nothing_of_the_one_asked_for_later() -> None:
    first, second = both()
    again = ask(following(first, replace(second, phase=Phase.REJECTED), NOW), CLINIC)
    assert following(again, replace(second, phase=Phase.ENTERED_IN_ERROR), NOW) is again


def test_a_masked_row_says_that_it_is_a_second_opinion_and_no_more() -> None:
    _first, second = both()
    row = masked(summary_of(second, CLINIC.person(), None, 0))
    assert row.second_of == second.first.case_id if second.first else False
    assert EXPERT.display_name not in row.model_dump_json()
    assert str(EXPERT.id) not in row.model_dump_json()
