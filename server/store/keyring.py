"""The keys that wrap the data keys of stored objects, in one file of the site.

The file is JSON: every wrapping key (32 random bytes) with its id, as it is or wrapped by the
site's token, which of them is active, and whether objects from before encryption may still be read.
It is read again when it has changed, so that a running server follows a rotation.
"""

import json
import os
import secrets
import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from server.store.alone import held_alone
from server.store.ciphers import Aead, Algorithm, cipher_of, is_offered
from server.store.errors import KeyUnusable
from server.store.kek import (
    Entry,
    Kek,
    KeptIn,
    in_the_open,
    kek_missing,
    read_openly,
    token_wanted,
)

KEY_BYTES = 32
ID_BYTES = 16
LOCK_SUFFIX = ".lock"


@dataclass(frozen=True, slots=True)
class WrappingKey:
    """One key around data keys; `id` is 16 random bytes."""

    id: bytes
    algorithm: Algorithm
    """What it wraps by, and what new data keys under it seal by."""
    cipher: Aead


@dataclass(frozen=True, slots=True)
class KeyWords:
    """What may be said of a key."""

    id: bytes
    made: str
    algorithm: Algorithm
    kept_in: KeptIn
    active: bool


@dataclass(frozen=True, slots=True)
class _Contents:
    active: bytes
    entries: dict[bytes, Entry]
    plain: bool


class KeyRing:
    """The key file of a site.

    Args:
        token: the site's key-encryption key, where it has one: then what lies in the file is
            wrapped by it, and opened once, when it is first asked for. What was opened goes on
            being used while the token is away, or while keys move in or out of it.
        algorithm: of keys that are made; those that are there keep theirs.

    Raises `KeyUnusable` with the mend whenever the file cannot be used; it never makes a key by
    itself, since a new key in place of a lost one would hide the loss.
    """

    def __init__(
        self,
        file: Path,
        token: Kek | None = None,
        algorithm: Algorithm = Algorithm.AES_256_GCM,
    ) -> None:
        self._file, self._token = file, token
        self._algorithm = algorithm
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._contents: _Contents | None = None
        self._open: dict[bytes, WrappingKey] = {}

    @property
    def exists(self) -> bool:
        return self._file.exists()

    def alone(self) -> AbstractContextManager[None]:
        """Keeps other commands that change keys out: of two new files at once one would be lost,
        and with it what its key has wrapped. Raises `KeyUnusable`."""
        return held_alone(
            self._file.with_suffix(LOCK_SUFFIX),
            KeyUnusable("another `huizhen-server keys` works on these keys: wait until it ended"),
        )

    @property
    def name(self) -> str:
        """Of the file."""
        return self._file.name

    def make(self, *, plain: bool) -> None:
        """A new file with one key; `plain` when objects from before encryption are there.

        Where the site has a token, its key-encryption key is there before.
        """
        kek = None if self._token is None else self._kek({})
        self._write({**self._with_new_key({"keys": []}, kek), "plain": plain}, new=True)

    def active(self) -> WrappingKey:
        return self.key(self._read().active)

    def key(self, key_id: bytes) -> WrappingKey:
        entry = self._read().entries.get(key_id)
        if entry is None:
            raise KeyUnusable(
                f"the key {key_id.hex()[:8]} of a stored image is not in {self._file.name}; put "
                "back the key file that was in use when it was stored (HUIZHEN_KEY_FILE)"
            )
        with self._lock:
            found = self._open.get(key_id)
            if found is None:
                algorithm, secret = _algorithm(entry), self._secret(key_id, entry)
                found = WrappingKey(key_id, algorithm, cipher_of(algorithm, secret))
                self._open[key_id] = found
            return found

    @property
    def plain_allowed(self) -> bool:
        """Whether objects from before encryption may still be read."""
        return self._read().plain

    def words(self) -> list[KeyWords]:
        """Of every key, the oldest first; opens none."""
        contents = self._read()
        return [
            KeyWords(
                one,
                str(entry.get("made", "")),
                _algorithm(entry),
                KeptIn.of(entry),
                one == contents.active,
            )
            for one, entry in contents.entries.items()
        ]

    def add(self) -> WrappingKey:
        """A new active key, kept as the one before; the older ones stay readable."""
        body = self._load()
        in_token = KeptIn.of(_entry(body, body["active"])) is KeptIn.TOKEN
        self._write(self._with_new_key(body, self._kek(body) if in_token else None))
        return self.active()

    def move(self, to: KeptIn) -> int:
        """Puts every key under the token's, or takes it out; answers how many were not there yet.
        None of them changes, so that a running server goes on with what it has opened."""
        body = self._load()
        kek = self._kek(body) if to is KeptIn.TOKEN else None
        moved = sum(KeptIn.of(one) is not to for one in body["keys"])
        self._write(self._kept_anew(body, kek))
        return moved

    def renew_kek(self, *, forget: bool) -> int:
        """A new key-encryption key in the token, around the same keys; answers how many older ones
        the token has been told to forget."""
        if self._token is None or self._kept_in_file():
            raise KeyUnusable(
                "the keys of this site are not wrapped by a token: `huizhen-server keys move "
                "token` brings them there"
            )
        body, kek = self._load(), self._token.make()
        older = {*body.get("keks", ()), *(one["kek"] for one in body["keys"] if "kek" in one)}
        kept = [kek] if forget else sorted({*older, kek})
        self._write({**self._kept_anew(body, kek), "keks": kept})
        return self._token.destroy(older) if forget else 0

    def make_kek(self) -> bool:
        """Makes the token's key where it has none and nothing waits for another; answers whether
        it did."""
        if self._token is None or self._token.ids():
            return False
        if self.exists and any(one.kept_in is KeptIn.TOKEN for one in self.words()):
            return False
        self._token.make()
        return True

    def has_kek(self) -> bool:
        """Whether the token, if one is configured, has a key."""
        return self._token is not None and bool(self._token.ids())

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

    def _kept_in_file(self) -> bool:
        return any(one.kept_in is KeptIn.FILE for one in self.words())

    def _kek(self, body: dict[str, Any]) -> str:
        """The id of the key-encryption key that is in use."""
        if self._token is None:
            raise token_wanted(self._file.name)
        there = self._token.ids()
        if (kek := body.get("kek")) in there:
            return str(kek)
        if not there:
            raise kek_missing()
        if len(there) > 1:
            raise KeyUnusable(
                f"the token has {len(there)} keys of this name, and which is this site's is not "
                "known: set HUIZHEN_KEY_LABEL to one that is this site's alone"
            )
        return there[0]

    def _secret(self, key_id: bytes, entry: Entry) -> bytes:
        if KeptIn.of(entry) is KeptIn.FILE:
            return read_openly(entry, KEY_BYTES)
        if self._token is None:
            raise token_wanted(self._file.name)
        return self._token.unwrap(key_id, entry)

    def _entry_of(
        self, key_id: bytes, made: Any, algorithm: Algorithm, secret: bytes, kek: str | None
    ) -> dict[str, Any]:
        if kek is None:
            kept = in_the_open(secret)
        else:
            assert self._token is not None
            kept = self._token.wrap(kek, key_id, secret)
            if self._token.unwrap(key_id, kept) != secret:
                raise KeyUnusable(
                    "the token does not give back what it wrapped: nothing was changed. Ask its "
                    "maker whether it knows AES-GCM (CKM_AES_GCM) with a nonce of its caller's"
                )
        return {"id": key_id.hex(), "made": made, "cipher": int(algorithm), **kept}

    def _with_new_key(self, body: dict[str, Any], kek: str | None) -> dict[str, Any]:
        key_id, made = secrets.token_bytes(ID_BYTES), datetime.now(UTC).isoformat("T", "seconds")
        if not is_offered(self._algorithm):
            raise KeyUnusable(
                f"this build of the crypto library does not offer {self._algorithm.name}: set "
                "HUIZHEN_CIPHER to aes-256-gcm"
            )
        secret = secrets.token_bytes(KEY_BYTES)
        entry = self._entry_of(key_id, made, self._algorithm, secret, kek)
        keys = [*body["keys"], entry]
        return {**body, "active": key_id.hex(), "keys": keys} | ({"kek": kek} if kek else {})

    def _kept_anew(self, body: dict[str, Any], kek: str | None) -> dict[str, Any]:
        """The same keys, under another key-encryption key or none."""
        keys = []
        for one in body["keys"]:
            key_id = bytes.fromhex(one["id"])
            secret = self._secret(key_id, one)
            keys.append(self._entry_of(key_id, one.get("made"), _algorithm(one), secret, kek))
        return {**body, "keys": keys} | ({"kek": kek} if kek else {})

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


def _entry(body: dict[str, Any], key_id: str) -> Entry:
    return next(one for one in body["keys"] if one["id"] == key_id)


def _algorithm(entry: Entry) -> Algorithm:
    """Keys from before there was a choice say nothing."""
    return Algorithm(entry.get("cipher", Algorithm.AES_256_GCM))


def _parsed(body: dict[str, Any], name: str) -> _Contents:
    try:
        entries = {}
        for one in body["keys"]:
            if KeptIn.of(one) is KeptIn.FILE:
                read_openly(one, KEY_BYTES)
            _algorithm(one)
            entries[bytes.fromhex(one["id"])] = one
        active = bytes.fromhex(body["active"])
        if active not in entries or any(len(one) != ID_BYTES for one in entries):
            raise ValueError
        return _Contents(active, entries, bool(body["plain"]))
    except (KeyError, TypeError, ValueError) as error:
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
