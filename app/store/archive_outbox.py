"""Reports on their way to the hospital's archive, sealed until the archive has them.

All methods block: for a thread.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from app.store.archive_entry import ToArchive
from app.store.profile import SealedStore
from app.store.sealed import Sealer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """`data` is a Part 10 file."""

    entry: ToArchive
    data: bytes

    def __repr__(self) -> str:
        return "Waiting(…)"


class ArchiveOutbox:
    """Below one profile's transfer folder: `to-archive/<id>.sealed`, the entry as a line of JSON
    before the file."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._sealed = SealedStore(folder / "to-archive", sealer)

    def add(self, one: Waiting) -> None:
        """Raises DiskFull."""
        head = one.entry.model_dump_json().encode()
        self._sealed.write(str(one.entry.id), head + b"\n" + one.data)

    def read_all(self) -> tuple[Waiting, ...]:
        """Every one that this key opens, in the order they were added."""
        found = [_read(plain) for plain in self._sealed.read_all().values()]
        whole = [one for one in found if one is not None]
        return tuple(sorted(whole, key=lambda one: one.entry.id))

    def is_empty(self) -> bool:
        return not self._sealed.names()

    def remove(self, id_: UUID) -> None:
        self._sealed.delete(str(id_))


def _read(plain: bytes) -> Waiting | None:
    """None: a later program wrote it, which will read it again."""
    head, _, data = plain.partition(b"\n")
    try:
        return Waiting(ToArchive.model_validate_json(head), data)
    except ValidationError:
        log.warning("a report for an archive cannot be read by this version")
        return None
