"""Pieces of recordings that wait for the server, sealed; names carry numbers and times only.

`recordings/ID/NNNNNN-START-END.sealed`, times in milliseconds. All of the name is bound into the
seal, so that no piece can be passed off as another.
"""

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from app.store.files import write_atomically
from app.store.sealed import Sealer

FOLDER = "recordings"
_NAME = re.compile(r"^(\d{6,})-(\d+)-(\d+)\.sealed$")


@dataclass(frozen=True, slots=True)
class KeptPiece:
    """One piece on this computer."""

    index: int
    start_ms: int
    end_ms: int
    path: Path


class RecordingStore:
    """The recordings of one profile. Everything blocks: for a thread."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._folder = folder / FOLDER
        self._sealer = sealer

    def write(
        self, recording_id: UUID, index: int, start_ms: int, end_ms: int, plain: bytes
    ) -> None:
        """On the disk when it returns; raises DiskFull or OSError."""
        path = self._folder / recording_id.hex / f"{index:06}-{start_ms}-{end_ms}.sealed"
        write_atomically(path, self._sealer.seal(plain, _purpose(path)))

    def read(self, piece: KeptPiece) -> bytes:
        """Raises ForeignKey, Damaged or OSError."""
        return self._sealer.open(piece.path.read_bytes(), _purpose(piece.path))

    def pieces(self, recording_id: UUID) -> tuple[KeptPiece, ...]:
        """In their order."""
        found = []
        with contextlib.suppress(FileNotFoundError):
            for path in (self._folder / recording_id.hex).iterdir():
                if match := _NAME.match(path.name):
                    index, start_ms, end_ms = (int(part) for part in match.groups())
                    found.append(KeptPiece(index, start_ms, end_ms, path))
        return tuple(sorted(found, key=lambda piece: piece.index))

    def recordings(self) -> tuple[UUID, ...]:
        """Those that have something here."""
        found = []
        if self._folder.is_dir():
            for folder in sorted(self._folder.iterdir()):
                with contextlib.suppress(ValueError):
                    found.append(UUID(hex=folder.name))
        return tuple(found)

    def forget(self, recording_id: UUID) -> None:
        """Removes everything of a recording; raises OSError."""
        folder = self._folder / recording_id.hex
        with contextlib.suppress(FileNotFoundError):
            for path in folder.iterdir():
                path.unlink(missing_ok=True)
            folder.rmdir()


def _purpose(path: Path) -> str:
    return f"{FOLDER}/{path.parent.name}/{path.stem}"
