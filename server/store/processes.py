"""Which processes of a site are alive: each keeps its own row fresh."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.process_tables import ProcessRow


class Processes:
    """Reads and writes the processes of one transaction."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now

    async def beat(self, process: UUID, name: str, people: str | None = None) -> bool:
        """This process is alive now, and who is connected to it where Redis is away. An earlier run
        of the same name is over; answers whether there was one."""
        row = await self._session.get(ProcessRow, process)
        if row is not None:
            row.seen_at, row.people = self._now, people
            await self._session.flush()
            return False
        gone = await self._session.execute(
            delete(ProcessRow).where(ProcessRow.name == name).returning(ProcessRow.id)
        )
        replaced = bool(gone.all())
        self._session.add(ProcessRow(id=process, name=name, seen_at=self._now, people=people))
        await self._session.flush()
        return replaced

    async def leave(self, process: UUID) -> None:
        await self._session.execute(delete(ProcessRow).where(ProcessRow.id == process))

    async def forget(self, before: datetime) -> None:
        """Those that were not seen since."""
        await self._session.execute(delete(ProcessRow).where(ProcessRow.seen_at < before))

    async def seen(self) -> dict[UUID, tuple[str, datetime]]:
        """The name of each, and when it said last that it is alive."""
        rows = await self._session.execute(
            select(ProcessRow.id, ProcessRow.name, ProcessRow.seen_at)
        )
        return {row.id: (row.name, row.seen_at) for row in rows}

    async def people(self) -> dict[UUID, str]:
        """Who is connected to those that say so here."""
        rows = await self._session.execute(
            select(ProcessRow.id, ProcessRow.people).where(ProcessRow.people.is_not(None))
        )
        return {row.id: row.people for row in rows}

    async def alive(self) -> dict[UUID, str]:
        """Every process that has a row, with its name."""
        rows = await self._session.execute(select(ProcessRow.id, ProcessRow.name))
        return {row.id: row.name for row in rows}
