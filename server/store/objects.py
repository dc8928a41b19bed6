"""Image bytes sealed in a folder, named by their SHA-256: no user text ever becomes a path."""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from server.domain.ports import Fresh, ObjectReader, ObjectSink, ObjectStore
from server.store.errors import ObjectMissing, ObjectsUnreachable, StoreError
from server.store.incoming import Spool, open_sealed, sync_file
from server.store.keyring import KeyRing, sync_folder
from server.store.sealing import EMPTY_SLOT, HEADER_BYTES, damaged, hash_of, rewrapped
from server.store.site_objects import Kept, nobody_listens

_HASH = re.compile(r"^[0-9a-f]{64}$")
SUFFIX = ".sealed"
"""Of a sealed object; one without it is from before encryption. A name tells them apart, since a
DICOM preamble may hold any bytes."""


class FolderObjects:
    """An `ObjectStore` in one folder; a write is a temporary file, fsync, rename, fsync.

    Args:
        spool: where large objects come in, on the same disk; each process has its own.
    """

    def __init__(self, folder: Path, ring: KeyRing, spool: Path | None = None) -> None:
        self._folder = folder
        self.ring = ring
        self.on_kept: Kept = nobody_listens
        self._spool = Spool(spool or folder / "spool", ring)

    def clear_spool(self) -> None:
        """Call it before anything is kept: it also makes the folders of objects."""
        self._make_folders()
        self._spool.clear()

    def _make_folders(self) -> None:
        """All at once: an upload then finds its folder, and the folder above is flushed once."""
        made = False
        for number in range(256):
            try:
                (self._folder / f"{number:02x}").mkdir(mode=0o700)
                made = True
            except FileExistsError:
                continue
        if made:
            sync_folder(self._folder)

    def sink(self, *, bulk: bool = False) -> ObjectSink:
        return self._spool.sink(bulk=bulk)

    def keep(self, fresh: Sequence[Fresh]) -> None:
        new = {one.sha256: one for one in fresh if not self._holds_whole(one.sha256)}
        places = [self._put(one) for one in new.values()]
        # Renamed before they are flushed: the first flush takes the names of all with it, and those
        # of the folders find nothing left to do. A power cut in between may leave a name without
        # its bytes: `_holds_whole` believes no name.
        for place in places:
            sync_file(place)
        for folder in {place.parent for place in places}:
            sync_folder(folder)
        self.on_kept([one.sha256 for one in fresh])

    def _put(self, fresh: Fresh) -> Path:
        place = self._place(fresh.sha256)
        with self._spool.as_file(fresh) as file:
            try:
                file.replace(place)
            except FileNotFoundError:
                place.parent.mkdir(exist_ok=True, mode=0o700)
                sync_folder(self._folder)
                file.replace(place)
        return place

    def _holds_whole(self, sha256: str) -> bool:
        """Whether the very bytes are there; what is damaged is written anew."""
        return self.holds(sha256) and opens_whole(self, sha256)

    def open(self, sha256: str) -> ObjectReader:
        try:
            return open_sealed(self._place(sha256), sha256, self.ring)
        except FileNotFoundError:
            return self._open_plain(sha256)

    def _open_plain(self, sha256: str) -> ObjectReader:
        """An object from before encryption."""
        try:
            found = self._plain(sha256).open("rb")
        except FileNotFoundError as error:
            raise ObjectMissing(
                f"the image {sha256[:12]} is not in the object store; restore it from the backup"
            ) from error
        if not self.ring.plain_allowed:
            found.close()
            raise damaged(sha256)
        return found

    def holds(self, sha256: str) -> bool:
        plain = os.fspath(self._plain(sha256))
        return os.path.isfile(plain + SUFFIX) or os.path.isfile(plain)

    def size_at_rest(self, sha256: str) -> int:
        """Bytes on the disk, 0 when it is gone."""
        for file in (self._place(sha256), self._plain(sha256)):
            with contextlib.suppress(FileNotFoundError):
                return file.stat().st_size
        return 0

    def kept_at(self, sha256: str) -> datetime:
        """When it was kept, or last wanted again; now when it is gone."""
        try:
            return datetime.fromtimestamp(self._place(sha256).stat().st_mtime, UTC)
        except FileNotFoundError:
            return datetime.now(UTC)

    def wanted_again(self, sha256: str) -> bool:
        """Notes that it is; False when it is not here."""
        try:
            os.utime(self._place(sha256))
        except FileNotFoundError:
            return False
        return True

    def remove(self, sha256: str) -> None:
        self._place(sha256).unlink(missing_ok=True)
        self._plain(sha256).unlink(missing_ok=True)

    # --- what an administrator runs ----------------------------------------------------------

    def stored(self) -> Iterator[str]:
        """The SHA-256 of every object, sealed or not."""
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            names = {file.name.removesuffix(SUFFIX) for file in folder.iterdir()}
            yield from sorted(name for name in names if _HASH.match(name))

    def has_plain(self) -> bool:
        """Whether anything is here from before encryption."""
        return any(self._plain(sha256).is_file() for sha256 in self.stored())

    def has_sealed(self) -> bool:
        return next(self._folder.glob(f"[0-9a-f][0-9a-f]/*{SUFFIX}"), None) is not None

    def seal(self, sha256: str) -> bool:
        """Seals an object from before encryption; False when it is sealed already.

        Raises `ObjectDamaged` when its bytes are not those of its name; they stay where they are.
        """
        plain = self._plain(sha256)
        if not plain.is_file():
            return False
        with plain.open("rb") as source:
            if hash_of(source) != sha256:
                raise damaged(sha256)
            if not self._place(sha256).is_file():
                source.seek(0)
                self._seal(source, self._place(sha256))
        plain.unlink()
        return True

    def _seal(self, source: BinaryIO, place: Path) -> None:
        sink = self._spool.sink()
        try:
            while part := source.read(1 << 20):
                sink.write(part)
            fresh = sink.finish()
        except BaseException:
            sink.discard()
            raise
        try:
            with self._spool.as_file(fresh) as file:
                sync_file(file)
                file.replace(place)
            sync_folder(place.parent)
        finally:
            fresh.discard()

    def rewrap(self, sha256: str) -> bool:
        """Wraps an object's data key with the active key; False when it is already."""
        try:
            file = self._place(sha256).open("r+b", buffering=0)
        except FileNotFoundError:
            return False  # taken back meanwhile
        with file:
            change = rewrapped(file.read(HEADER_BYTES), sha256, self.ring)
            if change is None:
                return False
            for at, slot in ((change.write_at, change.slot), (change.empty_at, EMPTY_SLOT)):
                file.seek(at)
                file.write(slot)
                os.fsync(file.fileno())
            return True

    def _place(self, sha256: str) -> Path:
        plain = self._plain(sha256)
        return plain.with_name(plain.name + SUFFIX)

    def _plain(self, sha256: str) -> Path:
        if not _HASH.match(sha256):
            raise ValueError("not a SHA-256")
        return self._folder / sha256[:2] / sha256


def opens_whole(objects: ObjectStore, sha256: str) -> bool:
    """Whether the very bytes can be read; raises `ObjectsUnreachable` when nobody can know."""
    try:
        with contextlib.closing(objects.open(sha256)) as found:
            return hash_of(found) == sha256
    except ObjectsUnreachable:
        raise
    except StoreError:
        return False


def discard_all(fresh: Iterable[Fresh]) -> None:
    """Gives back what incoming objects take."""
    for one in fresh:
        one.discard()
