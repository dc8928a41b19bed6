"""Modes of departments, as somebody chose them."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.service_line import LineMode
from server.store.counters import insert_for
from server.store.people import People
from server.store.people_changes import PeoplePart
from server.store.service_line_table import ServiceLineRow


class ServiceLineStore:
    """Reads and writes the modes of one transaction; a change of them is one of people, so that
    whoever keeps a snapshot reads it anew."""

    def __init__(self, session: AsyncSession, people: People) -> None:
        self._session = session
        self._people = people

    async def all(self) -> dict[str, LineMode]:
        rows = await self._session.scalars(select(ServiceLineRow))
        return {row.department: LineMode(row.mode) for row in rows}

    async def choose(self, department: str, mode: LineMode | None) -> None:
        """None: as the site's settings say."""
        if mode is None:
            await self._session.execute(
                delete(ServiceLineRow).where(ServiceLineRow.department == department)
            )
        else:
            add = insert_for(self._session)(ServiceLineRow)
            await self._session.execute(
                add.values(department=department, mode=mode.value).on_conflict_do_update(
                    index_elements=["department"], set_={"mode": mode.value}
                )
            )
        await self._people.changed(PeoplePart.SERVICE_LINES)
