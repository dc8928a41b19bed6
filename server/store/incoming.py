"""Bytes of new objects on their way in: small ones in memory, larger ones sealed on disk."""

import hashlib
import io
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from server.domain.ports import Fresh, ObjectReader
from server.store.keyring import KeyRing
from server.store.room import leave_room, told_when_full
from server.store.sealing import (
    CHUNK_BYTES,
    HEADER_BYTES,
    Buffer,
    SealedSource,
    Sealer,
    sealed,
)

IN_MEMORY_BYTES = 4 * 1024 * 1024
"""A larger object goes to disk as it comes."""
ALL_IN_MEMORY_BYTES = 64 * 1024 * 1024
"""Together; beyond it also small objects go to disk."""
READ_BYTES = 64 * 1024


class Room:
    """How much of the memory for incoming objects is taken; shared by all of a store."""

    def __init__(self, limit: int = ALL_IN_MEMORY_BYTES) -> None:
        self._limit, self._taken = limit, 0
        self._lock = threading.Lock()

    def take(self, count: int) -> bool:
        with self._lock:
            if self._taken + count > self._limit:
                return False
            self._taken += count
            return True

    def give(self, count: int) -> None:
        with self._lock:
            self._taken -= count


class Held:
    """A `Fresh` object in memory."""

    def __init__(self, data: bytes, sha256: str, room: Room) -> None:
        self.sha256, self.size = sha256, len(data)
        self._data, self._room = data, room

    def open(self) -> ObjectReader:
        return io.BytesIO(self._data)

    def write_to(self, out: BinaryIO, ring: KeyRing) -> None:
        out.writelines(sealed(self._data, self.sha256, ring.active()))

    def discard(self) -> None:
        data, self._data = self._data, b""
        self._room.give(len(data))


class Spooled:
    """A `Fresh` object in a sealed file."""

    def __init__(self, file: Path, sha256: str, size: int, ring: KeyRing) -> None:
        self.file, self.sha256, self.size = file, sha256, size
        self._ring = ring

    def open(self) -> ObjectReader:
        return open_sealed(self.file, self.sha256, self._ring)

    def discard(self) -> None:
        self.file.unlink(missing_ok=True)


class Sink:
    """An `ObjectSink`: hashes what comes, and seals it to a file when it grows large."""

    def __init__(self, folder: Path, ring: KeyRing, room: Room) -> None:
        self._folder, self._ring, self._room = folder, ring, room
        self._hash = hashlib.sha256()
        self._parts: list[Buffer] = []
        self._waiting = self._size = self._taken = 0
        self._file: Path | None = None
        self._out: BinaryIO | None = None
        self._sealer: Sealer | None = None

    def write(self, data: Buffer) -> None:
        """Raises `NoRoom`, `KeyUnusable`."""
        with told_when_full():
            self._write(data)

    def _write(self, data: Buffer) -> None:
        self._hash.update(data)
        self._size += len(data)
        self._waiting += len(data)
        self._parts.append(data)
        if self._out is None:
            if self._size <= IN_MEMORY_BYTES and self._room.take(len(data)):
                self._taken += len(data)
                return
            self._sealer = Sealer(self._ring.active().algorithm)
            self._file = self._folder / secrets.token_hex(16)
            self._out = self._file.open("xb")
            self._out.write(bytes(HEADER_BYTES))
        if self._waiting > CHUNK_BYTES:
            self._seal(last=False)

    def finish(self) -> Held | Spooled:
        sha256 = self._hash.hexdigest()
        if self._out is None or self._file is None or self._sealer is None:
            taken, self._taken = self._taken, 0
            held = Held(_joined(self._parts), sha256, self._room)
            assert held.size == taken
            return held
        with told_when_full():
            self._seal(last=True)
            self._out.seek(0)
            self._out.write(self._sealer.header(sha256, self._size, self._ring.active()))
            self._out.close()
        file, self._file, self._out = self._file, None, None
        self._give_room()
        return Spooled(file, sha256, self._size, self._ring)

    def discard(self) -> None:
        if self._out is not None:
            with suppress(OSError):  # what a full disk did not take is still in its buffer
                self._out.close()
        if self._file is not None:
            self._file.unlink(missing_ok=True)
        self._out = self._file = None
        self._parts = []
        self._give_room()

    def _give_room(self) -> None:
        taken, self._taken = self._taken, 0
        self._room.give(taken)

    def _seal(self, *, last: bool) -> None:
        """All whole chunks but the last byte, which may be the last of all."""
        assert self._out is not None
        assert self._sealer is not None
        plain = memoryview(_joined(self._parts))
        at = 0
        while len(plain) - at > CHUNK_BYTES:
            self._out.write(self._sealer.chunk(plain[at : at + CHUNK_BYTES]))
            at += CHUNK_BYTES
        if last:
            self._out.write(self._sealer.chunk(plain[at:], last=True))
            at = len(plain)
        self._parts = [plain[at:]]
        self._waiting = len(plain) - at


class Spool:
    """Where the objects of a store come in: the folder of large ones, the memory of small ones."""

    def __init__(self, folder: Path, ring: KeyRing) -> None:
        self._folder, self._ring, self._room = folder, ring, Room()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def clear(self) -> None:
        """Removes what a killed server left half written; call it before serving."""
        for left in self._folder.iterdir():
            if left.is_file():  # folders are of other processes
                left.unlink(missing_ok=True)

    def sink(self, *, bulk: bool = False) -> Sink:
        if bulk:
            leave_room(self._folder)
        return Sink(self._folder, self._ring, self._room)

    @contextmanager
    def as_file(self, fresh: Fresh) -> Iterator[Path]:
        """An object that has come in as a sealed file, not yet flushed: move it to its place."""
        if isinstance(fresh, Spooled):
            yield fresh.file
            return
        assert isinstance(fresh, Held)
        file = self._folder / secrets.token_hex(16)
        try:
            with told_when_full(), file.open("xb") as out:
                fresh.write_to(out, self._ring)
            yield file
        finally:
            file.unlink(missing_ok=True)


def _joined(parts: list[Buffer]) -> bytes:
    if len(parts) == 1 and isinstance(parts[0], bytes):
        return parts[0]
    return b"".join(parts)


def open_sealed(file: Path, sha256: str, ring: KeyRing) -> io.BufferedReader:
    """The plain text of a sealed file; raises `FileNotFoundError` and `StoreError`s."""
    stored = file.open("rb", buffering=0)
    try:
        source = SealedSource(cast(BinaryIO, stored), sha256, ring)
    except BaseException:
        stored.close()
        raise
    return io.BufferedReader(source, READ_BYTES)


def sync_file(file: Path) -> None:
    """Makes what was written to a file durable."""
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
