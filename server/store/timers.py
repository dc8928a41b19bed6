"""The clocks of cases as rows: absolute, surviving a restart, each taken exactly once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.consultation import Urgency
from server.domain.clocks import Alarm
from server.domain.queue import TimerKind
from server.store.columns import table_of
from server.store.tables import ConsultationRow, TimerRow

_INSERT = insert(table_of(TimerRow))


@dataclass(frozen=True, slots=True)
class Due:
    """One clock that has run out."""

    consultation_id: UUID
    kind: TimerKind | Alarm
    due_at: datetime

    @property
    def name(self) -> str:
        return self.kind.name if isinstance(self.kind, Alarm) else self.kind.value


def replaced(
    case_id: UUID,
    before: Mapping[str, datetime],
    due: Mapping[TimerKind, datetime],
    alarms: Mapping[Alarm, datetime],
    now: datetime,
) -> tuple[list[str], list[dict[str, Any]]]:
    """Which rows of a case go, by kind, and which come, when its clocks are these."""
    coming = {alarm.name: at for alarm, at in alarms.items()}
    wanted = {kind.value: at for kind, at in due.items()} | {
        name: at for name, at in coming.items() if at > now or before.get(name) == at
    }
    gone = [kind for kind, at in before.items() if wanted.get(kind) != at]
    new = [
        {"consultation_id": case_id, "kind": kind, "due_at": at}
        for kind, at in wanted.items()
        if before.get(kind) != at
    ]
    return gone, new


class Timers:
    """Reads and writes the timers of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._of_case: dict[UUID, dict[str, datetime]] = {}

    async def read_of(self, *case_ids: UUID) -> None:
        """Reads at once the clocks of several cases that this transaction will set."""
        unread = [one for one in case_ids if one not in self._of_case]
        if unread:
            rows = await self._session.execute(
                select(TimerRow.consultation_id, TimerRow.kind, TimerRow.due_at).where(
                    TimerRow.consultation_id.in_(unread)
                )
            )
            self._of_case |= {one: {} for one in unread}
            for case_id, kind, due_at in rows:
                self._of_case[case_id][kind] = due_at

    async def set(
        self,
        case_id: UUID,
        due: Mapping[TimerKind, datetime],
        alarms: Mapping[Alarm, datetime],
        now: datetime,
    ) -> None:
        """Replaces the timers of a case.

        The stage of a clock is set while it is to come, and stays until it is taken: so it fires
        once, however often the case changes afterwards.
        """
        await self.read_of(case_id)
        before = self._of_case.pop(case_id)
        gone, new = replaced(case_id, before, due, alarms, now)
        if gone:
            await self._session.execute(
                delete(TimerRow).where(TimerRow.consultation_id == case_id, TimerRow.kind.in_(gone))
            )
        if new:
            await self._session.execute(_INSERT, new)
        self._of_case[case_id] = {kind: at for kind, at in before.items() if kind not in gone} | {
            one["kind"]: one["due_at"] for one in new
        }

    async def due(self, now: datetime, most: int) -> list[Due]:
        """Those of critical cases first, then the oldest."""
        critical = ConsultationRow.urgency == Urgency.CRITICAL.value
        rows = await self._session.scalars(
            select(TimerRow)
            .outerjoin(ConsultationRow, ConsultationRow.id == TimerRow.consultation_id)
            .where(TimerRow.due_at <= now)
            .order_by(case((critical, 0), else_=1), TimerRow.due_at)
            .limit(most)
        )
        return [
            Due(row.consultation_id, Alarm.named(row.kind) or TimerKind(row.kind), row.due_at)
            for row in rows
        ]

    async def count_due(self, now: datetime) -> int:
        asked = select(func.count()).select_from(TimerRow).where(TimerRow.due_at <= now)
        return await self._session.scalar(asked) or 0

    async def next_due(self) -> datetime | None:
        return await self._session.scalar(select(func.min(TimerRow.due_at)))

    async def take(self, due: Due) -> bool:
        """Removes a clock that ran out; False when it was moved or taken before."""
        taken = await self._session.scalar(
            delete(TimerRow)
            .where(
                TimerRow.consultation_id == due.consultation_id,
                TimerRow.kind == due.name,
                TimerRow.due_at == due.due_at,
            )
            .returning(TimerRow.kind)
        )
        if taken is not None and due.consultation_id in self._of_case:
            del self._of_case[due.consultation_id][due.name]
        return taken is not None
