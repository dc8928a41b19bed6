"""The row by which a process shows that it serves a database, and sees who else does."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import structlog

from server.setting_values import SettingsError
from server.settings import PREFIX
from server.store.errors import StoreError
from server.store.work import Store

_LOG = structlog.get_logger("huizhen.mesh")
BEATS = 4
"""How often a process says that it lives, in the time after which it is taken for gone."""
ALONE = "(alone)"
"""The name of a process that cannot hear others; no process of several can have it."""


class Place:
    """Of one process among those that serve a database.

    Args:
        name: of the process among several; None where it is to be the only one.
        gone_after: how long after it was last seen a process is taken for gone.
    """

    def __init__(
        self,
        store: Store,
        me: UUID,
        name: str | None,
        gone_after: timedelta,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._me = me
        self._name = name
        self._gone_after = gone_after
        self._wait = wait

    async def take(self) -> None:
        """Before serving. Raises `SettingsError` where another process is alive that this one does
        not get on with. One that was killed a moment ago is waited for: its row stands still."""
        rivals = await self._rivals()
        if not rivals:
            return
        await self._wait(self._gone_after.total_seconds() / 2)
        again = await self._rivals()
        if all(again.get(one, seen_at) == seen_at for one, seen_at in rivals.items()):
            return
        if self._name is None:
            raise SettingsError(
                "another process serves this database. Several hear of each other by Redis: give "
                f"all of them the same {PREFIX}REDIS_URL, and each a {PREFIX}PROCESS of its own; "
                "or stop the other one"
            )
        raise SettingsError(
            f"another process serves this database as {self._name!r}, or without Redis: give each "
            f"a {PREFIX}PROCESS of its own and the same {PREFIX}REDIS_URL, or stop the other one"
        )

    async def _rivals(self) -> dict[UUID, object]:
        """When each was last seen."""
        async with self._store.writing() as work:
            await work.processes.forget(work.now - self._gone_after)
            rows = await work.processes.seen()
        return {
            one: seen_at
            for one, (name, seen_at) in rows.items()
            if one != self._me and (self._name is None or name in (self._name, ALONE))
        }

    async def keep(self) -> None:
        """Of a process that is the only one; until it is cancelled."""
        begun = False
        while True:
            try:
                async with self._store.writing() as work:
                    taken = await work.processes.beat(self._me, ALONE)
                note_taken(ALONE, taken=taken and begun)
                begun = True
            except Exception:
                _LOG.exception("mesh.failed")
            await asyncio.sleep(self._gone_after.total_seconds() / BEATS)


async def leave(store: Store, me: UUID) -> None:
    """The process ends: the others, or the next start, need not wait to find out."""
    with suppress(StoreError):  # else they find out by themselves
        async with store.writing() as work:
            await work.processes.leave(me)


def note_taken(name: str, *, taken: bool) -> None:
    """Two that began in the same moment have not seen each other."""
    if taken:
        _LOG.error("mesh.name_taken", name=name)
