"""A growing wait for whoever guesses: passwords, codes of invitations, numbers of cases."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from protocol.errors import ErrorCode
from server.api.services.tokens import load_key
from server.domain.errors import Unavailable
from server.store.work import Store, Work

FREE_TRIES = 5
LONGEST_WAIT_S = 300
_FORGET_AFTER = timedelta(hours=1)


def guess_key(data_dir: Path) -> bytes:
    """One of the site, by which names rest hidden."""
    return hmac.new(load_key(data_dir), b"wrong tries", hashlib.sha256).digest()


class WrongGuess(Exception):
    """What was said names nothing; `refusal` is the answer."""

    def __init__(self, refusal: Exception) -> None:
        super().__init__()
        self.refusal = refusal


class Backoff:
    """After some wrong tries for a name each further one waits twice as long, at whichever process
    of the site, and over its restart.

    Args:
        key: hides what was typed for a name: it may have been a password.
        purpose: what is guessed; other guesses do not count.
    """

    def __init__(
        self, key: bytes, purpose: str, free_tries: int = FREE_TRIES, words: str = ""
    ) -> None:
        self._key, self._purpose, self._free_tries = key, purpose, free_tries
        self._words = words or "too many wrong passwords; wait before the next try"

    @asynccontextmanager
    async def unit(self, store: Store, name: str) -> AsyncIterator[Work]:
        """A unit of work of whoever may be guessing; a `WrongGuess` in it counts in any case."""
        try:
            async with store.writing() as work:
                await self.check(work, name)
                yield work
        except WrongGuess as wrong:
            async with store.writing() as work:
                await self.wrong(work, name)
            raise wrong.refusal from wrong

    async def check(self, work: Work, name: str) -> bool:
        """Raises `Unavailable` (429) while the name has to wait; answers whether there were wrong
        tries lately."""
        until = await self.waits_until(work, name)
        if until is not None:
            raise Unavailable(
                ErrorCode.TOO_MANY_REQUESTS,
                self._words,
                retry_after_s=int((until - work.now).total_seconds()) + 1,
            )
        return await work.wrong_tries.of(self._hidden(name)) is not None

    async def waits_until(self, work: Work, name: str) -> datetime | None:
        """None when the name need not wait."""
        tries = await work.wrong_tries.of(self._hidden(name))
        if tries is None or tries.wrong < self._free_tries:
            return None
        doublings = min(tries.wrong - self._free_tries + 1, LONGEST_WAIT_S)
        until = tries.last_at + timedelta(seconds=min(LONGEST_WAIT_S, 2**doublings))
        return until if until > work.now else None

    async def wrong(self, work: Work, name: str) -> None:
        await work.wrong_tries.add(self._hidden(name), work.now - _FORGET_AFTER)

    async def right(self, work: Work, name: str) -> None:
        await work.wrong_tries.forget(self._hidden(name))

    def _hidden(self, name: str) -> str:
        text = f"{self._purpose}\0{name}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()
