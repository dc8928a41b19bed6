"""Looking through stored objects: what is absent or damaged is found before somebody needs it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from server.domain.ports import ObjectStore
from server.store.backup import copy_objects
from server.store.objects import opens_whole
from server.store.progress import Tell, told_of


class Found(StrEnum):
    """What an object is like that cannot be read whole."""

    ABSENT = "absent"
    DAMAGED = "damaged"
    MENDED = "mended"


@dataclass(frozen=True, slots=True)
class Finding:
    """One object that could not be read whole."""

    sha256: str
    found: Found


def looked_through(
    objects: ObjectStore, names: list[str], replica: ObjectStore | None, tell: Tell
) -> Iterator[Finding]:
    """Reads every object to its end; what is bad is taken from the replica, if it has it.

    Raises `ObjectsUnreachable` when nobody can know.
    """
    for sha256 in told_of(names, tell, "checked"):
        if opens_whole(objects, sha256):
            continue
        found = Found.DAMAGED if objects.holds(sha256) else Found.ABSENT
        if replica is not None and not copy_objects(replica, objects, [sha256], _quiet).failed:
            found = Found.MENDED
        yield Finding(sha256, found)


def _quiet(_told: dict[str, object]) -> None:
    pass
