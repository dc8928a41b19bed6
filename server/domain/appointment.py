"""No-show by the clock (domain.md, Queue, no-show): ring again, then record who was absent.

Nobody is blamed for what the server did not see: where it was away when a clock ran out, or began
to run only after the appointment, the waiting begins anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from protocol.account import Role
from protocol.appointment import Appointment
from protocol.consultation import Action, Phase
from protocol.meeting import MEETING, waited_for
from server.domain.case import Case, Timings

EARLY = timedelta(minutes=15)
"""Who joins that long before the time, and leaves again, has come."""
AWAY = timedelta(seconds=30)
"""A clock taken later than this was not watched."""
BOTH = (Role.REQUESTER, Role.EXPERT)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an action says of the appointment: the new time of `SCHEDULE`; of the clock's actions
    who sits in the call as it runs out."""

    by: Role | None = None
    at: datetime | None = None
    sitting: frozenset[Role] = frozenset()


def open_appointment(case: Case) -> Appointment | None:
    """What is waited for; None where nothing is."""
    return waited_for(case.appointment, case.phase)


def rings_again_at(case: Case, timings: Timings) -> datetime | None:
    """When it rings again (UTC); once."""
    made = open_appointment(case)
    if made is None or made.rung_at is not None:
        return None
    return made.counted_from + timings.ring_again


def recorded_at(case: Case, timings: Timings) -> datetime | None:
    """When it is recorded who was absent (UTC)."""
    made = open_appointment(case)
    return None if made is None else made.counted_from + timings.no_show


def seated(case: Case, sitting: frozenset[Role], now: datetime) -> Case:
    """The same case with those who sit in its call now; itself where that says nothing new."""
    made = open_appointment(case)
    if made is None:
        return case
    seen = made
    if now >= made.at - EARLY:
        seen = made.model_copy(update={"came": _ordered(frozenset(made.came) | sitting)})
    if sitting.issuperset(BOTH):
        seen = seen.model_copy(update={"met_at": now})
    if seen == made:
        return case
    return _with(case, seen, now)


def sides(case: Case, accounts: Iterable[UUID | None]) -> frozenset[Role]:
    """Which sides of the appointment are there. A guest (None) is whom the clinic brought along; a
    colleague of an MDT is neither."""
    known = {case.holder_id: Role.EXPERT, case.requester_id: Role.REQUESTER, None: Role.REQUESTER}
    return frozenset(known[account] for account in accounts if account in known)


def unwatched(case: Case, due_at: datetime, now: datetime, up_since: datetime) -> Case | None:
    """The case with its waiting begun anew, where the server did not see all of it.

    Args:
        due_at: when the clock ran out that is taken now.
        up_since: since when this server answers.
    """
    made = open_appointment(case)
    if made is None:
        return None
    if now - due_at > AWAY:
        return _with(case, made.model_copy(update={"counted_from": now}), now)
    if up_since > made.counted_from:
        return _with(case, made.model_copy(update={"counted_from": up_since}), now)
    return None


def not_missed(case: Case, by: UUID, sitting: frozenset[Role], now: datetime | None) -> str | None:
    """Why nobody's absence can be recorded by this account now; None when it can.

    Args:
        sitting: who sits in the call of the case.
        now: None where it is not asked for a time.
    """
    made = open_appointment(case)
    if made is None:
        return "no appointment is waited for"
    if now is not None and now < made.at:
        return "the time of the appointment has not come"
    others = {case.holder_id: Role.REQUESTER, case.requester_id: Role.EXPERT}
    return "the other side sits in the call" if others.get(by) in sitting else None


def lands(case: Case, action: Action, to: Phase) -> Phase:
    """Who leaves a call in which nobody came to meet them still has the appointment."""
    waiting = action is Action.END_CALL and open_appointment(case) is not None
    return Phase.SCHEDULED if waiting else to


def after(new: Case, old: Case, action: Action, asked: Asked, now: datetime) -> Appointment | None:
    """The appointment of a case after an action."""
    made = old.appointment
    match action:
        case Action.SCHEDULE if asked.at is not None:
            return Appointment(at=asked.at, counted_from=asked.at)
        case Action.RING_AGAIN if made is not None:
            return made.model_copy(update={"rung_at": now})
        case Action.RECORD_NO_SHOW if made is not None:
            return made.model_copy(update={"recorded_at": now, "absent": _absent(made, asked)})
        case Action.CLAIM if new.holder_id != old.holder_id:
            return None
    waited = made is None or made.recorded_at is not None or new.phase in MEETING
    return made if waited else None


def _absent(made: Appointment, asked: Asked) -> tuple[Role, ...]:
    """A person who records it means the other side, unless it came and left; a dispatcher says it
    in words."""
    if asked.by not in (None, *BOTH):
        return made.absent
    came = frozenset(made.came) | asked.sitting
    return tuple(role for role in BOTH if role not in came and role is not asked.by)


def _ordered(roles: frozenset[Role]) -> tuple[Role, ...]:
    return tuple(role for role in BOTH if role in roles)


def _with(case: Case, made: Appointment, now: datetime) -> Case:
    return replace(case, appointment=made, updated_at=case.changed_at(now))
