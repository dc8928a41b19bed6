"""Where people are signed in, over REST."""

from uuid import UUID

from app.net.connection import Connection
from protocol import paths
from protocol.signed_in import PersonSession, SignedInSession


class SignedInApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def own(self) -> tuple[SignedInSession, ...]:
        return await self._connection.get_list(SignedInSession, paths.MY_SESSIONS)

    async def end_own(self, session_id: UUID) -> None:
        path = paths.MY_SESSION.format(session_id=session_id)
        await self._connection.request("DELETE", path)

    async def end_others(self) -> None:
        await self._connection.request("DELETE", paths.MY_SESSIONS)

    async def all(self) -> tuple[PersonSession, ...]:
        return await self._connection.get_list(PersonSession, paths.SESSIONS)

    async def end(self, session_id: UUID) -> None:
        path = paths.ONE_SESSION.format(session_id=session_id)
        await self._connection.request("DELETE", path)

    async def end_all_of(self, account_id: UUID) -> None:
        path = paths.ACCOUNT_SESSIONS.format(account_id=account_id)
        await self._connection.request("DELETE", path)
