"""Takes the audit trail into its tree while the server runs, and puts signed heads out of reach."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.domain.ports import Clock
from server.store.errors import StoreError
from server.store.evidence import MOST_AT_ONCE, Head, newest_entry, newest_head, take_in
from server.store.kept_secrets import kept_secret
from server.store.together import Desk
from server.store.work import Store

_LOG = structlog.get_logger("huizhen.evidence")
_LOOK_AT_ALL_EVERY = timedelta(hours=1)
_HEAD_EVERY = timedelta(hours=1)


def evidence_key(data_dir: Path) -> Ed25519PrivateKey:
    """The site's key for heads; made at the first start."""
    return Ed25519PrivateKey.from_private_bytes(kept_secret(data_dir, "evidence", 32))


class Evidence:
    """`take_in` does what waits; `run` does so until it is cancelled.

    Args:
        heads: a folder for a head an hour, best one that others keep; None puts none out.
    """

    def __init__(
        self, store: Store, clock: Clock, key: Ed25519PrivateKey, every_s: float, heads: Path | None
    ) -> None:
        self._store, self._clock, self._key = store, clock, key
        self._every_s, self._heads = every_s, heads
        self._seen: UUID | None = None
        self._looked: datetime | None = None
        self._put_out: datetime | None = None

    async def run(self) -> None:
        while True:
            try:
                await self.take_in()
                await self._put_head_out()
            except StoreError as error:
                _LOG.warning("evidence.waits", error=type(error).__name__)
            except OSError as error:
                _LOG.error("evidence.head_not_kept", error=error.strerror)
            except Exception:
                _LOG.exception("evidence.failed")  # entries wait; the next time may do
            await asyncio.sleep(self._every_s)

    async def take_in(self) -> int:
        """Takes in what is in no tree yet; answers how many entries."""
        newest = await self._store.look(lambda desk: newest_entry(desk.connection))
        now = self._clock.now()
        all_due = self._looked is None or now - self._looked >= _LOOK_AT_ALL_EVERY
        if newest == self._seen and not all_due:
            return 0

        def step(desk: Desk) -> int:
            return take_in(desk.connection, self._key, now, look_at_all=all_due)

        taken = 0
        while (count := await self._store.together(step)) == MOST_AT_ONCE:
            taken += count
        self._seen = newest
        if all_due:
            self._looked = now
        return taken + count

    async def _put_head_out(self) -> None:
        now = self._clock.now()
        if self._heads is None or (self._put_out and now - self._put_out < _HEAD_EVERY):
            return
        head = await self._store.look(lambda desk: newest_head(desk.connection))
        if head is not None:
            await asyncio.to_thread(_written, self._heads, head)
        self._put_out = now


def _written(folder: Path, head: Head) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"audit-head-{head.size:012}.json"
    if not file.exists():
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(head.shown(), indent=1), encoding="utf-8")
        fresh.replace(file)
