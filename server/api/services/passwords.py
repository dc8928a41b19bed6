"""Passwords: argon2id in threads, a bounded number at once, and a growing wait for guessers."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from protocol.errors import ErrorCode
from server.domain.errors import Unavailable

FREE_TRIES = 5
LONGEST_WAIT_S = 300
_FORGET_AFTER = timedelta(hours=1)
_REMEMBERED = 10_000


class Passwords:
    """Hashes and checks passwords; each hash takes its memory, so only a few run at once."""

    def __init__(self, memory_kib: int, at_once: int) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)
        self._gate = asyncio.Semaphore(at_once)
        self._nobody = self._hasher.hash("nobody's password")

    async def hash(self, password: str) -> str:
        async with self._gate:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, hashed: str | None, password: str) -> bool:
        """Whether the password fits; takes as long for an account that does not exist."""
        async with self._gate:
            fits = await asyncio.to_thread(self._verify, hashed or self._nobody, password)
        return fits and hashed is not None

    def hash_now(self, password: str) -> str:
        """For the command line, where nothing else waits."""
        return self._hasher.hash(password)

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


@dataclass(frozen=True, slots=True)
class _Tries:
    wrong: int
    last: datetime


class Backoff:
    """After some wrong tries (five) for a name each further one waits twice as long."""

    def __init__(
        self,
        free_tries: int = FREE_TRIES,
        words: str = "too many wrong passwords; wait before the next try",
    ) -> None:
        self._free_tries = free_tries
        self._words = words
        self._tries: dict[str, _Tries] = {}

    def check(self, name: str, now: datetime) -> None:
        """Raises `Unavailable` (429) while the name has to wait."""
        until = self.waits_until(name, now)
        if until is not None:
            raise Unavailable(
                ErrorCode.TOO_MANY_REQUESTS,
                self._words,
                retry_after_s=int((until - now).total_seconds()) + 1,
            )

    def waits_until(self, name: str, now: datetime) -> datetime | None:
        """None when the name need not wait."""
        tries = self._tries.get(name)
        if tries is None or tries.wrong < self._free_tries:
            return None
        until = tries.last + timedelta(
            seconds=min(LONGEST_WAIT_S, 2 ** (tries.wrong - self._free_tries + 1))
        )
        return until if until > now else None

    def wrong(self, name: str, now: datetime) -> None:
        if len(self._tries) >= _REMEMBERED:
            self._forget(now)
        tries = self._tries.get(name)
        wrong = 1 if tries is None or now - tries.last > _FORGET_AFTER else tries.wrong + 1
        self._tries[name] = _Tries(wrong, now)

    def right(self, name: str) -> None:
        self._tries.pop(name, None)

    def _forget(self, now: datetime) -> None:
        self._tries = {
            name: tries for name, tries in self._tries.items() if now - tries.last < _FORGET_AFTER
        }
