"""Passwords: argon2id in threads, a bounded number at once, and bounded lines before them."""

import asyncio
from enum import Enum, auto

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.api.services.lines import Lines

_MOST_WAITING = 500
"""In a line; at twenty a second the last waits half a minute."""


class Line(Enum):
    """Who waits for a password to be hashed."""

    SIGNING_IN = auto()
    """Anybody, by the address."""
    SIGNED_IN = auto()
    """People with a session, by it: no stranger stands before them."""


class Passwords:
    """Hashes and checks passwords; each hash takes its memory, so only a few run at once."""

    def __init__(self, memory_kib: int, at_once: int) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)
        self._lines: Lines[Line] = Lines(at_once, _MOST_WAITING)
        self._nobody = self._hasher.hash("nobody's password")

    async def hash(self, password: str, asked_by: str) -> str:
        """Of somebody signed in, or of the command line."""
        async with self._lines.turn(Line.SIGNED_IN, asked_by):
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, hashed: str | None, password: str, line: Line, asked_by: str) -> bool:
        """Whether the password fits; takes as long for an account that does not exist. Raises
        `Unavailable` (429) where too many wait."""
        async with self._lines.turn(line, asked_by):
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
