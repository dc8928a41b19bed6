"""Emergency accesses: a row each, and what is open now at the case itself."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.sealed_rows import SessionRows
from server.store.tables import ConsultationRow, EmergencyRow

LISTED = 500


def still_open(text: str | None, now: datetime) -> dict[UUID, datetime]:
    """`opened_until` of a row, without those whose time is over."""
    if text is None:
        return {}
    found = {UUID(one): datetime.fromisoformat(until) for one, until in orjson.loads(text).items()}
    return {one: until for one, until in found.items() if until > now}


class Emergencies:
    """Reads and writes the emergency accesses of one transaction."""

    def __init__(self, session: AsyncSession, rows: SessionRows) -> None:
        self._session = session
        self._rows = rows

    async def add(self, row: EmergencyRow) -> None:
        await self._rows.add(row)

    async def get(self, access_id: UUID) -> EmergencyRow | None:
        return await self._rows.open_one(await self._session.get(EmergencyRow, access_id))

    async def newest(self) -> list[tuple[EmergencyRow, str]]:
        """With the number of the case, the newest first."""
        found = await self._session.execute(
            select(EmergencyRow, ConsultationRow.number)
            .join(ConsultationRow, ConsultationRow.id == EmergencyRow.consultation_id)
            .order_by(EmergencyRow.at.desc(), EmergencyRow.id.desc())
            .limit(LISTED)
        )
        rows = found.all()
        await self._rows.open(row for row, _number in rows)
        return [(row, number) for row, number in rows]

    async def end(self, row: EmergencyRow, now: datetime) -> None:
        """Every access of the account to the case that runs ends."""
        await self._session.execute(
            update(EmergencyRow)
            .where(
                EmergencyRow.account_id == row.account_id,
                EmergencyRow.consultation_id == row.consultation_id,
                EmergencyRow.ended_at.is_(None),
                EmergencyRow.until > now,
            )
            .values(ended_at=now)
        )

    async def open_to(self, case_id: UUID, opened: Mapping[UUID, datetime]) -> None:
        text = orjson.dumps({str(one): until.isoformat() for one, until in opened.items()})
        await self._session.execute(
            update(ConsultationRow)
            .where(ConsultationRow.id == case_id)
            .values(opened_until=text.decode() if opened else None)
            .execution_options(synchronize_session=False)
        )
