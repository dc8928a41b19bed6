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

    async def beat(self, process: UUID, name: str) -> None:
        """This process is alive now. An earlier run of the same name is over."""
        row = await self._session.get(ProcessRow, process)
        if row is not None:
            row.seen_at = self._now
            await self._session.flush()
            return
        await self._session.execute(delete(ProcessRow).where(ProcessRow.name == name))
        self._session.add(ProcessRow(id=process, name=name, seen_at=self._now))
        await self._session.flush()

    async def leave(self, process: UUID) -> None:
        await self._session.execute(delete(ProcessRow).where(ProcessRow.id == process))

    async def forget(self, before: datetime) -> None:
        """Those that were not seen since."""
        await self._session.execute(delete(ProcessRow).where(ProcessRow.seen_at < before))

    async def alive(self) -> dict[UUID, str]:
        """Every process that has a row, with its name."""
        rows = await self._session.execute(select(ProcessRow.id, ProcessRow.name))
        return {row.id: row.name for row in rows}
