"""Images the centre has refused: their bytes stay until somebody has decided about them.

A stranger's device was told that the edge has them, and erases its own. They rest beside the queue
under the same key. IT looks at them with `huizhen-server edge-refused`, a process of its own that
changes nothing here: it leaves a wish beside the image, which the running edge carries out.
"""

import shutil
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import UUID

from server.edge.entries import Entry, EntryFiles, RefusedEntry, Unreadable
from server.store.keyring import KeyRing
from server.store.objects import FolderObjects

Wish = Literal["retry", "discard"]
WISHES: tuple[Wish, ...] = ("retry", "discard")
SUFFIX = ".refused"


class Refusals:
    """What was refused, by number. Disk: `load`, `keep`, `erase`, `wishes`; the rest the loop's.

    Beyond `budget` bytes the oldest give way, see `beyond`.
    """

    def __init__(self, folder: Path, ring: KeyRing, budget: int) -> None:
        self._folder, self.budget = folder, budget
        self._files = EntryFiles(folder, ring, RefusedEntry, SUFFIX)
        self._files.make()
        self._entries: OrderedDict[int, RefusedEntry] = OrderedDict()
        self.bytes = 0

    @property
    def has_entries(self) -> bool:
        """Whether anything lies on the disk, readable or not."""
        return bool(self._files.files())

    def load(self) -> tuple[Iterable[RefusedEntry], list[Unreadable]]:
        """What an earlier run has kept, and what of it cannot be opened: that stays as it is."""
        self._files.sweep()
        found, unreadable = self._files.read()
        for entry in found:
            self.add(entry)
        return found, unreadable

    def keep(self, entry: RefusedEntry) -> None:
        """Makes durable that it was refused."""
        self._files.write(entry)

    def erase(self, number: int) -> None:
        self._files.remove(number)
        self.granted(number)

    def granted(self, number: int) -> None:
        """No wish is left of this image."""
        for wish in WISHES:
            _wish_place(self._folder, number, wish).unlink(missing_ok=True)

    def wishes(self) -> list[tuple[int, Wish]]:
        """What IT wants done with which image."""
        return [
            (int(file.stem), wish)
            for wish in WISHES
            for file in sorted(self._folder.glob(f"*.{wish}"))
            if file.stem.isdigit()
        ]

    def add(self, entry: RefusedEntry) -> None:
        self._entries[entry.number] = entry
        self.bytes += entry.size

    def pop(self, number: int) -> RefusedEntry | None:
        found = self._entries.pop(number, None)
        if found is not None:
            self.bytes -= found.size
        return found

    def of(self, account_id: UUID, sha256: str) -> list[RefusedEntry]:
        """These very bytes of this account."""
        return [one for one in self._of(account_id) if one.sha256 == sha256]

    def of_study(self, account_id: UUID, study_uid: str) -> list[RefusedEntry]:
        return [one for one in self._of(account_id) if one.study_uid == study_uid]

    def _of(self, account_id: UUID) -> list[RefusedEntry]:
        return [one for one in self.in_order() if one.account_id == account_id]

    def beyond(self) -> list[RefusedEntry]:
        """The oldest that have no room any more."""
        gone, left = [], self.bytes
        for entry in self.in_order():
            if left <= self.budget:
                break
            gone.append(entry)
            left -= entry.size
        return gone

    def in_order(self) -> tuple[RefusedEntry, ...]:
        return tuple(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)


class RefusedFolder:
    """The same from outside, for IT: looks, copies out and leaves wishes."""

    def __init__(self, queue_folder: Path, ring: KeyRing) -> None:
        self._folder = queue_folder / "refused"
        self._files = EntryFiles(self._folder, ring, RefusedEntry, SUFFIX)
        self._waiting = waiting_files(queue_folder, ring)
        self._objects = FolderObjects(queue_folder / "objects", ring)

    def look(self) -> tuple[list[RefusedEntry], "NotOpened"]:
        """What was refused, and what neither of refused nor of waiting images can be opened."""
        refused, unreadable = self._files.read()
        waiting, more = self._waiting.read()
        numbers = tuple(sorted({one.number for one in (*unreadable, *more)}))
        if not numbers:
            return refused, NotOpened()
        known = {one.sha256 for one in (*refused, *waiting)}
        unknown = [sha256 for sha256 in self._objects.stored() if sha256 not in known]
        size = sum(self._objects.size_at_rest(sha256) for sha256 in unknown)
        return refused, NotOpened(numbers, size)

    def wish(self, number: int, wish: Wish) -> None:
        _wish_place(self._folder, number, wish).touch(mode=0o600)

    def copy(self, entry: RefusedEntry, folder: Path) -> Path:
        """The DICOM file, as it came; raises a `StoreError` or an `OSError`."""
        place = folder / f"{entry.number}.dcm"
        reader = self._objects.open(entry.sha256)
        try:
            with place.open("xb") as out:
                shutil.copyfileobj(reader, out)
        finally:
            reader.close()
        return place


@dataclass(frozen=True, slots=True)
class NotOpened:
    """Records that cannot be opened, and the bytes at rest that no other record is of."""

    numbers: tuple[int, ...] = ()
    bytes: int = 0


def waiting_files(queue_folder: Path, ring: KeyRing) -> EntryFiles[Entry]:
    """The records of images that wait."""
    return EntryFiles(queue_folder / "entries", ring, Entry, ".entry")


def _wish_place(folder: Path, number: int, wish: Wish) -> Path:
    return folder / f"{number:016d}.{wish}"
