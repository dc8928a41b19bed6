"""Giving the patient a copy of the signed report, and taking it back."""

import asyncio
from uuid import UUID

from app.net.errors import NetError
from app.net.report_copies import ReportCopyApi
from app.services.facts import Facts
from app.services.invitation import squares_of
from app.services.troubles import trouble_of
from app.session.report_copy import CopiesTold, CopyAsked, CopyFailed, CopyMade, GivenCopy
from protocol import paths
from protocol.report_copy import NewReportCopy


class ReportCopyService:
    """What the server refuses is told where it was asked, by `CopyFailed`."""

    def __init__(self, facts: Facts, api: ReportCopyApi) -> None:
        self._facts = facts
        self._api = api

    async def give(self, id_: UUID, days: int) -> None:
        """A link with which the patient reads the report, for some days."""
        self._facts.apply(CopyAsked(id_))
        try:
            made = await self._api.give(id_, NewReportCopy(valid_days=days))
            link = made.link or f"{self._api.url}{paths.COPY_PAGE}#{made.code}"
            squares = await asyncio.to_thread(squares_of, link)
            self._facts.apply(CopyMade(GivenCopy(made.id, id_, made.expires_at, link, squares)))
            await self._read(id_)
        except NetError as error:
            self._facts.apply(CopyFailed(id_, trouble_of(error)[0], giving=True))

    async def withdraw(self, id_: UUID, copy_id: str) -> None:
        """It opens nothing any more."""
        try:
            await self._api.withdraw(id_, copy_id)
            await self._read(id_)
        except NetError as error:
            self._facts.apply(CopyFailed(id_, trouble_of(error)[0]))

    async def follow(self, id_: UUID) -> None:
        """What has become of them."""
        try:
            await self._read(id_)
        except NetError as error:
            self._facts.apply(CopyFailed(id_, trouble_of(error)[0]))

    async def _read(self, id_: UUID) -> None:
        self._facts.apply(CopiesTold(id_, await self._api.states(id_)))
