"""What the rules need of the world; the store and the composition implement these."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    """Absolute time in UTC."""

    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """A committed fact on its way: encoded JSON for these accounts (or for one session only)."""

    seq: int
    payload: bytes
    accounts: frozenset[UUID]
    session_id: UUID | None = None
    closes: bool = False
    """The session's socket closes after it."""


class Bus(Protocol):
    """Carries committed facts to whoever is connected, in order of their numbers."""

    def publish(self, deliveries: Iterable[Delivery]) -> None: ...


class Reachability(Protocol):
    """Which accounts have a live socket and are not paused."""

    def reachable(self, account_id: UUID) -> bool: ...

    def connected(self, session_id: UUID) -> bool: ...


class ObjectStore(Protocol):
    """Immutable bytes by their SHA-256; writing the same bytes twice stores them once."""

    def spool(self) -> Path:
        """A fresh temporary file path on the same volume as the store."""
        ...

    def adopt(self, spooled: Path, sha256: str) -> None:
        """Makes a spooled file durable under its hash; blocking (fsync), so run it in a thread."""
        ...

    def path(self, sha256: str) -> Path:
        """A readable file with these bytes; raises `FileNotFoundError`."""
        ...

    def remove(self, sha256: str) -> None:
        """Forgets these bytes, if they are there; blocking."""
        ...

    def holds(self, sha256: str) -> bool:
        """Whether these bytes are there."""
        ...

    def read(self, sha256: str) -> AsyncIterator[bytes]: ...
