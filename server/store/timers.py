"""The clocks of cases as rows: absolute, surviving a restart, each taken exactly once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.domain.queue import TimerKind
from server.store.tables import TimerRow


@dataclass(frozen=True, slots=True)
class Due:
    """One clock that has run out."""

    consultation_id: UUID
    kind: TimerKind
    due_at: datetime


class Timers:
    """Reads and writes the timers of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def set(self, case_id: UUID, due: Mapping[TimerKind, datetime]) -> None:
        """Replaces the clocks of a case."""
        await self._session.execute(delete(TimerRow).where(TimerRow.consultation_id == case_id))
        if due:
            await self._session.execute(
                insert(TimerRow),
                [
                    {"consultation_id": case_id, "kind": kind.value, "due_at": at}
                    for kind, at in due.items()
                ],
            )

    async def due(self, now: datetime) -> list[Due]:
        rows = await self._session.scalars(
            select(TimerRow).where(TimerRow.due_at <= now).order_by(TimerRow.due_at)
        )
        return [Due(row.consultation_id, TimerKind(row.kind), row.due_at) for row in rows]

    async def next_due(self) -> datetime | None:
        return await self._session.scalar(select(func.min(TimerRow.due_at)))

    async def take(self, due: Due) -> bool:
        """Removes a clock that ran out; False when it was moved or taken before."""
        taken = await self._session.scalar(
            delete(TimerRow)
            .where(
                TimerRow.consultation_id == due.consultation_id,
                TimerRow.kind == due.kind.value,
                TimerRow.due_at == due.due_at,
            )
            .returning(TimerRow.kind)
        )
        return taken is not None
