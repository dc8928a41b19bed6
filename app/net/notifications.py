"""What was told to the account, over REST."""

from collections.abc import Mapping

from app.net.connection import Connection
from protocol import paths
from protocol.notification import ChosenNotifications, NotificationPage


class NotificationApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def page(self, query: Mapping[str, str | int]) -> NotificationPage:
        return await self._connection.get(NotificationPage, paths.NOTIFICATIONS, query)

    async def mark(self, chosen: ChosenNotifications) -> None:
        await self._connection.request("POST", paths.NOTIFICATIONS_READ, body=chosen)

    async def clear(self, chosen: ChosenNotifications) -> None:
        await self._connection.request("POST", paths.NOTIFICATIONS_CLEARED, body=chosen)
