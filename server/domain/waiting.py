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
    found = []
    for department, queue in queues.items():
        began = min(one.submitted_at or one.created_at for one in queue)
        pace = paces.get(department)
        for position, case in enumerate(queue, start=1):
            expected, unknown = _expected(case, position, began, pace, nobody, now)
            place = WaitingPlace(
                consultation_id=case.id,
                position=position,
                of=len(queue),
                expected_at=expected,
                unknown=unknown,
            )
            found.append((case, place))
    return found


def _expected(
    case: Case,
    position: int,
    began: datetime,
    pace: Pace | None,
    nobody: Callable[[Case], WaitUnknown | None],
    now: datetime,
) -> tuple[datetime | None, WaitUnknown | None]:
    """When somebody takes the case, or why nothing is said of it; `began` is when its queue did."""
    if (unknown := nobody(case)) is not None:
        return None, unknown
    if case.phase is Phase.DISPATCHING:
        return None, WaitUnknown.DISPATCHER
    if pace is None:
        return None, WaitUnknown.NO_MEASURE
    since, each = max(began, pace.last_at), pace.each
    if since + each * position <= now:  # it should have been taken
        return None, WaitUnknown.LONGER
    return max(since + each, now) + each * (position - 1), None
