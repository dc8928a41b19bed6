"""What every kind of object store of a site offers."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from server.domain.ports import ObjectStore
from server.store.keyring import KeyRing

Kept = Callable[[Sequence[str]], None]
"""Hears the names of objects that were just made durable; called from any thread."""


def nobody_listens(_names: Sequence[str]) -> None:
    pass


class SiteObjects(ObjectStore, Protocol):
    """An object store with what an administrator does to it."""

    ring: KeyRing
    on_kept: Kept
    """Hears what becomes durable here; not what lies in an archive."""

    def clear_spool(self) -> None:
        """Removes what a killed server left half written; call it before serving."""
        ...

    def stored(self) -> Iterator[str]:
        """The SHA-256 of every object, sealed or not."""
        ...

    def has_sealed(self) -> bool: ...

    def has_plain(self) -> bool:
        """Whether anything is here from before encryption."""
        ...

    def seal(self, sha256: str) -> bool:
        """Seals an object from before encryption; False when it is sealed already."""
        ...

    def rewrap(self, sha256: str) -> bool:
        """Wraps an object's data key with the active key; False when it is already."""
        ...
