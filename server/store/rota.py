"""The rota: entries and zones of departments."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.rota import DEFAULT_ZONE, RotaEntry, RotaKind, Weekly
from server.store.counters import advance, insert_for
from server.store.rota_tables import RotaEntryRow, RotaZoneRow
from server.store.tables import CounterRow

_REVISION = "rota"


class RotaStore:
    """Reads and writes the rota of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def revision(self) -> int:
        """Grows with every change, so that caches of any process notice."""
        found = await self._session.scalar(
            select(CounterRow.value).where(CounterRow.name == _REVISION)
        )
        return found or 0

    async def current(self, now: datetime) -> list[RotaEntry]:
        """Of everybody; what stood once and is over is left out."""
        return await self._entries(_not_over(now))

    async def planned(self) -> frozenset[UUID]:
        """Who has or had any shift: who has none is always on shift."""
        shift = RotaEntryRow.kind == RotaKind.SHIFT.value
        found = await self._session.scalars(select(RotaEntryRow.expert_id).where(shift).distinct())
        return frozenset(found)

    async def of_experts(self, experts: Iterable[UUID], since: datetime) -> list[RotaEntry]:
        """Of every department; what stood once and was over by then is left out."""
        mine = RotaEntryRow.expert_id.in_(sorted(set(experts)))
        return await self._entries(mine, _not_over(since))

    async def get(self, entry_id: UUID) -> RotaEntry | None:
        found = await self._entries(RotaEntryRow.id == entry_id)
        return found[0] if found else None

    async def _entries(self, *conditions: Any) -> list[RotaEntry]:
        query = select(RotaEntryRow).order_by(RotaEntryRow.from_at, RotaEntryRow.id)
        return [_entry(row) for row in await self._session.scalars(query.where(*conditions))]

    async def add(self, entry: RotaEntry) -> None:
        await self._session.execute(insert(RotaEntryRow).values(**_values(entry)))
        await advance(self._session, _REVISION)

    async def change(self, entry: RotaEntry, version: int) -> bool:
        """False when it is no longer at this version."""
        done = await self._session.scalar(
            update(RotaEntryRow)
            .where(RotaEntryRow.id == entry.id, RotaEntryRow.version == version)
            .values(**_values(entry))
            .returning(RotaEntryRow.id)
            .execution_options(synchronize_session=False)
        )
        await advance(self._session, _REVISION)
        return done is not None

    async def remove(self, entry_id: UUID, version: int) -> bool:
        """False when it is no longer at this version."""
        gone = await self._session.scalar(
            delete(RotaEntryRow)
            .where(RotaEntryRow.id == entry_id, RotaEntryRow.version == version)
            .returning(RotaEntryRow.id)
            .execution_options(synchronize_session=False)
        )
        await advance(self._session, _REVISION)
        return gone is not None

    async def zones(self) -> dict[str, str]:
        """Of the departments that have one of their own."""
        rows = await self._session.scalars(select(RotaZoneRow))
        return {row.department: row.zone for row in rows}

    async def zone(self, department: str) -> str:
        return (await self.zones()).get(department, DEFAULT_ZONE)

    async def set_zone(self, department: str, zone: str) -> None:
        add = insert_for(self._session)(RotaZoneRow).values(department=department, zone=zone)
        await self._session.execute(
            add.on_conflict_do_update(index_elements=["department"], set_={"zone": zone})
        )
        await advance(self._session, _REVISION)


def _not_over(at: datetime) -> Any:
    return or_(RotaEntryRow.until_at > at, RotaEntryRow.weekdays.is_not(None))


def _values(entry: RotaEntry) -> dict[str, Any]:
    weekly = entry.weekly
    return {
        "id": entry.id,
        "expert_id": entry.expert_id,
        "department": entry.department,
        "kind": entry.kind.value,
        "from_at": entry.from_at,
        "until_at": entry.until_at,
        "weekdays": None if weekly is None else ",".join(map(str, sorted(set(weekly.weekdays)))),
        "last_day": None if weekly is None else weekly.last_day,
        "except_days": ",".join(day.isoformat() for day in sorted(set(entry.except_days))),
        "version": entry.version,
    }


def _entry(row: RotaEntryRow) -> RotaEntry:
    weekly = None
    if row.weekdays is not None:
        days = tuple(int(day) for day in row.weekdays.split(","))
        weekly = Weekly(weekdays=days, last_day=row.last_day)
    return RotaEntry(
        id=row.id,
        expert_id=row.expert_id,
        department=row.department,
        kind=RotaKind(row.kind),
        from_at=row.from_at,
        until_at=row.until_at,
        weekly=weekly,
        except_days=tuple(date.fromisoformat(day) for day in row.except_days.split(",") if day),
        version=row.version,
    )
