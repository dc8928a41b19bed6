"""Answers of the centre on the edge's disk: sealed, within a budget, the least used go first.

An entry is one sealed object (`server.store.sealing`): four bytes length, the answer's head as
JSON, its body. Its name is the SHA-256 of what was asked, which the head repeats: a file that was
changed, cut or put in another's place does not open and is removed. Entries are not flushed to the
disk; one that a power cut has torn does not open either.
"""

import contextlib
import hashlib
import os
import struct
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import orjson

from server.domain.ports import Fresh, ObjectReader, ObjectSink
from server.store.errors import StoreError
from server.store.incoming import Spool
from server.store.keyring import KeyRing
from server.store.objects import SUFFIX
from server.store.sealing import HEADER_BYTES, SealedSource, damaged

_LENGTH = struct.Struct(">I")
_HASH_AT = slice(24, 56)
_MOST_HEAD_BYTES = 64 * 1024
_OVERHEAD = HEADER_BYTES + 4096
LARGEST_PART = 4
"""An answer that is larger than this part of the budget is not kept."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is kept of an answer besides its body; `asked` is what it answers."""

    asked: str
    etag: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """An open entry: close the reader. The body is `size` bytes from `start` on."""

    head: Head
    reader: ObjectReader
    start: int
    size: int


@dataclass(slots=True)
class Numbers:
    """What the status tells; sizes as they rest on the disk."""

    bytes: int = 0
    hits: int = 0
    misses: int = 0
    evicted: int = 0
    damaged: int = 0


def name_of(asked: str) -> str:
    """The name of the entry that answers a question."""
    return hashlib.sha256(asked.encode()).hexdigest()


class Cache:
    """The entries below one folder. Everything blocks and may be called from any thread."""

    def __init__(self, folder: Path, ring: KeyRing, budget: int) -> None:
        self._folder, self.ring, self.budget = folder, ring, budget
        self._spool = Spool(folder / "spool", ring)
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self.numbers = Numbers()
        self._spool.clear()
        self._look()

    def _look(self) -> None:
        """What an earlier run has kept; the order of use is that of the files' times."""
        found = []
        for file in self._folder.glob(f"[0-9a-f][0-9a-f]/*{SUFFIX}"):
            told = file.stat()
            found.append((told.st_mtime_ns, file.name.removesuffix(SUFFIX), told.st_size))
        for _, name, size in sorted(found):
            self._sizes[name] = size
            self.numbers.bytes += size
        with self._lock:
            self._make_room(0)

    def __len__(self) -> int:
        return len(self._sizes)

    def holds(self, name: str) -> bool:
        """Whether there is such an entry; whether it opens is another question."""
        return name in self._sizes

    def find(self, asked: str) -> Kept | None:
        """None when it is not here, or was and is not what was kept: that is removed."""
        name = name_of(asked)
        if not self.holds(name):
            return None
        try:
            return self._open(name, asked)
        except FileNotFoundError:
            self._forget(name)
        except (StoreError, ValueError, OSError):
            self.drop_damaged(asked)
        return None

    def _open(self, name: str, asked: str) -> Kept:
        file = self._place(name)
        stored = file.open("rb", buffering=0)
        with contextlib.ExitStack() as undo:
            undo.callback(stored.close)
            header = stored.read(HEADER_BYTES)
            stored.seek(0)
            source = SealedSource(cast(BinaryIO, stored), bytes(header[_HASH_AT]).hex(), self.ring)
            (length,) = _LENGTH.unpack(_exactly(source, _LENGTH.size))
            if length > _MOST_HEAD_BYTES:
                raise damaged(name)
            head = _head(_exactly(source, length))
            if head.asked != asked:
                raise damaged(name)
            undo.pop_all()
        start = _LENGTH.size + length
        with self._lock:
            if name in self._sizes:
                self._sizes.move_to_end(name)
        with contextlib.suppress(OSError):
            os.utime(file)
        return Kept(head, cast(ObjectReader, source), start, source.seal.size - start)

    def drop_damaged(self, asked: str) -> None:
        """Removes an entry that is not what was kept."""
        self.numbers.damaged += 1
        self._forget(name_of(asked))

    def writer(self, head: Head, size: int | None) -> "Writer | None":
        """Takes an answer as it comes; None when it is too large to be kept. Raises `OSError`."""
        if size is not None and size > self.budget // LARGEST_PART - _OVERHEAD:
            return None
        writer = Writer(self, self._spool.sink(), head.asked)
        try:
            return writer if writer.write(_packed(head)) else None
        except OSError:
            writer.discard()
            raise

    def reserve(self, more: int) -> None:
        """Makes room for bytes that come."""
        with self._lock:
            self._make_room(more)
            self.numbers.bytes += more

    def release(self, fewer: int) -> None:
        with self._lock:
            self.numbers.bytes -= fewer

    def put(self, asked: str, fresh: Fresh, reserved: int) -> None:
        """Keeps a whole answer in place of one to the same question."""
        name = name_of(asked)
        place = self._place(name)
        try:
            place.parent.mkdir(exist_ok=True, mode=0o700)
            with self._spool.as_file(fresh) as file, self._lock:
                size = file.stat().st_size
                file.replace(place)
                self.numbers.bytes += size - reserved - self._sizes.pop(name, 0)
                self._sizes[name] = size
                self._make_room(0)
        finally:
            fresh.discard()

    def _make_room(self, more: int) -> None:
        while self._sizes and self.numbers.bytes + more > self.budget:
            name, size = self._sizes.popitem(last=False)
            self.numbers.bytes -= size
            self.numbers.evicted += 1
            self._remove(name)

    def _forget(self, name: str) -> None:
        with self._lock:
            self.numbers.bytes -= self._sizes.pop(name, 0)
            self._remove(name)  # within the lock: the same name may be kept anew at once

    def _remove(self, name: str) -> None:
        with contextlib.suppress(OSError):  # somebody reads it: some systems keep it until then
            self._place(name).unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        return self._folder / name[:2] / (name + SUFFIX)


class Writer:
    """One answer on its way into the cache; `finish` it or `discard` it, also when either of its
    steps raises an `OSError` or a `StoreError`."""

    def __init__(self, cache: Cache, sink: ObjectSink, asked: str) -> None:
        self._cache, self._sink, self._asked = cache, sink, asked
        self._reserved = 0
        self._limit = cache.budget // LARGEST_PART

    def write(self, data: bytes) -> bool:
        """False when the answer has grown too large: it is forgotten."""
        more = len(data) + (0 if self._reserved else _OVERHEAD)
        if self._reserved + more > self._limit:
            self.discard()
            return False
        self._cache.reserve(more)
        self._reserved += more
        self._sink.write(data)
        return True

    def finish(self) -> None:
        self._cache.put(self._asked, self._sink.finish(), self._reserved)
        self._reserved = 0

    def discard(self) -> None:
        self._cache.release(self._reserved)
        self._reserved = 0
        self._sink.discard()


def _exactly(source: SealedSource, count: int) -> bytes:
    found = bytearray()
    while len(found) < count and (part := source.read(count - len(found))):
        found += part
    if len(found) != count:
        raise ValueError("the entry is shorter than its head")
    return bytes(found)


def _packed(head: Head) -> bytes:
    body = orjson.dumps({"asked": head.asked, "etag": head.etag, "headers": head.headers})
    return _LENGTH.pack(len(body)) + body


def _head(data: bytes) -> Head:
    body = orjson.loads(data)
    return Head(
        str(body["asked"]),
        str(body["etag"]),
        tuple((str(name), str(value)) for name, value in body["headers"]),
    )
