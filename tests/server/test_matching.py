"""Whom a case may go to, in which order and why: domain.md, Matching."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from protocol.account import ExpertProfile, ExpertTitle, Role, SpokenLanguage
from protocol.base import new_id
from protocol.queue import IneligibleReason, Presence, ScoreTerm
from server.domain.matching import (
    Needs,
    Standing,
    disease_matches,
    may_claim,
    score_terms,
    to_offer,
    usual_response,
)
from server.domain.matching import candidates as candidates_of
from server.domain.people import Who

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SOURCE = (ScoreTerm.TITLE, ScoreTerm.YEARS, ScoreTerm.RESPONSE, ScoreTerm.CRITICAL)
NEEDS = Needs("放射科", ("J18.900",), critical=False)


def expert(
    title: ExpertTitle = ExpertTitle.CHIEF,
    years: int = 20,
    departments: tuple[str, ...] = ("放射科",),
    prefixes: tuple[str, ...] = ("J",),
    **more: Any,
) -> Who:
    profile = ExpertProfile(
        title=title, departments=departments, icd10_prefixes=prefixes, years=years, **more
    )
    return Who(new_id(), "e1", "陈专家", frozenset({Role.EXPERT}), expert=profile)


def standing(who: Who | None = None, **more: Any) -> Standing:
    made = Standing(
        who or expert(), reachable=True, agreement=True, mean_response_minutes=Decimal(8)
    )
    return replace(made, **more)


CASE = new_id()
candidates = partial(candidates_of, case_id=CASE)


def test_the_worked_example_scores_134_and_154_when_critical() -> None:
    for critical, score in ((False, 134), (True, 154)):
        terms = score_terms(ExpertTitle.CHIEF, 20, Decimal(8), critical=critical)
        assert sum(term.value for term in terms) == score
    assert [term.term for term in terms] == list(SOURCE)


@pytest.mark.parametrize(
    ("title", "points"),
    [
        (ExpertTitle.CHIEF, 50),
        (ExpertTitle.ASSOCIATE_CHIEF, 30),
        (ExpertTitle.ATTENDING, 0),
        (ExpertTitle.RESIDENT, 0),
    ],
)
def test_the_title_weighs(title: ExpertTitle, points: int) -> None:
    assert score_terms(title, 0, Decimal(30), critical=False)[0].value == points


@pytest.mark.parametrize(
    ("codes", "prefixes", "fits"),
    [
        (("I10.x00",), ("I10",), True),
        (("I11",), ("I10",), False),
        (("J18.9", "I10"), ("I1",), True),
        ((), ("I10",), True),
        (("I10",), (), True),
    ],
)
def test_a_prefix_covers_its_codes(
    codes: tuple[str, ...], prefixes: tuple[str, ...], fits: bool
) -> None:
    assert disease_matches(codes, prefixes) is fits


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"who": expert(departments=("心内科",))}, IneligibleReason.DEPARTMENT),
        ({"who": expert(prefixes=("I10",))}, IneligibleReason.DISEASE),
        ({"who": expert(capacity=2), "held": 2}, IneligibleReason.FULL),
        ({"reachable": False}, IneligibleReason.UNREACHABLE),
        ({"licensed": False}, IneligibleReason.UNLICENSED),
        ({"agreement": False}, IneligibleReason.NO_AGREEMENT),
        ({"excluded": True}, IneligibleReason.EXCLUDED),
        ({"declined": True}, IneligibleReason.DECLINED),
    ],
)
def test_an_expert_who_is_not_eligible_carries_the_reason(
    change: dict[str, Any], reason: IneligibleReason
) -> None:
    found = candidates(NEEDS, [standing(**change)])[0]
    assert found.ineligible == (reason,)
    assert found.score is None


TIBETAN = Needs("放射科", ("J18.900",), critical=False, language=SpokenLanguage.TIBETAN)


@pytest.mark.parametrize(
    ("spoken", "against"),
    [
        ((SpokenLanguage.MANDARIN,), (IneligibleReason.LANGUAGE,)),
        ((SpokenLanguage.MANDARIN, SpokenLanguage.TIBETAN), ()),
        ((), ()),
    ],
)
def test_an_expert_speaks_what_the_case_is_talked_about_in_where_both_are_known(
    spoken: tuple[SpokenLanguage, ...], against: tuple[IneligibleReason, ...]
) -> None:
    found = candidates(TIBETAN, [standing(expert(languages=spoken))])[0]
    assert found.ineligible == against


def test_a_language_is_passed_over_once_the_case_has_waited_too_long() -> None:
    people = [standing(expert(languages=(SpokenLanguage.MANDARIN,)))]
    (found,) = candidates(TIBETAN, people, widened=True)
    assert (found.ineligible, found.relaxed) == ((), (IneligibleReason.LANGUAGE,))


def test_a_critical_case_passes_over_capacity_and_language() -> None:
    needs = replace(TIBETAN, critical=True)
    busy = standing(expert(languages=(SpokenLanguage.MANDARIN,), capacity=1), held=1)
    assert candidates(needs, [busy])[0].ineligible == ()


def test_who_holds_enough_may_still_take_a_case_by_themselves() -> None:
    full = standing(expert(capacity=1), held=1)
    assert may_claim(NEEDS, full)
    assert not may_claim(TIBETAN, standing(expert(languages=(SpokenLanguage.YI,))))


def test_a_critical_case_weighs_who_is_free_and_who_answers_fast_as_a_term_of_its_own() -> None:
    """The source's terms stay as they are; ours stands beside them and can change the order."""
    needs = replace(NEEDS, critical=True)
    free = standing(expert(years=19), presence=Presence.AVAILABLE)
    calling = standing(expert(years=20), presence=Presence.IN_CALL)
    first, second = candidates(needs, [calling, free])
    terms = {term.term: term.value for term in second.terms}
    assert (first.expert_id, second.expert_id) == (free.who.id, calling.who.id)
    assert sum(value for term, value in terms.items() if term in SOURCE) == 154
    assert {one.terms[-1].term for one in (first, second)} == {ScoreTerm.REACHABILITY}
    assert (first.terms[-1].value, second.terms[-1].value) == (Decimal(42), Decimal(22))
    routine = candidates(NEEDS, [free])[0]
    assert ScoreTerm.REACHABILITY not in {term.term for term in routine.terms}


def test_ties_break_by_load_and_then_by_who_was_idle_longest() -> None:
    busy = standing(load=2, idle_since=NOW - timedelta(hours=9))
    idle = standing(load=0, idle_since=NOW - timedelta(hours=3))
    fresh = standing(load=0, idle_since=NOW)
    ranked = [one.expert_id for one in candidates(NEEDS, [busy, fresh, idle])]
    assert ranked == [idle.who.id, fresh.who.id, busy.who.id]


def burst(people: list[Standing], cases: int) -> list[int]:
    """How many of so many cases, one right after another, ring each of them."""
    for _ in range(cases):
        first = candidates_of(NEEDS, people, case_id=new_id())[0].expert_id
        people = [
            replace(one, rings=one.rings + 1, load=one.load + 1) if one.who.id == first else one
            for one in people
        ]
    return [one.rings for one in people]


def test_a_burst_is_shared_among_equals() -> None:
    assert burst([standing(), standing(), standing()], 9) == [3, 3, 3]


def test_whom_enough_rings_comes_after_who_is_rung_less_however_well_they_score() -> None:
    best, other = standing(), standing(expert(ExpertTitle.ATTENDING, years=1))
    assert burst([best, other], 3) == [3, 0]
    assert burst([best, other], 9) == [6, 3]
    assert candidates(NEEDS, [replace(best, rings=2)])[0].rings == 2


def test_the_score_stays_the_source_s_whatever_rings() -> None:
    assert candidates(NEEDS, [standing(rings=5, load=5)])[0].score == 134


def test_who_was_rung_and_did_not_answer_is_not_asked_first_for_being_idle() -> None:
    silent = standing(idle_since=NOW - timedelta(hours=9), rung_until=NOW)
    idle = standing(idle_since=NOW - timedelta(hours=3), rung_until=NOW - timedelta(hours=4))
    assert candidates(NEEDS, [silent, idle])[0].expert_id == idle.who.id


def test_full_equals_are_drawn_by_a_lot_of_the_case_not_by_their_place_in_a_list() -> None:
    people = [standing() for _ in range(3)]
    firsts = [candidates_of(NEEDS, people, case_id=UUID(int=n))[0] for n in range(40)]
    assert len({one.expert_id for one in firsts}) == 3
    assert candidates(NEEDS, people) == candidates(NEEDS, people[::-1])


def test_a_newcomer_answers_as_fast_as_the_median_of_the_department_in_every_list() -> None:
    usual = usual_response([Decimal(4), Decimal(8), Decimal(20), None])
    newcomer = standing(mean_response_minutes=None)
    alone = candidates(NEEDS, [newcomer], usual_minutes=usual)
    beside = candidates(NEEDS, [newcomer, standing()], usual_minutes=usual)
    assert [one.score for one in (*alone, *beside)] == [Decimal(134)] * 3


def test_the_directed_expert_is_rung_first_and_everybody_when_it_is_critical() -> None:
    people = [standing(expert(years=years)) for years in (30, 10, 20)]
    ranked = candidates(NEEDS, people)
    directed = people[1].who.id
    assert [c.expert_id for c in to_offer(ranked, directed=directed, critical=False)] == [directed]
    assert to_offer(ranked, directed=None, critical=False)[0].expert_id == people[0].who.id
    assert len(to_offer(ranked, directed=directed, critical=True)) == 3
    assert to_offer(ranked, directed=new_id(), critical=False) == (ranked[0],)
