"""The key-encryption key of a site: who wraps the wrapping keys that lie in its key file.

An entry of the key file is `{"id", "made"}` and what its keeper adds: the key file itself adds the
key as it is, a token adds what only the token can open.
"""

import base64
import binascii
from collections.abc import Collection, Mapping
from enum import StrEnum, auto
from typing import Any, Protocol

from server.store.errors import KeyUnusable

Entry = Mapping[str, Any]


class KeptIn(StrEnum):
    """Where the keys of a site are safe."""

    FILE = auto()
    TOKEN = auto()

    @classmethod
    def of(cls, entry: Entry) -> "KeptIn":
        return cls.TOKEN if "kek" in entry else cls.FILE


class Kek(Protocol):
    """A key-encryption key that never leaves its token. All of it blocks; raises `KeyUnusable`."""

    def make(self) -> str:
        """A new one; answers its id, hexadecimal."""
        ...

    def ids(self) -> list[str]:
        """Of those that are there."""
        ...

    def wrap(self, kek_id: str, key_id: bytes, secret: bytes) -> dict[str, str]:
        """What the entry of a wrapping key gets."""
        ...

    def unwrap(self, key_id: bytes, entry: Entry) -> bytes: ...

    def destroy(self, ids: Collection[str]) -> int:
        """Removes these; answers how many. Others may be another site's."""
        ...


def in_the_open(secret: bytes) -> dict[str, str]:
    """What the entry of a key that only the key file keeps gets."""
    return {"key": base64.b64encode(secret).decode()}


def read_openly(entry: Entry, nbytes: int) -> bytes:
    """Raises `ValueError`."""
    try:
        secret = base64.b64decode(entry["key"], validate=True)
    except (KeyError, TypeError, binascii.Error) as error:
        raise ValueError("no key") from error
    if len(secret) != nbytes:
        raise ValueError("not a key's length")
    return secret


def token_wanted(file: str) -> KeyUnusable:
    """The key file is of a site with a token, and no token is configured."""
    return KeyUnusable(
        f"the keys in {file} are wrapped by a token (HSM): set HUIZHEN_KEY_MODULE, "
        "HUIZHEN_KEY_TOKEN and HUIZHEN_KEY_PIN_FILE, so that they can be opened"
    )


def kek_missing() -> KeyUnusable:
    """The token has no key that could wrap anything."""
    return KeyUnusable(
        "the token has no key of this site yet: `huizhen-server keys make` makes it "
        "(HUIZHEN_KEY_LABEL is its label)"
    )
