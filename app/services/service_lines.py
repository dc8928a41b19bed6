"""Reading how departments find their experts, and choosing it."""

import logging

from app.net.api import Api
from app.net.errors import Unreachable
from app.net.service_lines import ServiceLineApi
from app.services.facts import Facts
from app.session.service_lines import ExpertsRead, ServiceLinesRead
from protocol.account import Role
from protocol.service_line import LineMode, SetServiceLine

log = logging.getLogger(__name__)


class ServiceLineService:
    def __init__(self, facts: Facts, api: Api) -> None:
        self._facts = facts
        self._api = api
        self._lines = ServiceLineApi(api.connection)

    async def load(self) -> None:
        """For the clinic with the experts it may name."""
        account = self._facts.state.link.account
        try:
            self._facts.apply(ServiceLinesRead(await self._lines.all()))
            if account is not None and Role.REQUESTER in account.roles:
                self._facts.apply(ExpertsRead(await self._api.experts()))
        except Unreachable as error:
            log.info("the departments were not read: %s", error)

    async def choose(self, department: str, mode: LineMode | None) -> None:
        """None: as the site's settings say."""
        body = SetServiceLine(department=department, mode=mode)
        self._facts.apply(ServiceLinesRead(await self._lines.choose(body)))
