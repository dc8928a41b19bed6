"""The data keys of groups of rows: made, wrapped, and kept in memory once they were opened."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, insert, select

from server.store.ciphers import Aead, cipher_of, mac_of
from server.store.columns import MOST_NAMED
from server.store.errors import KeyUnusable, RowDamaged
from server.store.keyring import KEY_BYTES, KeyRing, WrappingKey
from server.store.row_key_table import RowKeyRow

_MOST_KEPT = 50_000
"""Data keys in memory: some 15 MB."""
_BOUND = b"huizhen row key 1"


@dataclass(frozen=True, slots=True)
class GroupKey:
    """The data key of one group."""

    group: UUID
    algorithm: int
    secret: bytes = field(repr=False)
    cipher: Aead = field(repr=False)

    def mac(self, purpose: str, text: str) -> bytes:
        """HMAC of a text: for whom to find equal ones, for nobody to try guesses."""
        return mac_of(self.algorithm, self.secret, f"{purpose}\0{text}".encode())


class RowKeys:
    """Those of a site that this process has opened, the latest used last.

    Args:
        ring: the site's key file. Without it rows are written and read as they are.
        seals: whether rows are sealed when they are written.
    """

    def __init__(self, ring: KeyRing | None = None, *, seals: bool = True) -> None:
        self._ring = ring
        self.seals = seals and ring is not None
        self.plain_allowed = True
        """Whether rows from before encryption may still be there."""
        self._lock = threading.Lock()
        self._kept: OrderedDict[UUID, GroupKey] = OrderedDict()

    @property
    def has_key_file(self) -> bool:
        return self._ring is not None

    def kept(self, group: UUID) -> GroupKey | None:
        with self._lock:
            found = self._kept.get(group)
            if found is not None:
                self._kept.move_to_end(group)
            return found

    def keep(self, keys: Iterable[GroupKey]) -> None:
        """What is committed."""
        with self._lock:
            for one in keys:
                self._kept[one.group] = one
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)

    def load(self, connection: Connection, groups: Iterable[UUID]) -> dict[UUID, GroupKey]:
        """Those of these groups that have one; raises `KeyUnusable`."""
        asked, found = sorted(set(groups)), {}
        table = RowKeyRow.__table__
        for at in range(0, len(asked), MOST_NAMED):
            some = table.c.group_id.in_(asked[at : at + MOST_NAMED])
            for row in connection.execute(select(table).where(some)).mappings():
                found[row["group_id"]] = self._opened(dict(row))
        return found

    def make(self, connection: Connection, groups: Iterable[UUID]) -> dict[UUID, GroupKey]:
        """New ones, in the transaction of what they seal."""
        site = self._site().active()
        made = {group: _new_key(group, site.algorithm) for group in groups}
        rows = [wrapped(one.group, one.algorithm, one.secret, site) for one in made.values()]
        if rows:
            connection.execute(insert(RowKeyRow), rows)
        return made

    def rewrapped(self, row: Mapping[str, Any], key: WrappingKey) -> dict[str, Any]:
        """The same data key under another wrapping key."""
        opened = self._opened(row)
        return wrapped(opened.group, opened.algorithm, opened.secret, key)

    def _opened(self, row: Mapping[str, Any]) -> GroupKey:
        group, algorithm = row["group_id"], row["algorithm"]
        key = self._site().key(bytes.fromhex(row["key_id"]))
        try:
            bound = _bound(group, algorithm, key.id)
            secret = key.cipher.decrypt(row["nonce"], row["wrapped"], bound)
            return GroupKey(group, algorithm, secret, cipher_of(algorithm, secret))
        except (InvalidTag, ValueError) as error:
            raise RowDamaged(
                "the key of some rows of the database was changed there: restore the last backup"
            ) from error

    def _site(self) -> KeyRing:
        if self._ring is None:
            raise KeyUnusable(
                "rows of the database are sealed, and the key file is not there: put it back, or "
                "set HUIZHEN_KEY_FILE to where it is"
            )
        return self._ring


def _new_key(group: UUID, algorithm: int) -> GroupKey:
    secret = secrets.token_bytes(KEY_BYTES)
    return GroupKey(group, algorithm, secret, cipher_of(algorithm, secret))


def wrapped(group: UUID, algorithm: int, secret: bytes, key: WrappingKey) -> dict[str, Any]:
    """The columns of a row."""
    nonce = secrets.token_bytes(12)
    return {
        "group_id": group,
        "key_id": key.id.hex(),
        "algorithm": int(algorithm),
        "nonce": nonce,
        "wrapped": key.cipher.encrypt(nonce, secret, _bound(group, algorithm, key.id)),
    }


def _bound(group: UUID, algorithm: int, key_id: bytes) -> bytes:
    return _BOUND + group.bytes + bytes((algorithm,)) + key_id
