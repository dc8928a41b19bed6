"""The keys that wrap the data keys of stored objects, in one file of the site.

The file is JSON: every key-encryption key with its id (32 random bytes, base64), which of them is
active, and whether objects from before encryption may still be read. It is read again when it has
changed, so that a running server follows a rotation.
"""

import base64
import binascii
import json
import os
import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.store.errors import KeyUnusable

KEY_BYTES = 32
ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class WrappingKey:
    """One key-encryption key, AES-256-GCM; `id` is 16 random bytes."""

    id: bytes
    cipher: AESGCM


@dataclass(frozen=True, slots=True)
class _Contents:
    active: bytes
    keys: dict[bytes, WrappingKey]
    plain: bool


class KeyRing:
    """The key file of a site.

    Raises `KeyUnusable` with the mend whenever the file cannot be used; it never makes a key by
    itself, since a new key in place of a lost one would hide the loss.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._contents: _Contents | None = None

    @property
    def exists(self) -> bool:
        return self._file.exists()

    def make(self, *, plain: bool) -> None:
        """A new file with one key; `plain` when objects from before encryption are there."""
        self._write({**_with_new_key({"keys": []}), "plain": plain}, new=True)

    def active(self) -> WrappingKey:
        contents = self._read()
        return contents.keys[contents.active]

    def key(self, key_id: bytes) -> WrappingKey:
        found = self._read().keys.get(key_id)
        if found is None:
            raise KeyUnusable(
                f"the key {key_id.hex()[:8]} of a stored image is not in {self._file.name}; put "
                "back the key file that was in use when it was stored (HUIZHEN_KEY_FILE)"
            )
        return found

    @property
    def plain_allowed(self) -> bool:
        """Whether objects from before encryption may still be read."""
        return self._read().plain

    def add(self) -> WrappingKey:
        """A new active key; the older ones stay readable."""
        self._write(_with_new_key(self._load()))
        return self.active()

    def forbid_plain(self) -> None:
        """From now on nothing but sealed objects is read."""
        self._write({**self._load(), "plain": False})

    def forget(self, keep: bytes) -> int:
        """Removes every key but one; answers how many."""
        body = self._load()
        kept = [one for one in body["keys"] if one["id"] == keep.hex()]
        gone = len(body["keys"]) - len(kept)
        self._write({**body, "keys": kept, "active": keep.hex()})
        return gone

    def _read(self) -> _Contents:
        try:
            now = self._file.stat()
        except OSError as error:
            raise KeyUnusable(
                f"the key file {self._file.name} cannot be read ({error.strerror}): without it "
                "stored images cannot be opened; put it back from the backup, or set "
                "HUIZHEN_KEY_FILE to where it is"
            ) from error
        seen = (now.st_mtime_ns, now.st_ino, now.st_size)
        with self._lock:
            if self._contents is None or seen != self._seen:
                if os.name == "posix" and now.st_mode & 0o077:
                    raise KeyUnusable(
                        f"others may read the key file {self._file.name}: chmod 600 it"
                    )
                self._contents = _parsed(self._load(), self._file.name)
                self._seen = seen
            return self._contents

    def _load(self) -> dict[str, Any]:
        try:
            body = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise _not_a_key_file(self._file.name) from error
        if not isinstance(body, dict):
            raise _not_a_key_file(self._file.name)
        return body

    def _write(self, body: dict[str, Any], *, new: bool = False) -> None:
        """All or nothing: a cut while writing leaves the file as it was."""
        fresh = self._file.with_name(f"{self._file.name}.{secrets.token_hex(4)}.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as out:
                out.write(json.dumps(body, indent=1).encode())
                out.flush()
                os.fsync(out.fileno())
            if new:
                os.link(fresh, self._file)  # fails when another process was first
            else:
                fresh.replace(self._file)
            sync_folder(self._file.parent)
        except FileExistsError:
            pass
        finally:
            fresh.unlink(missing_ok=True)


def _with_new_key(body: dict[str, Any]) -> dict[str, Any]:
    key_id = secrets.token_hex(ID_BYTES)
    made = {
        "id": key_id,
        "key": base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode(),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return {**body, "active": key_id, "keys": [*body["keys"], made]}


def _parsed(body: dict[str, Any], name: str) -> _Contents:
    try:
        keys = {}
        for one in body["keys"]:
            secret = base64.b64decode(one["key"], validate=True)
            key_id = bytes.fromhex(one["id"])
            if len(secret) != KEY_BYTES or len(key_id) != ID_BYTES:
                raise ValueError
            keys[key_id] = WrappingKey(key_id, AESGCM(secret))
        active = bytes.fromhex(body["active"])
        if active not in keys:
            raise ValueError
        return _Contents(active, keys, bool(body["plain"]))
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise _not_a_key_file(name) from error


def _not_a_key_file(name: str) -> KeyUnusable:
    return KeyUnusable(f"{name} is no key file of this program: put it back from the backup")


def sync_folder(folder: Path) -> None:
    """Makes names in a folder durable."""
    if os.name == "nt":  # a folder cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
