"""The rota's use cases: looking at a week, planning it, and contacts of those on call."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.net.errors import NetError, Refused, Unreachable
from app.net.rota import RotaApi
from app.services.facts import Facts
from app.services.troubles import raise_error, raise_notice
from app.session.notices import Good
from app.session.rota import ContactLoaded, RotaAsked, RotaFailed, RotaLoaded
from protocol.on_call import Contact
from protocol.rota import ChangeRotaEntry, CopyWeek, NewRotaEntry, SetRotaZone

FOLLOW_PAUSE_S = 0.3


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


class RotaService:
    """What the server refuses is said, and what it has is shown again.

    Args:
        today: the day on this machine's wall.
        pause: lets news that come together be read together.
    """

    def __init__(
        self,
        facts: Facts,
        api: RotaApi,
        today: Callable[[], date] = date.today,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._facts = facts
        self._api = api
        self._today = today
        self._pause = pause

    async def open(self) -> None:
        """The week that was looked at last, or this one."""
        rota = self._facts.state.rota
        await self.look(rota.department, rota.from_day or monday_of(self._today()))

    async def look(self, department: str, from_day: date) -> None:
        self._facts.apply(RotaAsked(department, from_day))
        try:
            answer = await self._api.rota(department, from_day)
        except NetError as error:
            self._facts.apply(RotaFailed())
            if not isinstance(error, Unreachable):
                raise_error(self._facts, error)
        else:
            self._facts.apply(RotaLoaded(from_day, answer))

    async def follow(self) -> None:
        """Somebody edited the rota that is looked at, or the line is back."""
        rota = self._facts.state.rota
        if rota.from_day is not None:
            await self._pause(FOLLOW_PAUSE_S)
            await self.look(rota.department, rota.from_day)

    async def add(self, body: NewRotaEntry) -> None:
        await self._changed(self._api.add(body))

    async def change(self, entry_id: UUID, body: ChangeRotaEntry) -> None:
        await self._changed(self._api.change(entry_id, body))

    async def remove(self, entry_id: UUID, version: int, only_day: date | None) -> None:
        await self._changed(self._api.remove(entry_id, version, only_day))

    async def copy_week(self, body: CopyWeek) -> None:
        """Then looks at the week that was written."""
        await self._api.copy_week(body)
        raise_notice(self._facts, Good.WEEK_COPIED)
        await self.look(body.department, body.to_day)

    async def set_zone(self, body: SetRotaZone) -> None:
        await self._changed(self._api.set_zone(body))

    async def read_contact(self, expert_id: UUID) -> None:
        self._facts.apply(ContactLoaded(expert_id, None))
        self._facts.apply(ContactLoaded(expert_id, await self._api.contact(expert_id)))

    async def set_contact(self, expert_id: UUID, contact: Contact) -> None:
        kept = await self._api.set_contact(expert_id, contact)
        self._facts.apply(ContactLoaded(expert_id, kept))
        raise_notice(self._facts, Good.CONTACT_KEPT)

    async def _changed(self, work: Coroutine[Any, Any, object]) -> None:
        """Raises a `NetError` where nothing was changed; the week is read again in any case."""
        rota = self._facts.state.rota
        try:
            await work
        except Refused:
            if rota.from_day is not None:
                await self.look(rota.department, rota.from_day)
            raise
        if rota.from_day is not None:
            await self.look(rota.department, rota.from_day)
