"""Image bytes in a folder, named by their SHA-256: no user text ever becomes a path."""

import asyncio
import os
import re
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

from server.store.errors import ObjectMissing

_HASH = re.compile(r"^[0-9a-f]{64}$")
CHUNK_BYTES = 256 * 1024


class FolderObjects:
    """An `ObjectStore` in one folder; a write is a temporary file, fsync, rename, fsync."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._spool = folder / "spool"
        self._spool.mkdir(parents=True, exist_ok=True, mode=0o700)

    def clear_spool(self) -> None:
        """Removes what a killed server left half written; call it before serving."""
        for left in self._spool.iterdir():
            left.unlink(missing_ok=True)

    def spool(self) -> Path:
        return self._spool / secrets.token_hex(16)

    def adopt(self, spooled: Path, sha256: str) -> None:
        target = self._place(sha256)
        if target.exists():
            spooled.unlink()
            return
        descriptor = os.open(spooled, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        spooled.replace(target)
        _sync_folder(target.parent)

    def path(self, sha256: str) -> Path:
        place = self._place(sha256)
        if not place.is_file():
            raise ObjectMissing(f"object {sha256[:12]} is not in the store")
        return place

    def holds(self, sha256: str) -> bool:
        return self._place(sha256).is_file()

    def remove(self, sha256: str) -> None:
        self._place(sha256).unlink(missing_ok=True)

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        """The bytes in chunks; memory does not grow with the object."""
        file = await asyncio.to_thread(self.path(sha256).open, "rb")
        try:
            while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                yield chunk
        finally:
            file.close()

    def _place(self, sha256: str) -> Path:
        if not _HASH.match(sha256):
            raise ValueError("not a SHA-256")
        return self._folder / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
