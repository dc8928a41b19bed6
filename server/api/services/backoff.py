"""A growing wait for whoever guesses: passwords, codes of invitations, numbers of cases."""

import hashlib
import hmac
from datetime import datetime, timedelta
from pathlib import Path

from protocol.errors import ErrorCode
from server.api.services.tokens import load_key
from server.domain.errors import Unavailable
from server.store.work import Work

FREE_TRIES = 5
LONGEST_WAIT_S = 300
_FORGET_AFTER = timedelta(hours=1)


def guess_key(data_dir: Path) -> bytes:
    """One of the site, by which names rest hidden."""
    return hmac.new(load_key(data_dir), b"wrong tries", hashlib.sha256).digest()


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
