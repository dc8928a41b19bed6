"""The queue as the server tells it: read anew when something of it may have changed."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from app.net.api import Api
from app.net.errors import Unreachable
from app.services.facts import Facts
from app.services.tasks import Tasks
from app.session.queue import ListsFailed, QueueMoved, WaitingLoaded
from protocol.account import Role
from protocol.consultation import Status
from protocol.socket import ConsultationChanged, ConsultationLeft

SPREAD_S = 1.0
"""What moves is told to every expert in the same moment: they do not all ask in it, and what comes
one right after another is one question. What rings is shown without."""


class WaitingList:
    """Keeps the queue of an expert or a dispatcher true; nothing for others.

    Args:
        pause: waits before the queue is read because of news.
    """

    def __init__(
        self,
        facts: Facts,
        api: Api,
        tasks: Tasks,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._facts = facts
        self._api = api
        self._tasks = tasks
        self._pause = pause
        self._reading = 0

    def follow(self, message: QueueMoved) -> None:
        """Before the lists hear of it: the queue is read where it is about what is in it, or may
        be. What a reading that runs will bring is not known yet."""
        if self._reading or self._concerns(message):
            self.renew()

    def renew(self) -> None:
        if self._reads():
            self._tasks.renew(self._soon, only="waiting")

    async def read(self) -> None:
        if not self._reads():
            return
        self._reading += 1
        try:
            page = await self._api.queue()
            self._facts.apply(WaitingLoaded(page.items, page.behind))
        except Unreachable:
            self._facts.apply(ListsFailed())
        finally:
            self._reading -= 1

    async def _soon(self) -> None:
        await self._pause(random.uniform(0, SPREAD_S))  # nosec B311  # spreads the clients
        await self.read()

    def _concerns(self, message: QueueMoved) -> bool:
        find = self._facts.state.queue.waiting.find
        match message:
            case ConsultationChanged(consultation=row):
                return row.status is Status.PENDING or find(row.id) is not None
            case ConsultationLeft(consultation_id=id_):
                return find(id_) is not None
            case _:
                return True  # what rings this person, or rings no longer

    def _reads(self) -> bool:
        account = self._facts.state.link.account
        roles = () if account is None else account.roles
        return Role.EXPERT in roles or Role.DISPATCHER in roles
