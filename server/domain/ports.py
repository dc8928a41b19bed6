"""What the rules need of the world; the store and the composition implement these."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from protocol.queue import PersonPresence


class Clock(Protocol):
    """Absolute time in UTC."""

    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """A committed fact on its way: encoded JSON for these accounts (or for one session only).

    `at` is when it was told, UTC.
    """

    seq: int
    at: datetime
    payload: bytes
    accounts: frozenset[UUID]
    session_id: UUID | None = None
    closes: bool = False
    """The session's socket closes after it."""


class Bus(Protocol):
    """Carries committed facts to whoever is connected, in order of their numbers."""

    def publish(self, deliveries: Iterable[Delivery]) -> None: ...


class Reachability(Protocol):
    """Which accounts have a live socket; a pause holds for every case but a critical one.

    The rota is told apart from it: `on_shift`, and `on_call` for a department.
    """

    def reachable(self, account_id: UUID, *, critical: bool = False) -> bool: ...

    def on_shift(self, account_id: UUID) -> bool: ...

    def on_call(self, account_id: UUID, department: str) -> bool: ...

    def presence_of(self, account_id: UUID) -> PersonPresence: ...

    def connected(self, session_id: UUID) -> bool: ...


class ObjectReader(Protocol):
    """An object being read: an `io.BufferedReader` or `io.BytesIO` is one. Everything blocks.

    `read` raises a `StoreError` when the stored bytes are not those that were kept: what it has
    answered before that was right.
    """

    def read(self, size: int = -1, /) -> bytes: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def tell(self) -> int: ...

    def close(self) -> None: ...


class Fresh(Protocol):
    """Bytes that came in completely and are not yet kept."""

    @property
    def sha256(self) -> str:
        """Lower-case hexadecimal, of the bytes as they came."""
        ...

    @property
    def size(self) -> int: ...

    def open(self) -> ObjectReader: ...

    def discard(self) -> None:
        """Forgets them; what `keep` has taken stays."""
        ...


class ObjectSink(Protocol):
    """Bytes coming in, hashed on the way. Blocking: write in a thread, a megabyte at a time."""

    def write(self, data: bytes | bytearray | memoryview, /) -> None: ...

    def finish(self) -> Fresh: ...

    def discard(self) -> None:
        """Forgets what came; after `finish` it does nothing."""
        ...


class ObjectSource(Protocol):
    """Where objects are read. Blocking."""

    def open(self, sha256: str) -> ObjectReader:
        """Raises `ObjectMissing`, `ObjectDamaged`, or another `StoreError`."""
        ...


class ObjectStore(ObjectSource, Protocol):
    """Immutable bytes by the SHA-256 of what they are when read; equal bytes are kept once.

    A folder, an S3 bucket or a PACS stands behind it; how bytes rest there (sealed, in parts) is
    its own affair. Everything here blocks and may be called from any thread.
    """

    def sink(self, *, bulk: bool = False) -> ObjectSink:
        """Takes the bytes of one new object; small ones stay in memory. `bulk`: images and
        recordings, for which `NoRoom` is raised while little is left on the disk."""
        ...

    def keep(self, fresh: Sequence[Fresh]) -> None:
        """Makes objects durable: they survive a power cut when it returns. One call for many
        costs less than many calls. Raises a `StoreError` when any could not be kept."""
        ...

    def holds(self, sha256: str) -> bool:
        """Whether these bytes are there."""
        ...

    def remove(self, sha256: str) -> None:
        """Forgets these bytes, if they are there."""
        ...
