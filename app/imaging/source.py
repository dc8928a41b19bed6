"""Where the objects of a case come from, as the viewer and the loader see it."""

from __future__ import annotations

import filecmp
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Protocol

from app.imaging.dataset import read_bytes
from app.imaging.errors import Reason, UnreadableError
from app.imaging.listed import Awaited
from app.imaging.series import BadFile, Instance, describe_file


class StudySource(Protocol):
    """Instances that can be listed and fetched, at hand or far away.

    All methods run in worker threads and may block; they are called until the viewer moves
    to another source. A remote source yields what the server lists, in the order it wants
    shown; instances that come to exist later are given to `DicomViewer.add_instance`.
    """

    def instances(self) -> Iterator[Instance | BadFile | Awaited]:
        """Every instance as soon as it is here, or why one cannot be shown; of a far source also
        which pictures are on their way."""
        ...

    def fetch(self, sop_instance_uid: str) -> bytes:
        """The whole Part 10 object.

        Raises:
            ImagingError: `UnreadableError` when it cannot be had now.
        """
        ...

    def peek(self, sop_instance_uid: str) -> tuple[bytes, bool]:
        """What can be shown now of an object, and whether it is the whole of it.

        A beginning is given only where it is enough for a coarse picture (`app.imaging.coming`);
        `DicomViewer.renew` is told when there is more. Errors as `fetch`.
        """
        ...


def files_below(folder: Path) -> tuple[Path, ...]:
    """Every regular file below a folder, by name, hidden ones and DICOMDIR left out."""
    found = (p for p in folder.rglob("*") if p.is_file())
    return tuple(
        sorted(p for p in found if not p.name.startswith(".") and p.name.upper() != "DICOMDIR")
    )


_SAME_UID = "Another file has the same SOP Instance UID and other contents."


def _is_copy(first: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(first, other, shallow=False)
    except OSError:
        return False


class FolderSource:
    """Files on a disk of this machine; folders among `paths` are searched."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)
        self._found: dict[str, Path] = {}
        self._lock = Lock()

    def instances(self) -> Iterator[Instance | BadFile]:
        """Read the head of each file in turn. A copy of a file counts once; one that differs from
        the first of its SOP Instance UID is told apart, for it may be somebody else's."""
        for path in self._paths:
            for file in files_below(path) if path.is_dir() else (path,):
                described = describe_file(file)
                if isinstance(described, Instance):
                    with self._lock:
                        first = self._found.setdefault(described.sop_instance_uid, file)
                    if first != file and not _is_copy(first, file):
                        described = BadFile(file.name, Reason.SAME_UID, _SAME_UID)
                yield described

    def fetch(self, sop_instance_uid: str) -> bytes:
        """Read the whole file; errors as `StudySource.fetch`."""
        with self._lock:
            path = self._found.get(sop_instance_uid)
        if path is None:
            raise UnreadableError("This instance is not among the opened files.")
        return read_bytes(path)

    def peek(self, sop_instance_uid: str) -> tuple[bytes, bool]:
        """Files on a disk are whole."""
        return self.fetch(sop_instance_uid), True

    def path_of(self, sop_instance_uid: str) -> Path | None:
        """Where a listed instance lies."""
        with self._lock:
            return self._found.get(sop_instance_uid)
