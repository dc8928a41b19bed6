"""Reading a case in an emergency, over REST."""

from uuid import UUID

from app.net.connection import Connection
from protocol import paths
from protocol.emergency import BreakGlass, EmergencyAccess


class EmergencyApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(self, body: BreakGlass) -> EmergencyAccess:
        return await self._connection.send("POST", EmergencyAccess, paths.EMERGENCY_ACCESS, body)

    async def all(self) -> tuple[EmergencyAccess, ...]:
        return await self._connection.get_list(EmergencyAccess, paths.EMERGENCY_ACCESSES)

    async def end(self, access_id: UUID) -> None:
        path = paths.EMERGENCY_ACCESS_ONE.format(access_id=access_id)
        await self._connection.request("DELETE", path)
