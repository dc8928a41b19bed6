"""Where people are signed in: read anew after each change."""

from uuid import UUID

from app.net.errors import Unreachable
from app.net.signed_in import SignedInApi
from app.services.facts import Facts
from app.session.signed_in import AllSessionsRead, OwnSessionsRead, SessionsNotRead


class SignedInService:
    def __init__(self, facts: Facts, api: SignedInApi) -> None:
        self._facts = facts
        self._api = api

    async def load_own(self) -> None:
        try:
            self._facts.apply(OwnSessionsRead(await self._api.own()))
        except Unreachable:
            self._facts.apply(SessionsNotRead())

    async def load_all(self) -> None:
        try:
            self._facts.apply(AllSessionsRead(await self._api.all()))
        except Unreachable:
            self._facts.apply(SessionsNotRead())

    async def end_own(self, session_id: UUID) -> None:
        await self._api.end_own(session_id)
        await self.load_own()

    async def end_others(self) -> None:
        await self._api.end_others()
        await self.load_own()

    async def end(self, session_id: UUID) -> None:
        await self._api.end(session_id)
        await self.load_all()

    async def end_all_of(self, account_id: UUID) -> None:
        await self._api.end_all_of(account_id)
        await self.load_all()
