"""Modes of departments over REST."""

from app.net.connection import Connection
from protocol import paths
from protocol.service_line import ServiceLines, SetServiceLine


class ServiceLineApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def all(self) -> ServiceLines:
        return await self._connection.get(ServiceLines, paths.SERVICE_LINES)

    async def choose(self, body: SetServiceLine) -> ServiceLines:
        return await self._connection.send("PUT", ServiceLines, paths.SERVICE_LINES, body)
