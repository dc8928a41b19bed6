"""Fetched images, sealed, up to a number of bytes and as far as the disk has room for other
things; what was not used for longest goes first.

A place is a study. Two institutions may have studies, and images, of one UID: `of` tells theirs
apart, and is the same for the same bytes, through whichever case they came.

All methods block: for a thread.
"""

import contextlib
import io
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Lock

from app.store.errors import Damaged, ForeignKey
from app.store.outbox import hashed
from app.store.sealed import Sealer

BUDGET_BYTES = 8 << 30
SPARED_BYTES = 2 << 30
"""Of the disk, for drafts, what is to be sent, and everybody else: the cache of a small computer
gives way before it is full."""
BEGUN = ".begun"
"""The end of the name of what has come so far of an image."""


class ImageCache:
    """The cache below one profile's folder.

    Args:
        budget_bytes: of sealed files; an image larger than all of it is still kept until the next.
        free_bytes: what the disk of a folder has left.
    """

    def __init__(
        self,
        folder: Path,
        sealer: Sealer,
        budget_bytes: int = BUDGET_BYTES,
        free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        self._folder = folder / "cache"
        self._free_bytes = free_bytes
        self._sealer = sealer
        self._budget = budget_bytes
        self._lock = Lock()
        self._held: dict[Path, int] = {}  # least recently used first
        self._checked: dict[Path, int] = {}
        self._kept: set[str] = set()
        self._read_folder()

    def keep(self, place: str) -> None:
        """Images of this place are in use: they are not evicted until `release`."""
        with self._lock:
            self._kept.add(hashed(place))

    def release(self, place: str) -> None:
        with self._lock:
            self._kept.discard(hashed(place))

    def present(self, place: str, wanted: Mapping[str, str]) -> tuple[str, ...]:
        """Those of a place's images, SOP Instance UIDs each with its `of`, that `find` may find, at
        the cost of a look at each name."""
        return tuple(uid for uid, of in wanted.items() if self._path(place, uid, of).exists())

    def find(self, place: str, sop_instance_uid: str, of: str = "") -> Path | None:
        """The sealed image (its SOP Instance UID is the purpose), marked as just used. One that
        this key does not open, or that is damaged, is dropped: None as if it were not there."""
        path = self._path(place, sop_instance_uid, of)
        try:
            size = path.stat().st_size
            if self._checked.get(path) != size:
                self._check(path, sop_instance_uid)
            os.utime(path)
        except OSError:
            self._drop(path)
            return None
        except (ForeignKey, Damaged):
            path.unlink(missing_ok=True)
            self._drop(path)
            return None
        with self._lock:
            self._held.pop(path, None)
            self._held[path] = size
            self._checked[path] = size
        return path

    def _check(self, path: Path, sop_instance_uid: str) -> None:
        """Opens the whole of it, once in the life of this process; raises ForeignKey or Damaged."""
        for _ in self._sealer.open_file(path, sop_instance_uid):
            pass

    def _drop(self, path: Path) -> None:
        with self._lock:
            self._held.pop(path, None)
            self._checked.pop(path, None)

    @contextlib.contextmanager
    def adding(
        self, place: str, sop_instance_uid: str, of: str = ""
    ) -> Iterator[Callable[[bytes], None]]:
        """Seals what is written; the image is in the cache when the block ends well.

        Raises DiskFull.
        """
        path = self._path(place, sop_instance_uid, of)
        with self._sealer.sealing(path, sop_instance_uid) as write:
            yield write
        with self._lock:
            self._held.pop(path, None)
            self._held[path] = self._checked[path] = path.stat().st_size
            self._evict(spare=path)

    def put_begun(self, place: str, sop_instance_uid: str, begun: bytes, of: str = "") -> Path:
        """Seals what has come so far of an image that is being fetched, in place of what had come
        before; its SOP Instance UID is the purpose. Raises DiskFull."""
        path = self._path(place, sop_instance_uid, of).with_suffix(BEGUN)
        self._sealer.seal_file(io.BytesIO(begun), path, sop_instance_uid)
        return path

    def drop_begun(self, place: str, sop_instance_uid: str, of: str = "") -> None:
        """The image is whole now, or will not be."""
        path = self._path(place, sop_instance_uid, of).with_suffix(BEGUN)
        with contextlib.suppress(OSError):  # somebody reads it: it goes at the next start
            path.unlink(missing_ok=True)

    @property
    def nbytes(self) -> int:
        """Bytes on the disk."""
        with self._lock:
            return sum(self._held.values())

    def _evict(self, spare: Path) -> None:
        total = sum(self._held.values())
        budget = min(self._budget, total + self._free_bytes(spare.parent) - SPARED_BYTES)
        for path, size in list(self._held.items()):
            if total <= budget:
                return
            if path == spare or path.parent.name in self._kept:
                continue
            path.unlink(missing_ok=True)
            del self._held[path]
            self._checked.pop(path, None)
            total -= size

    def _read_folder(self) -> None:
        found = []
        for path in self._folder.glob("*/*"):
            if path.suffix in (".part", BEGUN):  # left by a crash
                path.unlink(missing_ok=True)
                continue
            with contextlib.suppress(OSError):
                state = path.stat()
                found.append((state.st_mtime_ns, path, state.st_size))
        self._held = {path: size for _, path, size in sorted(found)}

    def _path(self, place: str, sop_instance_uid: str, of: str) -> Path:
        return self._folder / hashed(place) / f"{hashed(f'{sop_instance_uid} {of}')}.sealed"
