"""The heartbeat of a claim: a few statements that share one transaction with those of others.

Of all that is written it is the most, and needs no number, no audit entry and nothing of the case
that rests sealed.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from protocol.consultation import CaseContent, Phase
from protocol.queue import CaseClock, ClockStage
from server.domain.attempt import Proof
from server.domain.case import Case, Timings
from server.domain.clocks import Alarm, alarms_of
from server.domain.consultation import holds
from server.domain.people import Who
from server.domain.queue import (
    TimerKind,
    active_after_heartbeat,
    lease_after_heartbeat,
    timers_of,
)
from server.domain.transitions import LEASED
from server.store.tables import ConsultationRow, TimerRow
from server.store.timers import replaced
from server.store.together import Desk

_KINDS = (TimerKind.LEASE.value, TimerKind.IDLE.value)
_IDLE_ALARM = Alarm(CaseClock.IDLE, ClockStage.AMBER).name
_HELD = select(
    ConsultationRow.id,
    ConsultationRow.number,
    ConsultationRow.version,
    ConsultationRow.phase,
    ConsultationRow.requester_id,
    ConsultationRow.institution_id,
    ConsultationRow.created_at,
    ConsultationRow.updated_at,
    ConsultationRow.holder_id,
    ConsultationRow.claim_hash,
    ConsultationRow.claimed_at,
    ConsultationRow.fence,
    ConsultationRow.lease_until,
    ConsultationRow.active_at,
).where(ConsultationRow.id == bindparam("case_id"))


def beat(
    desk: Desk, case_id: UUID, who: Who, proof: Proof, idle: timedelta, timings: Timings
) -> datetime | None:
    """Renews the lease; answers until when it holds, None where `who` does not hold the case."""
    case = _held(desk.connection, case_id)
    if case is None or not holds(case, who, proof):
        return None
    until = lease_after_heartbeat(case, desk.now, timings)
    if case.phase in LEASED:
        active = active_after_heartbeat(case, idle, desk.now)
        _renew(desk, case, until, active, timings)
    return until


def _held(connection: Connection, case_id: UUID) -> Case | None:
    """Without its content."""
    row = connection.execute(_HELD, {"case_id": case_id}).first()
    if row is None:
        return None
    values = dict(row._mapping)
    return Case(**(values | {"phase": Phase(row.phase)}), content=CaseContent())


def _renew(desk: Desk, case: Case, until: datetime, active: datetime, timings: Timings) -> None:
    """Lease, idleness and their clocks; the others of a case do not move."""
    connection = desk.connection
    connection.execute(
        update(ConsultationRow)
        .where(ConsultationRow.id == case.id)
        .values(lease_until=until, active_at=active)
    )
    renewed = replace(case, lease_until=until, active_at=active)
    alarms = {
        alarm: at
        for alarm, at in alarms_of(renewed, timings).items()
        if alarm.clock is CaseClock.IDLE
    }
    due = {
        kind: at for kind, at in timers_of(renewed, None, timings).items() if kind.value in _KINDS
    }
    mine = (TimerRow.consultation_id == case.id, TimerRow.kind.in_((*_KINDS, _IDLE_ALARM)))
    rows = connection.execute(select(TimerRow.kind, TimerRow.due_at).where(*mine))
    before = {row.kind: row.due_at for row in rows}
    gone, new = replaced(case.id, before, due, alarms, desk.now)
    if gone:
        connection.execute(
            delete(TimerRow).where(TimerRow.consultation_id == case.id, TimerRow.kind.in_(gone))
        )
    if new:
        connection.execute(insert(TimerRow), new)
