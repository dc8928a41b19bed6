"""Locking the window, and unlocking it by the password."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import SecretStr

from app.net.api import Api
from app.net.errors import NetError, Unreachable
from app.services.facts import Facts
from app.services.troubles import trouble_of
from app.session.lock import Lock, LockChanged
from app.session.notices import NoticeCode
from protocol.account import Reauthenticate
from protocol.errors import ErrorCode

FREE_TRIES = 5


class LockMemory(Protocol):
    """After how many minutes this computer locks itself (`app.store.profile.LockChoice`)."""

    def read(self) -> int: ...

    def write(self, minutes: int) -> None: ...


class KnownPassword:
    """The password that was signed in with, as scrypt (RFC 7914) in this process's memory: a window
    is unlocked by it while the server cannot be asked. Both methods take some 50 ms."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._hash = b""

    def learn(self, password: str) -> None:
        self._hash = self._of(password)

    def fits(self, password: str) -> bool:
        return bool(self._hash) and hmac.compare_digest(self._of(password), self._hash)

    def _of(self, password: str) -> bytes:
        return hashlib.scrypt(password.encode(), salt=self._salt, n=2**14, r=8, p=1)


class LockService:
    def __init__(
        self,
        facts: Facts,
        api: Api,
        memory: LockMemory,
        known: KnownPassword,
        at_most_s: int | None,
        now: Callable[[], datetime],
    ) -> None:
        self._facts = facts
        self._api = api
        self._memory = memory
        self._known = known
        self._now = now
        self._wrong = 0
        self._wait_until: datetime | None = None
        self._show(Lock(minutes=memory.read(), at_most_s=at_most_s))

    def lock(self) -> None:
        self._show(replace(self._lock, locked=True, problem=None))

    def choose(self, minutes: int) -> None:
        """Raises DiskFull."""
        self._memory.write(minutes)
        self._show(replace(self._lock, minutes=minutes))

    async def unlock(self, password: str) -> None:
        """Asks the server; where it cannot be reached, what was signed in with."""
        self._show(replace(self._lock, busy=True, problem=None, problem_details=()))
        try:
            await self._api.unlock(Reauthenticate(password=SecretStr(password)))
        except Unreachable:
            await self._unlock_alone(password)
        except NetError as error:
            self._refuse(*trouble_of(error))
        else:
            await asyncio.to_thread(self._known.learn, password)
            self._open()

    async def _unlock_alone(self, password: str) -> None:
        now = self._now()
        if self._wait_until is not None and now < self._wait_until:
            left = int((self._wait_until - now).total_seconds()) + 1
            self._refuse(ErrorCode.TOO_MANY_REQUESTS, (("count", str(left)),))
        elif await asyncio.to_thread(self._known.fits, password):
            self._open()
        else:
            self._wrong += 1
            if self._wrong >= FREE_TRIES:
                self._wait_until = now + timedelta(seconds=2 ** (self._wrong - FREE_TRIES + 1))
            self._refuse(ErrorCode.INVALID_CREDENTIALS)

    def _open(self) -> None:
        self._wrong, self._wait_until = 0, None
        self._show(replace(self._lock, locked=False, busy=False))

    def _refuse(self, code: NoticeCode, details: tuple[tuple[str, str], ...] = ()) -> None:
        self._show(replace(self._lock, busy=False, problem=code, problem_details=details))

    @property
    def _lock(self) -> Lock:
        return self._facts.state.lock

    def _show(self, lock: Lock) -> None:
        self._facts.apply(LockChanged(lock))
