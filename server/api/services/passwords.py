"""Passwords: argon2id in threads, a bounded number at once, and a bounded line before them."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from protocol.errors import ErrorCode
from server.domain.errors import Unavailable

_MOST_WAITING = 500
"""Passwords that wait to be hashed; at twenty a second the last waits half a minute."""


class Passwords:
    """Hashes and checks passwords; each hash takes its memory, so only a few run at once."""

    def __init__(self, memory_kib: int, at_once: int) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)
        self._gate = asyncio.Semaphore(at_once)
        self._nobody = self._hasher.hash("nobody's password")
        self._waiting = 0

    async def hash(self, password: str) -> str:
        async with self._gate:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, hashed: str | None, password: str) -> bool:
        """Whether the password fits; takes as long for an account that does not exist. Raises
        `Unavailable` (429) where too many wait."""
        if self._waiting >= _MOST_WAITING:
            raise Unavailable(
                ErrorCode.TOO_MANY_REQUESTS, "too many sign in just now", retry_after_s=5
            )
        self._waiting += 1
        try:
            async with self._gate:
                fits = await asyncio.to_thread(self._verify, hashed or self._nobody, password)
        finally:
            self._waiting -= 1
        return fits and hashed is not None

    def hash_now(self, password: str) -> str:
        """For the command line, where nothing else waits."""
        return self._hasher.hash(password)

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False
