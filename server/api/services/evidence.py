"""Takes the audit trail into its tree while the server runs, and puts signed heads out of reach."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.api.services.now_and_then import TOLD_EVERY, NowAndThen
from server.domain.audit import Access, Resource
from server.domain.ports import Clock
from server.store.errors import StoreError, TrailTouched
from server.store.evidence import (
    MOST_AT_ONCE,
    Taken,
    known_id,
    left_out,
    newest_head,
    public_text,
    take_in,
    tree_to_go_on,
    waits,
)
from server.store.kept_head import KeptHead
from server.store.together import Desk
from server.store.work import Store

_LOG = structlog.get_logger("huizhen.evidence")
_LOOK_AT_ALL_EVERY = timedelta(hours=1)
_HEAD_EVERY = timedelta(hours=1)


class Evidence:
    """`take_in` does what waits; `run` does so until it is cancelled.

    Args:
        kept: where the newest head is kept beside the database.
        heads: a folder for a head an hour, best one that others keep; None puts none out.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        key: Ed25519PrivateKey,
        kept: KeptHead,
        every_s: float,
        heads: Path | None,
    ) -> None:
        self._store, self._clock, self._key, self._kept = store, clock, key, kept
        self._every_s, self._heads = every_s, heads
        self._looked: datetime | None = None
        self._put_out: datetime | None = None
        self._told = NowAndThen(clock, TOLD_EVERY)
        self._told_backdated = NowAndThen(clock, TOLD_EVERY)
        self._told_ahead = NowAndThen(clock, TOLD_EVERY)
        self._told_folder = NowAndThen(clock, TOLD_EVERY)

    async def run(self) -> None:
        while True:
            try:
                await self.take_in()
                await self.offer_head()
            except TrailTouched as error:
                await self._tell_touched(error)
            except StoreError as error:
                _LOG.warning("evidence.waits", error=type(error).__name__)
            except OSError as error:
                _LOG.error("evidence.head_not_kept", error=error.strerror)
            except Exception:
                _LOG.exception("evidence.failed")  # entries wait; the next time may do
            await asyncio.sleep(self._every_s)

    async def close(self) -> None:
        """When this program writes no more: a database that is stopped has no entry that waits, so
        that one which does was put in, or its server was killed. Others may go on writing."""
        try:
            await self._take_fresh()
            await self._take_fresh()  # what that has noted itself
        except (StoreError, OSError) as error:
            _LOG.warning("evidence.left", error=type(error).__name__)

    async def _tell_touched(self, error: TrailTouched) -> None:
        if self._told.due():
            _LOG.error("evidence.touched", why=str(error), mend="huizhen-server audit verify")
            await self._note("", f"touched: {error}")

    async def _note(self, target: str, detail: str) -> None:
        """Auditors read it: the log belongs to those whom they look at."""
        try:
            async with self._store.writing() as work:
                work.trail.note(None, Access.EXECUTE, Resource.TRAIL, target, detail=detail)
        except StoreError as error:
            _LOG.warning("evidence.not_noted", error=type(error).__name__)

    async def take_in(self) -> int:
        """Takes in what is in no tree yet; answers how many entries. Raises a `StoreError`, of
        which `TrailTouched` says that nothing is taken in any more until somebody has looked."""
        now = self._clock.now()
        all_due = self._looked is None or now - self._looked >= _LOOK_AT_ALL_EVERY
        if not all_due and not await self._store.look(lambda desk: waits(desk.connection, now)):
            return 0
        taken = await self._take_left_out() if all_due else 0
        taken += await self._take_fresh()
        if all_due:
            self._looked = now
        return taken

    async def _take_fresh(self) -> int:
        taken = 0
        while (count := await self._take(None)) == MOST_AT_ONCE:
            taken += count
        return taken + count

    async def _take_left_out(self) -> int:
        """Everything the trail has and the tree has not; in readings, which hold up no writer."""
        public, kept = public_text(self._key), await asyncio.to_thread(self._kept.read)
        await self._store.together(lambda desk: tree_to_go_on(desk.connection, public, kept))
        taken = 0
        after = None
        while True:
            left, after = await self._store.look(partial(_left_out, after))
            ids = [known_id(one) for one in left]
            for start in range(0, len(ids), MOST_AT_ONCE):
                taken += await self._take(ids[start : start + MOST_AT_ONCE])
            if after is None:
                return taken

    async def _take(self, among: Sequence[UUID] | None) -> int:
        now, kept = self._clock.now(), await asyncio.to_thread(self._kept.read)

        def step(desk: Desk) -> Taken:
            return take_in(desk.connection, self._key, now, kept=kept, among=among)

        taken = await self._store.together(step)
        if taken.head is not None:
            await asyncio.to_thread(self._kept.keep, taken.head)
        await self._tell_dated("backdated", taken.backdated, self._told_backdated)
        await self._tell_dated("ahead", taken.ahead, self._told_ahead)
        return taken.count

    async def _tell_dated(self, how: str, entries: Sequence[UUID], told: NowAndThen) -> None:
        if entries:
            _LOG.error(f"evidence.{how}", entries=[str(one) for one in entries[:20]])
            if told.due():  # while a clock is wrong, what is noted is so too
                await self._note(str(entries[0]), f"{how}: {len(entries)}")

    async def offer_head(self) -> None:
        """Whoever mounts the folder is told now and then, and the head gets there when it can."""
        try:
            await self._put_head_out()
        except OSError as error:
            if self._told_folder.due():
                mend = "see audit_heads_dir: is it there, and may the server write into it?"
                _LOG.error("evidence.head_not_put_out", error=error.strerror, mend=mend)

    async def _put_head_out(self) -> None:
        now = self._clock.now()
        if self._heads is None or (self._put_out and now - self._put_out < _HEAD_EVERY):
            return
        head = await self._store.look(lambda desk: newest_head(desk.connection))
        if head is not None:
            shown = json.dumps(head.shown(), indent=1).encode()
            await asyncio.to_thread(put_out, self._heads, head.size, "json", shown)
        self._put_out = now


def _left_out(after: Any, desk: Desk) -> tuple[list[Any], Any]:
    return left_out(desk.connection, after)


def put_out(folder: Path, size: int, ending: str, data: bytes) -> None:
    """Writes what belongs to the head of a size, unless it is there. The folder is not made: where
    a share is not mounted a local folder in its place would look like it."""
    file = folder / f"audit-head-{size:012}.{ending}"
    if not file.exists():
        fresh = file.with_name(f"{file.name}.new")
        fresh.write_bytes(data)
        fresh.replace(file)
