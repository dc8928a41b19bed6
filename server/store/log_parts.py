"""What the database's log said, sealed in files of a folder of backups, one after the other.

    FOLDER/log/00000001.key    the part's data key, wrapped by the site's key; JSON
    FOLDER/log/00000001.part   its records, in the order they were written

A record is a head and a body, each with its length (4 bytes, big-endian) before it: nonce, cipher
text and tag. Bound to both are part, number of the record and which of the two it is, so that none
is moved, left out or put in without being found; what a cut left at the end of a part is not read.
"""

import json
import os
import secrets
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from server.store.ciphers import Aead, Algorithm, cipher_of
from server.store.errors import BackupUnusable, KeyUnusable, StoreError
from server.store.keyring import KEY_BYTES, KeyRing, WrappingKey, sync_folder
from server.store.progress import Progress, Tell
from server.store.room import told_when_full
from server.store.wal import Place

_LENGTH = struct.Struct(">I")
_NONCE_BYTES = 12
_BOUND = b"huizhen log 1"


class Head(BaseModel):
    """What a record is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: AwareDatetime
    """When it was read: all it holds was committed before."""
    after: Place | None
    """The state it follows; None where what was before is not known."""
    place: Place
    """The state it leads to."""
    whole: bool = True
    """Whether that state is one somebody has committed; else the next record is part of it."""
    page_size: int = 0
    size: int = 0
    """Pages of the database."""
    pages: tuple[int, ...] = ()
    """The numbers of the pages in the body, the first is 1."""


@dataclass(frozen=True, slots=True)
class Record:
    """One of a part; its body is opened when it is asked for."""

    part: int
    head: Head
    _opened: "_Opened"
    _number: int
    _at: int

    def body(self) -> bytes:
        """All its pages; raises `BackupUnusable`."""
        try:
            return zlib.decompress(self._opened.read(self._at, self._number, b"body"))
        except zlib.error as error:
            raise _damaged(self.part) from error

    def pages(self) -> Iterator[tuple[int, bytes]]:
        """Number and bytes of each; raises `BackupUnusable`."""
        data, size = self.body(), self.head.page_size
        for one, number in enumerate(self.head.pages):
            yield number, data[one * size : (one + 1) * size]


@dataclass(frozen=True, slots=True)
class Unread:
    """Something of a part that cannot be opened."""

    part: int
    why: str


class LogParts:
    """The parts in a folder of backups."""

    def __init__(self, folder: Path, ring: KeyRing) -> None:
        self._folder, self._ring = folder / "log", ring

    def numbers(self) -> list[int]:
        """Of the parts, the oldest first."""
        return sorted(int(file.stem) for file in self._folder.glob("*.part"))

    def make_folder(self) -> None:
        self._folder.mkdir(exist_ok=True, mode=0o700)

    def begin(self) -> "LogWriter":
        """A new part, after all others; `FileNotFoundError` where the folder is gone, which may be
        the empty place of a disk."""
        number = max(self.numbers(), default=0) + 1
        active, secret = self._ring.active(), secrets.token_bytes(KEY_BYTES)
        self._write_key(number, _wrapped(number, active.algorithm, secret, active))
        out = self._place(number, "part").open("xb", buffering=0)
        sync_folder(self._folder)
        return LogWriter(out, number, cipher_of(active.algorithm, secret), active.id)

    def under_active(self, writer: "LogWriter") -> bool:
        """Whether the part it writes was begun under the key that is active now."""
        return writer.key_id == self._ring.active().id

    def contents(self, first: int = 0) -> Iterator[Record | Unread]:
        """All that was written whole, from a part on; what cannot be opened ends nothing else."""
        for part in self.numbers():
            if part >= first:
                yield from self._of_part(part)

    def last(self) -> Head | None:
        """The newest that can be read."""
        for part in reversed(self.numbers()):
            heads = [one.head for one in self._of_part(part) if isinstance(one, Record)]
            if heads:
                return heads[-1]
        return None

    def damage(self, first: int, tell: Tell) -> Iterator[Unread]:
        """Opens everything from a part on; answers what cannot be."""
        progress = Progress(tell)
        for number, one in enumerate(self.contents(first)):
            progress.now(log_records=number)
            try:
                if isinstance(one, Unread):
                    yield one
                else:
                    one.body()
            except (StoreError, OSError) as error:
                yield Unread(one.part, str(error))

    def bring_along(self) -> list[Unread]:
        """Wraps every data key with the active key, so that a rotation leaves no unreadable log;
        answers those that are unreadable already."""
        active, unread = self._ring.active(), []
        for number in self.numbers():
            try:
                body = self._key(number)
                if body["key"] != active.id.hex():
                    secret = _unwrapped(number, body, self._ring)
                    fresh = _wrapped(number, body["algorithm"], secret, active)
                    self._write_key(number, fresh)
            except (BackupUnusable, KeyUnusable) as error:
                unread.append(Unread(number, str(error)))
        return unread

    def remove_before(self, part: int) -> None:
        for number in self.numbers():
            if number < part:
                self._place(number, "part").unlink()
                self._place(number, "key").unlink(missing_ok=True)

    def _of_part(self, part: int) -> Iterator[Record | Unread]:
        try:
            yield from self._read_part(part)
        except (BackupUnusable, KeyUnusable, OSError) as error:
            yield Unread(part, str(error))

    def _read_part(self, part: int) -> Iterator[Record | Unread]:
        body = self._key(part)
        secret = _unwrapped(part, body, self._ring)
        opened = _Opened(self._place(part, "part"), part, cipher_of(body["algorithm"], secret))
        at, number = 0, 0
        while (length := opened.length(at)) is not None:
            body_at = at + _LENGTH.size + length
            body_length = opened.length(body_at)
            if body_length is None:
                return  # cut while it was written: what it holds comes again in the next part
            try:
                head = Head.model_validate_json(opened.read(at, number, b"head"))
                yield Record(part, head, opened, number, body_at)
            except (BackupUnusable, ValidationError):
                yield Unread(part, str(_damaged(part)))
            at, number = body_at + _LENGTH.size + body_length, number + 1

    def _key(self, number: int) -> dict[str, Any]:
        try:
            found = json.loads(self._place(number, "key").read_bytes())
        except (OSError, ValueError) as error:
            raise _damaged(number) from error
        assert isinstance(found, dict)
        return found

    def _write_key(self, number: int, body: dict[str, Any]) -> None:
        place = self._place(number, "key")
        fresh = place.with_suffix(".new")
        with told_when_full():
            fresh.write_text(json.dumps(body))
            descriptor = os.open(fresh, os.O_RDWR)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            fresh.replace(place)
            sync_folder(self._folder)

    def _place(self, number: int, kind: str) -> Path:
        return self._folder / f"{number:08}.{kind}"


class LogWriter:
    """Adds records to one part."""

    def __init__(self, out: Any, number: int, cipher: Aead, key_id: bytes) -> None:
        self._out, self._number, self._cipher = out, number, cipher
        self.key_id = key_id
        self._records = 0
        self.size = 0

    def add(self, head: Head, pages: bytes) -> None:
        """Durable when it returns. After an `OSError` or `NoRoom` a new part has to begin."""
        parts = []
        body = zlib.compress(pages, 1)
        for kind, data in ((b"head", head.model_dump_json().encode()), (b"body", body)):
            nonce = secrets.token_bytes(_NONCE_BYTES)
            bound = _bound(self._number, self._records, kind)
            sealed = nonce + self._cipher.encrypt(nonce, data, bound)
            parts += [_LENGTH.pack(len(sealed)), sealed]
        with told_when_full():
            data = b"".join(parts)
            if self._out.write(data) != len(data):
                raise OSError("a record was cut")
            os.fsync(self._out.fileno())
        self._records += 1
        self.size += len(data)

    def close(self) -> None:
        self._out.close()


class _Opened:
    """One part, read by places."""

    def __init__(self, file: Path, number: int, cipher: Aead) -> None:
        self._file, self._number, self._cipher = file, number, cipher
        self._end = file.stat().st_size

    def length(self, at: int) -> int | None:
        """Of what begins there; None where it is not whole."""
        with self._file.open("rb") as part:
            part.seek(at)
            found = part.read(_LENGTH.size)
        if len(found) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack(found)
        return int(length) if at + _LENGTH.size + length <= self._end else None

    def read(self, at: int, record: int, kind: bytes) -> bytes:
        with self._file.open("rb") as part:
            sealed = _sealed_at(part, at)
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, text, _bound(self._number, record, kind))
        except (InvalidTag, ValueError) as error:
            raise _damaged(self._number) from error


def _sealed_at(part: BinaryIO, at: int) -> bytes:
    part.seek(at)
    (length,) = _LENGTH.unpack(part.read(_LENGTH.size))
    return part.read(length)


def _bound(part: int, record: int, kind: bytes) -> bytes:
    return _BOUND + struct.pack(">II", part, record) + kind


def _wrapped(part: int, algorithm: int, secret: bytes, key: WrappingKey) -> dict[str, Any]:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    bound = _bound(part, algorithm, b"key") + key.id
    return {
        "algorithm": int(algorithm),
        "key": key.id.hex(),
        "nonce": nonce.hex(),
        "wrapped": key.cipher.encrypt(nonce, secret, bound).hex(),
    }


def _unwrapped(part: int, body: dict[str, Any], ring: KeyRing) -> bytes:
    try:
        key = ring.key(bytes.fromhex(body["key"]))
        bound = _bound(part, Algorithm(body["algorithm"]), b"key") + key.id
        return key.cipher.decrypt(
            bytes.fromhex(body["nonce"]), bytes.fromhex(body["wrapped"]), bound
        )
    except (InvalidTag, KeyError, ValueError) as error:
        raise _damaged(part) from error


def _damaged(part: int) -> BackupUnusable:
    return BackupUnusable(
        f"part {part} of the database's log is damaged: moments until the next backup cannot be "
        "had. Restore that backup, or a moment before"
    )
