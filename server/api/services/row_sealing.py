"""Sealing what an older version has written, beside everybody's work."""

import asyncio
import time
from typing import Any

import structlog

from server.store.errors import StoreError
from server.store.work import Store

_LOG = structlog.get_logger("huizhen.rows")
_TOLD_EVERY_S, _AGAIN_S = 60.0, 60.0


class RowSealing:
    """Runs once through the tables after a start, when not all is sealed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._told = time.monotonic()

    async def run(self) -> None:
        while self._store.row_keys.seals and self._store.row_keys.plain_allowed:
            try:
                changed = await self._store.seal_older_rows(self._tell)
            except StoreError as error:
                _LOG.error("rows.not_sealed", why=str(error))
                await asyncio.sleep(_AGAIN_S)
                continue
            except Exception:  # a database that somebody holds for long: it comes again
                _LOG.exception("rows.not_sealed")
                await asyncio.sleep(_AGAIN_S)
                continue
            if changed:
                _LOG.info("rows.sealed", rows=changed)
            return

    def _tell(self, figures: dict[str, Any]) -> None:
        """A line a minute: it may go on for an hour."""
        if time.monotonic() - self._told >= _TOLD_EVERY_S:
            self._told = time.monotonic()
            _LOG.info("rows.sealing", **figures)
