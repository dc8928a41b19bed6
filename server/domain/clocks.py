"""The clocks of a case that escalate: accept, start, report (domain.md, Queue, escalation).

At half of its time a clock warns the expert, at four fifths the dispatchers, and when it has run
out the head of the department; each once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from protocol.account import Role
from protocol.consultation import Phase, Urgency
from protocol.queue import CaseClock, ClockStage
from server.domain.case import Case, Timings
from server.domain.people import Who
from server.domain.transitions import POOL

_SHARES = {ClockStage.AMBER: 0.5, ClockStage.DISPATCHER: 0.8, ClockStage.OVERDUE: 1.0}
_WARNED_OF_IDLENESS = 5 / 6
_IDLING = frozenset((Phase.READING, Phase.DRAFTING))
_NOT_STARTED = frozenset((Phase.CLAIMED, Phase.ACCEPTED, Phase.SCHEDULED))
_NOT_REPORTED = _NOT_STARTED | {
    Phase.READING,
    Phase.IN_CALL,
    Phase.SUSPENDED,
    Phase.DRAFTING,
    Phase.AWAITING_REVIEW,
}


@dataclass(frozen=True, slots=True)
class Span:
    """A running clock, UTC."""

    begun: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Alarm:
    """One stage of one clock; its name is what a timer's row says."""

    clock: CaseClock
    stage: ClockStage

    @property
    def name(self) -> str:
        return f"{self.clock.value}.{self.stage.value}"

    @classmethod
    def named(cls, name: str) -> "Alarm | None":
        """None for a timer of another kind."""
        clock, dot, stage = name.partition(".")
        return cls(CaseClock(clock), ClockStage(stage)) if dot else None


def running(case: Case, timings: Timings) -> dict[CaseClock, Span]:
    """The clocks that run for a case as it stands; none while it waits for the clinic."""
    clocks: dict[CaseClock, Span] = {}
    if case.phase in POOL and case.accept_by is not None:
        begun = case.accept_by - timings.accept_target
        clocks[CaseClock.ACCEPT] = Span(begun, case.accept_by)
    if case.phase in _NOT_STARTED and case.start_by is not None:
        clocks[CaseClock.START] = Span(case.start_by - timings.start_target, case.start_by)
    if case.phase in _NOT_REPORTED and case.report_by is not None:
        target = report_target(case.content.urgency, timings)
        clocks[CaseClock.REPORT] = Span(case.report_by - target, case.report_by)
    return clocks


def idling(case: Case, timings: Timings) -> Span | None:
    """Since when nobody has worked on a case in progress, and when it is suspended for that."""
    if case.phase not in _IDLING or case.active_at is None:
        return None
    return Span(case.active_at, case.active_at + timings.idle)


def alarms_of(case: Case, timings: Timings) -> dict[Alarm, datetime]:
    """When each stage of the running clocks is due (UTC), the passed ones too."""
    alarms = {
        Alarm(clock, stage): span.begun + share * (span.due - span.begun)
        for clock, span in running(case, timings).items()
        for stage, share in _SHARES.items()
    }
    if (span := idling(case, timings)) is not None:
        warned_at = span.begun + _WARNED_OF_IDLENESS * (span.due - span.begun)
        alarms[Alarm(CaseClock.IDLE, ClockStage.AMBER)] = warned_at
    return alarms


def runs_out(case: Case, clock: CaseClock, timings: Timings) -> datetime | None:
    """When a clock has run out, UTC; None where it does not run."""
    span = idling(case, timings) if clock is CaseClock.IDLE else running(case, timings).get(clock)
    return None if span is None else span.due


def report_target(urgency: Urgency | None, timings: Timings) -> timedelta:
    """From taking a case to its signed report."""
    return timings.report_targets[urgency or Urgency.ROUTINE]


def warned_by(
    alarm: Alarm, case: Case, people: Iterable[Who], asked: frozenset[UUID]
) -> frozenset[UUID]:
    """Whom a stage concerns, those of the stages before it included.

    Args:
        people: everybody who works, or those of them who dispatch or head the department.
        asked: whom the case rings now, or who may take it where it rings nobody.
    """
    told = set(asked) if case.holder_id is None else {case.holder_id}
    for who in people:
        dispatches = Role.DISPATCHER in who.roles and alarm.stage is not ClockStage.AMBER
        heads = who.expert is not None and case.content.department in who.expert.heads
        if dispatches or (heads and alarm.stage is ClockStage.OVERDUE):
            told.add(who.id)
    return frozenset(told)
