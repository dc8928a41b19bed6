"""Where a waiting case stands and when an expert is expected: the queue's own order, and the pace
at which a department took its cases lately."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from protocol.consultation import Phase, TimelineEvent
from protocol.waiting import WaitingPlace, WaitUnknown
from server.domain.case import Case, Timings
from server.domain.queue import in_order
from server.domain.transitions import POOL

MEASURED = 20
"""How many of the last cases that were taken make the pace."""
FEWEST = 5
"""With fewer nothing is said of the time."""
MEASURED_FOR = timedelta(days=7)
"""What was taken longer ago says nothing of today."""


@dataclass(frozen=True, slots=True)
class Pickup:
    """One case that an expert took from the queue: since when it waited there, and until when."""

    queued_at: datetime
    picked_at: datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a department needs for each case while any waits, and when it took the last."""

    each: timedelta
    last_at: datetime


def pace_of(pickups: Iterable[Pickup]) -> Pace | None:
    """None where too few were measured. Time in which nothing waited does not count: an empty
    queue says nothing of how fast cases are taken."""
    measured = sorted(pickups, key=lambda one: one.queued_at)
    if len(measured) < FEWEST:
        return None
    busy, until = timedelta(0), measured[0].queued_at
    for one in measured:
        begun = max(one.queued_at, until)
        busy += max(one.picked_at - begun, timedelta(0))
        until = max(until, one.picked_at)
    return Pace(busy / len(measured), until)


def queued_since(case: Case, events: Sequence[TimelineEvent]) -> datetime:
    """When a case came into the queue it waits in; it may have been there before."""
    entered = (
        event.at
        for event in reversed(events)
        if event.to_phase in POOL and event.from_phase not in POOL
    )
    return next(entered, case.submitted_at or case.created_at)


def places(
    pool: Iterable[Case],
    paces: Mapping[str, Pace | None],
    nobody: Callable[[Case], WaitUnknown | None],
    now: datetime,
    timings: Timings,
) -> list[tuple[Case, WaitingPlace]]:
    """Every waiting case with its place among those of its department.

    Args:
        nobody: why nobody who may take the case would be rung now; None where somebody would.
    """
    queues: dict[str, list[Case]] = defaultdict(list)
    for case in in_order(pool, now, timings):
        queues[case.content.department].append(case)
    return [
        (case, _place(case, index, queue, paces.get(department), nobody, now))
        for department, queue in queues.items()
        for index, case in enumerate(queue)
    ]


def _place(
    case: Case,
    ahead: int,
    queue: Sequence[Case],
    pace: Pace | None,
    nobody: Callable[[Case], WaitUnknown | None],
    now: datetime,
) -> WaitingPlace:
    expected = None
    if (unknown := nobody(case)) is not None:
        pass
    elif case.phase is Phase.DISPATCHING:
        unknown = WaitUnknown.DISPATCHER
    elif pace is None:
        unknown = WaitUnknown.NO_MEASURE
    elif (expected := _expected(ahead, queue, pace, now)) is None:
        unknown = WaitUnknown.LONGER
    return WaitingPlace(
        consultation_id=case.id,
        position=ahead + 1,
        of=len(queue),
        expected_at=expected,
        unknown=unknown,
    )


def _expected(ahead: int, queue: Sequence[Case], pace: Pace, now: datetime) -> datetime | None:
    """None where the time has passed in which it should have been taken."""
    began = max(min(one.submitted_at or one.created_at for one in queue), pace.last_at)
    if began + pace.each * (ahead + 1) <= now:
        return None
    return max(began + pace.each, now) + pace.each * ahead
