"""The rota over REST: reading, planning, and where those on call are reached."""

from datetime import date
from uuid import UUID

from app.net.connection import Connection
from protocol import paths
from protocol.on_call import Contact
from protocol.rota import (
    ChangeRotaEntry,
    CopyWeek,
    NewRotaEntry,
    Rota,
    RotaEntry,
    SetRotaZone,
)


class RotaApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def rota(self, department: str, from_day: date, days: int = 7) -> Rota:
        query: dict[str, str | int] = {"from_day": from_day.isoformat(), "days": days}
        query |= {"department": department} if department else {}
        return await self._connection.get(Rota, paths.ROTA, query)

    async def add(self, body: NewRotaEntry) -> RotaEntry:
        return await self._connection.send("POST", RotaEntry, paths.ROTA, body)

    async def change(self, entry_id: UUID, body: ChangeRotaEntry) -> RotaEntry:
        path = paths.ROTA_ENTRY.format(entry_id=entry_id)
        return await self._connection.send("PUT", RotaEntry, path, body)

    async def remove(self, entry_id: UUID, version: int, only_day: date | None) -> None:
        query: dict[str, str | int] = {"version": version}
        query |= {} if only_day is None else {"only_day": only_day.isoformat()}
        path = paths.ROTA_ENTRY.format(entry_id=entry_id)
        await self._connection.request("DELETE", path, query=query)

    async def copy_week(self, body: CopyWeek) -> None:
        await self._connection.request("POST", paths.ROTA_COPY, body=body)

    async def set_zone(self, body: SetRotaZone) -> None:
        await self._connection.request("PUT", paths.ROTA_ZONE, body=body)

    async def contact(self, expert_id: UUID) -> Contact:
        return await self._connection.get(Contact, paths.CONTACT.format(account_id=expert_id))

    async def set_contact(self, expert_id: UUID, body: Contact) -> Contact:
        path = paths.CONTACT.format(account_id=expert_id)
        return await self._connection.send("PUT", Contact, path, body)
