"""The store key of a profile: in the keyring, in a passphrase-wrapped file, or in memory only.

Only backends that really keep a secret are trusted; `keyrings.alt` would store plain text.
"""

import base64
import binascii
import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from app.store.errors import Damaged, ForeignKey, KeyUnavailable, WrongPassphrase
from app.store.files import write_atomically
from app.store.sealed import KEY_BYTES, Sealer, new_key

SERVICE = "huizhen"
TRUSTED_BACKENDS = (
    "keyring.backends.Windows",
    "keyring.backends.macOS",
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
)
PURPOSE = "store key"
ITERATIONS, LANES, MEMORY_KIB = 3, 2, 64 * 1024
"""Argon2id, RFC 9106: the second recommended choice with two lanes."""


def key_from_keyring(profile: str) -> bytes:
    """The key of this profile, made at first use; raises KeyUnavailable. Blocking: for a thread."""
    import keyring
    from keyring.errors import KeyringError

    try:
        backend = keyring.get_keyring()
        parts = getattr(backend, "backends", [backend])
        if not parts or not all(_trusted(part) for part in parts):
            raise KeyUnavailable("no trusted keyring")
        stored = backend.get_password(SERVICE, profile)
        if stored is None:
            stored = base64.b64encode(new_key()).decode()
            backend.set_password(SERVICE, profile, stored)
        key = base64.b64decode(stored, validate=True)
    except (KeyringError, RuntimeError, OSError, binascii.Error) as error:
        raise KeyUnavailable(type(error).__name__) from error
    if len(key) != KEY_BYTES:
        raise KeyUnavailable("the keyring holds something else")
    return key


def _trusted(backend: object) -> bool:
    return type(backend).__module__.startswith(TRUSTED_BACKENDS)


def key_from_file(path: Path, passphrase: str) -> bytes:
    """Opens the key file, or makes it when there is none; raises WrongPassphrase or Damaged.

    Blocking for a fraction of a second by design: for a thread.
    """
    if not path.exists():
        return _make_key_file(path, passphrase)
    try:
        data = json.loads(path.read_bytes())
        salt = base64.b64decode(data["salt"], validate=True)
        wrapped = base64.b64decode(data["wrapped"], validate=True)
        cost = (int(data["iterations"]), int(data["lanes"]), int(data["memory_kib"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("not a key file") from error
    if cost[0] > 64 or cost[1] > 16 or cost[2] > 1 << 20:
        raise Damaged("not a key file")
    try:
        wrapping = _wrapping(passphrase, salt, cost)
    except ValueError as error:
        raise Damaged("not a key file") from error
    try:
        return wrapping.open(wrapped, PURPOSE)
    except (ForeignKey, Damaged) as error:
        raise WrongPassphrase("the passphrase does not open this key file") from error


def _make_key_file(path: Path, passphrase: str) -> bytes:
    key, salt = new_key(), os.urandom(16)
    cost = (ITERATIONS, LANES, MEMORY_KIB)
    wrapped = _wrapping(passphrase, salt, cost).seal(key, PURPOSE)
    data = {
        "kdf": "argon2id",
        "salt": base64.b64encode(salt).decode(),
        "iterations": cost[0],
        "lanes": cost[1],
        "memory_kib": cost[2],
        "wrapped": base64.b64encode(wrapped).decode(),
    }
    write_atomically(path, json.dumps(data, indent=1).encode())
    return key


def _wrapping(passphrase: str, salt: bytes, cost: tuple[int, int, int]) -> Sealer:
    iterations, lanes, memory = cost
    derive = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=iterations, lanes=lanes, memory_cost=memory
    )
    return Sealer(derive.derive(passphrase.encode()))
