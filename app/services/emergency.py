"""Breaking the glass, and looking at who did."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.net.emergency import EmergencyApi
from app.net.errors import NetError, Unreachable
from app.services.facts import Facts
from app.services.troubles import raise_notice, trouble_of
from app.session.case import CaseClosed
from app.session.emergency import (
    EmergenciesNotRead,
    EmergenciesRead,
    EmergencyAsked,
    EmergencyGranted,
    EmergencyRefused,
)
from app.session.notices import News, Severity
from protocol.emergency import BreakGlass, EmergencyAccess

LOOK_S = 30.0
"""How long a sleeping computer may be behind when it wakes."""


class EmergencyService:
    """What went wrong with asking stays beside the form.

    Args:
        pause: waits so many seconds.
    """

    def __init__(
        self,
        facts: Facts,
        api: EmergencyApi,
        now: Callable[[], datetime],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._facts = facts
        self._api = api
        self._now = now
        self._pause = pause

    async def open(self, number: str, reason: str) -> EmergencyAccess | None:
        self._facts.apply(EmergencyAsked())
        try:
            access = await self._api.open(BreakGlass(number=number, reason=reason))
        except NetError as error:
            self._facts.apply(EmergencyRefused(*trouble_of(error)))
            return None
        self._facts.apply(EmergencyGranted())
        return access

    async def close_in_time(self) -> None:
        """Nothing of the patient stays on the screen when the time of the open case is over.

        The time is looked at again and again: a computer that slept has not waited meanwhile, and
        an emergency opened once more lasts longer.
        """
        while (left := self._left()) is not None:
            if left <= 0:
                self._close()
                return
            await self._pause(min(left, LOOK_S))

    def _left(self) -> float | None:
        """Seconds; None where the open case is not read in an emergency."""
        case = self._facts.state.case
        until = None if case is None else case.consultation.emergency_until
        return None if until is None else (until - self._now()).total_seconds()

    def _close(self) -> None:
        case = self._facts.state.case
        assert case is not None
        self._facts.apply(CaseClosed())
        details = (("number", case.consultation.summary.number),)
        raise_notice(self._facts, News.EMERGENCY_OVER, details, severity=Severity.INFO)

    async def load(self) -> None:
        """What was told while the list was on its way is newer than the list."""
        known = {one.id for one in self._facts.state.emergency.all}
        try:
            loaded = await self._api.all()
        except Unreachable:
            self._facts.apply(EmergenciesNotRead())
            return
        listed = {one.id for one in loaded}
        now = self._facts.state.emergency.all
        told = tuple(one for one in now if one.id not in known | listed)
        self._facts.apply(EmergenciesRead((*told, *loaded)))

    async def end(self, access_id: UUID) -> None:
        await self._api.end(access_id)
        await self.load()
