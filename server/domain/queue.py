"""The order of the queue and the clocks of a case (domain.md, Queue)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from protocol.consultation import Phase, Urgency
from server.domain.appointment import recorded_at, rings_again_at
from server.domain.case import Case, Timings
from server.domain.clocks import idling
from server.domain.finding import escalates_at
from server.domain.transitions import LEASED, POOL

_CLASS: dict[Urgency | None, int] = {
    None: 0,
    Urgency.ROUTINE: 0,
    Urgency.URGENT: 1,
    Urgency.EMERGENCY: 2,
    Urgency.CRITICAL: 3,
}
LOAD: dict[Urgency | None, int] = {None: 1} | {one: 1 + _CLASS[one] for one in Urgency}
"""What a case weighs in the load of who holds it (domain.md, Queue, fairness)."""


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody holds: how many cases, and what they weigh together."""

    cases: int = 0
    weight: int = 0

    def with_case(self, urgency: Urgency | None, count: int = 1) -> "Load":
        return Load(self.cases + count, self.weight + count * LOAD[urgency])

    def __add__(self, other: "Load") -> "Load":
        return Load(self.cases + other.cases, self.weight + other.weight)


_HIGHEST_BY_AGE = _CLASS[Urgency.EMERGENCY]

_JITTER = timedelta(seconds=5)

QueueKey = tuple[int, timedelta, datetime]


def effective_class(urgency: Urgency | None, waited: timedelta, ageing: timedelta) -> int:
    """The class a case is served in: age lifts it by at most one and never into critical."""
    own = _CLASS[urgency]
    if waited < ageing or own >= _HIGHEST_BY_AGE:
        return own
    return own + 1


def queue_key(case: Case, now: datetime, timings: Timings) -> QueueKey:
    """Sorts the queue: (priority, deadline slack, arrival), smallest first."""
    arrived = case.submitted_at or case.created_at
    slack = (case.accept_by or arrived) - now
    rank = effective_class(case.content.urgency, now - arrived, timings.ageing)
    return (-rank, slack, arrived)


def in_order(cases: Iterable[Case], now: datetime, timings: Timings) -> list[Case]:
    """As the queue serves them."""
    return sorted(cases, key=lambda case: queue_key(case, now, timings))


def is_overdue(case: Case, now: datetime) -> bool:
    """Whether a case has waited longer for an expert than it should."""
    return case.phase in POOL and case.accept_by is not None and case.accept_by <= now


def kept_for(case: Case, rung: Collection[UUID], *, before_ring: bool = False) -> UUID | None:
    """The expert whom a directed case is kept for: while it rings them, and before it does, nobody
    else pulls it. A critical case is for who is first; of an MDT, as long as it rings them alone.

    Args:
        rung: whom it rings now.
        before_ring: it has just come into the queue; one that stays there has rung them, or they
            were out of reach.
    """
    named = case.content.directed_expert_id
    critical = case.content.urgency is Urgency.CRITICAL
    if named in case.declined or (critical and case.mdt_of is None):
        return None
    rings = case.phase is Phase.OFFERED and named in rung
    if critical and rings:
        rings = set(rung) == {named}
    return named if rings or (before_ring and case.phase is Phase.QUEUED) else None


RING_AGAIN = 1
"""How often one expert is rung for a case by itself; a dispatcher may ring again. A critical case
rings everybody in one window after another until it is taken."""


def may_ring(case: Case, expert_id: UUID, rung: Collection[UUID], rang: int) -> bool:
    """Whether a waiting case rings an expert who has come, by itself (again): a critical one also
    while it rings others.

    Args:
        rung: whom it rings now.
        rang: how often it has rung this expert.
    """
    if case.content.urgency is Urgency.CRITICAL:
        return expert_id not in rung and kept_for(case, rung) in (None, expert_id)
    return case.phase is not Phase.OFFERED and rang < RING_AGAIN


class TimerKind(StrEnum):
    """One clock of a case; each is a row and fires once."""

    OFFER = "offer"
    ACCEPT = "accept"
    LEASE = "lease"
    IDLE = "idle"
    READ_BACK = "read_back"
    RING_AGAIN = "ring_again"
    NO_SHOW = "no_show"


def timers_of(
    case: Case, rings_until: datetime | None, timings: Timings
) -> dict[TimerKind, datetime]:
    """Which timers run for a case as it stands, and when each is due (UTC); the stages of its
    clocks are `clocks.alarms_of`."""
    due: dict[TimerKind, datetime] = {}
    if rings_until is not None:
        due[TimerKind.OFFER] = rings_until
    if case.phase in POOL and case.accept_by is not None and not case.escalated:
        due[TimerKind.ACCEPT] = case.accept_by
    if case.phase in LEASED and case.lease_until is not None:
        due[TimerKind.LEASE] = case.lease_until
    if (idle := idling(case, timings)) is not None:
        due[TimerKind.IDLE] = idle.due
    if (escalates := escalates_at(case)) is not None:
        due[TimerKind.READ_BACK] = escalates
    if (rings := rings_again_at(case, timings)) is not None:
        due[TimerKind.RING_AGAIN] = rings
    if (records := recorded_at(case, timings)) is not None:
        due[TimerKind.NO_SHOW] = records
    return due


def active_after_heartbeat(case: Case, idle: timedelta, now: datetime) -> datetime:
    """When somebody was last at work on the case: an open window alone is no work. What the way of
    a heartbeat adds is none either, so that nobody is warned twice."""
    touched = now - idle
    if case.active_at is not None and touched - case.active_at < _JITTER:
        return case.active_at
    return touched


def lease_after_heartbeat(case: Case, now: datetime, timings: Timings) -> datetime:
    """How long a heartbeat carries: never shorter than what already runs."""
    renewed = now + timings.lease
    if case.lease_until is not None and case.lease_until > renewed:
        return case.lease_until
    return renewed


def human_number(day: datetime, count: int) -> str:
    """`CONS-YYYYMMDD-NNNN`; the counter is per UTC day and grows past four digits."""
    return f"CONS-{day:%Y%m%d}-{count:04d}"
