"""Cases taken from the queue, measured."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.base import new_id
from protocol.statistics import COUNTED_DAYS
from server.domain.case import Case
from server.domain.waiting import MEASURED, MEASURED_FOR, Pickup
from server.store.pickup_tables import PickupRow

KEPT = max(MEASURED_FOR, timedelta(days=COUNTED_DAYS))
"""For as long as anything is measured or counted by them."""


class Pickups:
    """Reads and writes the pickups of one transaction."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now

    async def add(
        self, case: Case, expert_id: UUID, queued_at: datetime, response_s: float | None
    ) -> None:
        """The expert takes the case now; `response_s` after it began to ring them, if it did."""
        self._session.add(
            PickupRow(
                id=new_id(),
                consultation_id=case.id,
                expert_id=expert_id,
                department=case.content.department,
                queued_at=queued_at,
                picked_at=self._now,
                response_s=response_s,
            )
        )
        await self._session.flush()

    async def latest(self, department: str) -> list[Pickup]:
        """Those the pace of a department is measured by."""
        rows = await self._session.execute(
            select(PickupRow.queued_at, PickupRow.picked_at)
            .where(
                PickupRow.department == department,
                PickupRow.picked_at > self._now - MEASURED_FOR,
            )
            .order_by(PickupRow.picked_at.desc())
            .limit(MEASURED)
        )
        return [Pickup(row.queued_at, row.picked_at) for row in rows]

    async def prune(self) -> int:
        """Forgets those that nothing is counted by any more; answers how many."""
        gone = await self._session.execute(
            delete(PickupRow).where(PickupRow.picked_at <= self._now - KEPT).returning(PickupRow.id)
        )
        return len(gone.all())
