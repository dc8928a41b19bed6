"""Has an authority of time stamp a head of the audit trail once an hour (RFC 3161)."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import structlog

from server.api.services.evidence import put_out
from server.api.services.now_and_then import TOLD_EVERY, NowAndThen
from server.domain.ports import Clock
from server.store.errors import StoreError
from server.store.evidence import Head
from server.store.time_stamps import (
    Roots,
    StampRefused,
    StampRequest,
    head_to_stamp,
    keep_stamp,
    last_stamp,
)
from server.store.together import Desk
from server.store.work import Store

_LOG = structlog.get_logger("huizhen.evidence")
EVERY = timedelta(hours=1)
_LOOK_S = 60.0
_TIMEOUT_S = 20
_MOST_BYTES = 1 << 16
_ASKS, _ANSWERS = "application/timestamp-query", "application/timestamp-reply"


@dataclass(frozen=True, slots=True)
class TimeAuthority:
    """Where stamps are had, and whose are believed."""

    url: str
    roots: Roots

    async def stamp(self, data: bytes) -> tuple[bytes, datetime]:
        """A TimeStampResp over the data, judged, and its time; raises `StampRefused` and httpx's
        errors. Over HTTP (RFC 3161 3.4)."""
        asked = StampRequest.over(data)
        headers = {"content-type": _ASKS, "accept": _ANSWERS}
        async with (
            httpx.AsyncClient(timeout=_TIMEOUT_S, follow_redirects=False) as client,
            client.stream("POST", self.url, content=asked.body, headers=headers) as answer,
        ):
            if answer.status_code != 200:
                raise StampRefused(f"the authority answers {answer.status_code}")
            body = b""
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise StampRefused("the answer is larger than any stamp")
        return body, await asyncio.to_thread(asked.answered, body, self.roots)


class HeadStamps:
    """`stamp` does what is due; `run` does so until it is cancelled.

    Args:
        heads: the folder where heads are put out, if there is one: their stamps go there too.
    """

    def __init__(
        self, store: Store, clock: Clock, authority: TimeAuthority, heads: Path | None
    ) -> None:
        self._store, self._clock = store, clock
        self._authority, self._heads = authority, heads
        self._told = NowAndThen(clock, TOLD_EVERY)

    async def run(self) -> None:
        while True:
            try:
                await self.stamp()
            except (StoreError, StampRefused, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                self._tell(error)
            await asyncio.sleep(_LOOK_S)

    def _tell(self, error: Exception) -> None:
        if self._told.due():
            why = str(error) if isinstance(error, StampRefused) else type(error).__name__
            _LOG.warning("evidence.not_stamped", why=why, mend="see audit_timestamp_url")

    async def stamp(self) -> bool:
        """Whether a head was stamped: the newest, an hour after the last at the earliest."""
        await self._put_last_out()
        head, last = await self._store.look(lambda desk: head_to_stamp(desk.connection))
        if head is None or (last is not None and self._clock.now() - last < EVERY):
            return False
        response, at = await self._authority.stamp(head.signed_bytes())
        await self._store.together(partial(_kept, head.size, response, at))
        await self._put_last_out()
        return True

    async def _put_last_out(self) -> None:
        """Also one for which the folder was away."""
        if self._heads is None:
            return
        last = await self._store.look(lambda desk: last_stamp(desk.connection))
        if last is not None:
            await asyncio.to_thread(_put_out, self._heads, *last)


def _kept(size: int, response: bytes, at: datetime, desk: Desk) -> None:
    keep_stamp(desk.connection, size, response, at)


def _put_out(folder: Path, head: Head, response: bytes) -> None:
    """With the bytes it is over, so that any program can judge it."""
    for ending, data in (("signed", head.signed_bytes()), ("tsr", response)):
        put_out(folder, head.size, ending, data)
