"""Place and expected time of a waiting case: the queue's order, and the pace measured lately."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from protocol.base import new_id
from protocol.consultation import Action, Phase, TimelineEvent, Urgency
from protocol.waiting import WaitingPlace, WaitUnknown
from server.domain.case import Case
from server.domain.waiting import FEWEST, Pace, Pickup, pace_of, places, queued_since
from tests.server.test_clock_rules import NOW, TIMINGS, submitted

DEPARTMENT = "放射科"


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def waiting(urgency: Urgency = Urgency.ROUTINE, since: float = 0, **more: Any) -> Case:
    """In the queue for so many minutes."""
    at = NOW - minutes(since)
    made = replace(submitted(urgency), submitted_at=at, accept_by=at + TIMINGS.accept_target)
    return replace(made, **more)


def took(*spans: tuple[float, float]) -> list[Pickup]:
    """Cases that waited from a minute to a minute, counted from NOW."""
    return [Pickup(NOW + minutes(begun), NOW + minutes(until)) for begun, until in spans]


def places_of(
    pool: list[Case], pace: Pace | None = None, *, there: bool = True
) -> dict[UUID, WaitingPlace]:
    nobody = None if there else WaitUnknown.NO_EXPERT
    found = places(pool, {DEPARTMENT: pace}, lambda _case: nobody, NOW, TIMINGS)
    return {case.id: place for case, place in found}


def test_a_case_stands_behind_those_the_queue_serves_first() -> None:
    old, urgent, new = waiting(since=9), waiting(Urgency.URGENT, since=1), waiting(since=2)
    found = places_of([new, old, urgent])
    assert [found[case.id].position for case in (urgent, old, new)] == [1, 2, 3]
    assert {place.of for place in found.values()} == {3}


def test_other_departments_do_not_count() -> None:
    ours = waiting()
    content = ours.content.model_copy(update={"department": "心内科"})
    theirs = waiting(Urgency.CRITICAL, content=content)
    found = places_of([ours, theirs])
    assert [(one.position, one.of) for one in found.values()] == [(1, 1), (1, 1)]


def test_the_pace_is_the_time_in_which_somebody_waited_for_each_case_taken() -> None:
    side_by_side = took((-60, -50), (-58, -46), (-57, -42), (-20, -12), (-8, -6))
    pace = pace_of(side_by_side)
    assert pace is not None
    assert pace.each == minutes((18 + 8 + 2) / 5), "an empty queue is nobody's slowness"
    assert pace.last_at == NOW - minutes(6)


def test_with_too_few_taken_nothing_is_said_of_the_time() -> None:
    few = took(*((-n, -n + 1) for n in range(2, FEWEST + 1)))
    assert pace_of(few) is None
    case = waiting()
    place = places_of([case], pace_of(few))[case.id]
    assert (place.expected_at, place.unknown) == (None, WaitUnknown.NO_MEASURE)


def test_each_case_before_it_costs_one_pace() -> None:
    first, second = waiting(since=2), waiting(since=1)
    found = places_of([first, second], Pace(minutes(5), NOW - minutes(30)))
    assert found[first.id].expected_at == NOW + minutes(3), "it waits for two minutes already"
    assert found[second.id].expected_at == NOW + minutes(8)


def test_the_pace_runs_from_the_last_case_that_was_taken() -> None:
    case = waiting(since=20)
    found = places_of([case], Pace(minutes(5), NOW - minutes(1)))
    assert found[case.id].expected_at == NOW + minutes(4)


def test_a_late_expert_moves_those_behind_and_no_passed_time_is_told() -> None:
    first, second = waiting(since=7), waiting(since=6)
    found = places_of([first, second], Pace(minutes(5), NOW - minutes(60)))
    assert found[first.id].unknown is WaitUnknown.LONGER
    assert found[second.id].expected_at == NOW + minutes(5)


@pytest.mark.parametrize("phase", [Phase.QUEUED, Phase.OFFERED, Phase.DISPATCHING])
def test_where_nobody_can_be_reached_that_is_what_is_said(phase: Phase) -> None:
    case = waiting(phase=phase)
    place = places_of([case], Pace(minutes(5), NOW), there=False)[case.id]
    assert (place.position, place.expected_at) == (1, None)
    assert place.unknown is WaitUnknown.NO_EXPERT


def test_what_the_dispatchers_decide_has_no_time() -> None:
    case = waiting(phase=Phase.DISPATCHING)
    place = places_of([case], Pace(minutes(5), NOW))[case.id]
    assert place.unknown is WaitUnknown.DISPATCHER


def test_a_case_that_came_back_waits_since_it_came_back() -> None:
    def event(minute: float, before: Phase, after: Phase) -> TimelineEvent:
        return TimelineEvent(
            id=new_id(),
            at=NOW + minutes(minute),
            action=Action.RELEASE,
            by=None,
            role=None,
            from_phase=before,
            to_phase=after,
        )

    events = [
        event(0, Phase.EDITING, Phase.QUEUED),
        event(3, Phase.QUEUED, Phase.CLAIMED),
        event(9, Phase.CLAIMED, Phase.QUEUED),
        event(9.1, Phase.QUEUED, Phase.OFFERED),
    ]
    assert queued_since(waiting(), events) == NOW + minutes(9)
