"""A growing wait for whoever guesses: passwords, codes of invitations, numbers of cases."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from protocol.errors import ErrorCode
from server.api.services.tokens import load_key
from server.domain.errors import Unavailable
from server.store.work import Store, Work
from server.store.wrong_tries import Tries

FREE_TRIES = 5
LONGEST_WAIT_S = 300
_FORGET_AFTER = timedelta(hours=1)


def from_known(name: str, address: str) -> str:
    """Of a name, at an address that it is known at."""
    return f"{name}\0{address}"


def guess_key(data_dir: Path) -> bytes:
    """One of the site, by which names rest hidden."""
    return hmac.new(load_key(data_dir), b"wrong tries", hashlib.sha256).digest()


@dataclass(frozen=True, slots=True)
class Try:
    """One that is under way."""

    name: str
    """Hidden."""
    at: datetime
    before: datetime
    """When the one before it was."""


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
        """A unit of work of whoever may be guessing a code. Only a `WrongGuess` in it counts, and
        only that has to wait: one that exists is never refused for what others tried."""
        wrong = None
        async with store.writing() as work:
            try:
                yield work
            except WrongGuess as guess:
                wrong = guess
                await self.begin(work, name)
        if wrong is not None:
            raise wrong.refusal from wrong

    async def begin(self, work: Work, name: str) -> Try:
        """Counts a try before it is known whether it is right, so that of many at once no more get
        through than of one after the other. Raises `Unavailable` (429) while the name has to wait.
        """
        hidden = self._hidden(name)
        before = await work.wrong_tries.held(hidden, work.now - _FORGET_AFTER)
        until = self._until(before)
        if until > work.now:
            raise Unavailable(
                ErrorCode.TOO_MANY_REQUESTS,
                self._words,
                retry_after_s=int((until - work.now).total_seconds()) + 1,
            )
        await work.wrong_tries.add(hidden)
        return Try(hidden, work.now, before.last_at)

    async def take_back(self, work: Work, tried: Try) -> None:
        """It was none, or right as far as it went: earlier ones stay."""
        await work.wrong_tries.take_back(tried.name, tried.at, tried.before)

    @asynccontextmanager
    async def unless_full(self, store: Store, tried: Try) -> AsyncIterator[None]:
        """Around what looks at it: what is turned away unlooked at was no try."""
        try:
            yield
        except Unavailable:
            async with store.writing() as work:
                await self.take_back(work, tried)
            raise

    async def waits_until(self, work: Work, name: str) -> datetime | None:
        """None when the name need not wait."""
        tries = await work.wrong_tries.of(self._hidden(name))
        until = None if tries is None else self._until(tries)
        return until if until is not None and until > work.now else None

    def _until(self, tries: Tries) -> datetime:
        if tries.wrong < self._free_tries:
            return tries.last_at
        doublings = min(tries.wrong - self._free_tries + 1, LONGEST_WAIT_S)
        return tries.last_at + timedelta(seconds=min(LONGEST_WAIT_S, 2**doublings))

    async def right(self, work: Work, name: str) -> None:
        """Forgives all."""
        await work.wrong_tries.forget(self._hidden(name))

    def _hidden(self, name: str) -> str:
        text = f"{self._purpose}\0{name}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()
