"""Entries of the audit trail taken into the tree, its heads signed, and all of it looked through.

What a leaf says of an entry is its columns as JSON with sorted keys, without those that are empty:
a column that comes later changes no leaf from before.
"""

import base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, String, Uuid, insert, select, type_coerce

from server.domain.merkle import Tree, inclusion_proof, leaf_hash, root_of
from server.store.evidence_tables import AuditHeadRow, AuditLeafRow
from server.store.tables import AuditRow

MOST_AT_ONCE = 5_000
LATE = timedelta(minutes=2)
"""By how much an entry's id may be older than that of one which was written before it: clocks of
processes differ. Older ones are found when everything is looked at."""
_TITLE = b"huizhen audit tree head 1\n"
_ENTRIES = AuditRow.__table__
_LEAVES = AuditLeafRow.__table__
_COLUMNS = [
    type_coerce(one, String).label(one.name) if isinstance(one.type, Uuid) else one
    for one in _ENTRIES.columns
]
"""Ids as the driver answers them: to make a million of them into objects takes half a minute."""
_NAMES = tuple(one.name for one in _ENTRIES.columns)
_ID = _NAMES.index("id")
_STEP = 10_000


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head: whoever keeps one can tell later whether anything before it was changed."""

    size: int
    root: str
    """Hexadecimal."""
    signed_at: datetime
    public_key: str
    """Ed25519, base64."""
    signature: str
    """Over `signed_bytes`, base64."""

    def signed_bytes(self) -> bytes:
        body = {"root": self.root, "signed_at": self.signed_at.isoformat(), "size": self.size}
        return _TITLE + orjson.dumps(body, option=orjson.OPT_SORT_KEYS)

    def holds(self, public_key: str) -> bool:
        """Whether it was signed with this key."""
        try:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
            key.verify(base64.b64decode(self.signature), self.signed_bytes())
        except (ValueError, InvalidSignature):
            return False
        return True

    def shown(self) -> dict[str, Any]:
        return {
            "size": self.size,
            "root": self.root,
            "signed_at": self.signed_at.isoformat(),
            "public_key": self.public_key,
            "signature": self.signature,
        }

    @classmethod
    def read(cls, body: dict[str, Any]) -> "Head":
        """Raises `ValueError` or `KeyError` for what is no head."""
        moment = datetime.fromisoformat(body["signed_at"])
        texts = (str(body[name]) for name in ("public_key", "signature"))
        return cls(int(body["size"]), str(body["root"]), moment, *texts)


def public_text(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def entry_bytes(values: Sequence[Any]) -> bytes:
    """What the leaf of an entry is made of: ids are 32 hexadecimal digits, its time is UTC in
    microseconds.

    Args:
        values: of `_COLUMNS`.
    """
    body: dict[str, Any] = {}
    for name, value in zip(_NAMES, values, strict=True):
        if value is None:
            continue
        if isinstance(value, str):
            body[name] = value
        elif isinstance(value, datetime):
            body[name] = value.astimezone(UTC).isoformat(timespec="microseconds")
        else:
            body[name] = value.hex  # PostgreSQL's driver answers ids as such
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def _hex(entry_id: Any) -> str:
    """Of an id as either driver answers it."""
    return entry_id if isinstance(entry_id, str) else str(entry_id.hex)


# --- taking in -----------------------------------------------------------------------------------


def newest_entry(connection: Connection) -> UUID | None:
    """The id of the newest entry: when it is another, there is something to take in."""
    return connection.scalar(select(AuditRow.id).order_by(AuditRow.id.desc()).limit(1))


def newest_head(connection: Connection) -> Head | None:
    row = connection.execute(
        select(AuditHeadRow.__table__).order_by(AuditHeadRow.size.desc()).limit(1)
    ).first()
    return None if row is None else _head(row)


def _head(row: Any) -> Head:
    return Head(row.size, row.root, row.signed_at, row.public_key, row.signature)


def take_in(
    connection: Connection, key: Ed25519PrivateKey, now: datetime, *, look_at_all: bool
) -> int:
    """Takes entries that are in no tree yet into it, oldest first, and signs a head; answers how
    many. In a writing transaction: then no two processes take in the same."""
    row = connection.execute(
        select(AuditHeadRow.__table__).order_by(AuditHeadRow.size.desc()).limit(1)
    ).first()
    tree = Tree() if row is None else Tree(row.size, map(bytes.fromhex, row.peaks.split()))
    fresh = (
        select(*_COLUMNS)
        .outerjoin(AuditLeafRow, AuditLeafRow.entry_id == AuditRow.id)
        .where(AuditLeafRow.number.is_(None))
        .order_by(AuditRow.id)
        .limit(MOST_AT_ONCE)
    )
    if not look_at_all and tree.size:
        last = connection.scalar(
            select(AuditLeafRow.entry_id).where(AuditLeafRow.number == tree.size - 1)
        )
        if last is not None:
            fresh = fresh.where(AuditRow.id > _before(last))
    leaves = []
    for entry in connection.execute(fresh):
        leaf = leaf_hash(entry_bytes(entry))
        entry_id = UUID(hex=_hex(entry[_ID]))
        leaves.append({"number": tree.size, "entry_id": entry_id, "hash": leaf})
        tree.append(leaf)
    if not leaves:
        return 0
    connection.execute(insert(_LEAVES), leaves)  # type: ignore[arg-type]  # a Table
    connection.execute(insert(AuditHeadRow), [_signed(tree, key, now)])
    return len(leaves)


def _signed(tree: Tree, key: Ed25519PrivateKey, now: datetime) -> dict[str, Any]:
    head = Head(tree.size, tree.root.hex(), now.astimezone(UTC), public_text(key), "")
    return {
        "size": head.size,
        "peaks": " ".join(peak.hex() for peak in tree.peaks),
        "root": head.root,
        "signed_at": head.signed_at,
        "public_key": head.public_key,
        "signature": base64.b64encode(key.sign(head.signed_bytes())).decode(),
    }


def _before(entry_id: UUID) -> UUID:
    """The smallest id (UUIDv7) that an entry of `LATE` before can have."""
    moment = (entry_id.int >> 80) - int(LATE.total_seconds() * 1000)
    return UUID(int=max(moment, 0) << 80)


# --- looking through -----------------------------------------------------------------------------


class Wrong(StrEnum):
    """What can be wrong with a trail."""

    CHANGED = "changed"
    """An entry does not say what it said."""
    REMOVED = "removed"
    INSERTED = "inserted"
    """An entry older than the newest head that no tree has."""
    MOVED = "moved"
    """A place of the tree is empty, or the tree does not fit a signed head."""
    UNSIGNED = "unsigned"
    """A head is not signed with the key that was given."""
    ANOTHER = "another"
    """The tree is not the one that somebody has kept a head of."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the entry's id or the size of the tree it was found at."""

    wrong: Wrong
    where: str


@dataclass(slots=True)
class Looked:
    """How far a look has come, and what it came to."""

    entries: int = 0
    heads: int = 0
    waiting: int = 0
    """Entries that are in no tree yet because they are new."""


def look_through(
    connection: Connection,
    public_key: str,
    kept: Iterable[Head],
    looked: Looked,
    tell: Callable[[Looked], None],
) -> Iterator[Fault]:
    """Reads the whole trail once, in constant memory; yields everything that is wrong.

    Args:
        public_key: of the site, base64; from elsewhere than the database that is looked at.
        kept: heads that somebody has kept.
    """
    heads = {one.size: [(one, False)] for one in _heads(connection)}
    for one in kept:
        heads.setdefault(one.size, []).append((one, True))
    tree, last = Tree(), None
    for number, entry_id, stored, entry in _leaves(connection):
        last = entry_id
        if number != tree.size:
            yield Fault(Wrong.MOVED, f"place {tree.size}")
            return  # from here on nothing has its place
        if entry is None:
            yield Fault(Wrong.REMOVED, _shown(entry_id))
        elif leaf_hash(entry_bytes(entry)) != stored:
            yield Fault(Wrong.CHANGED, _shown(entry_id))
        tree.append(stored)
        looked.entries += 1
        for head, ours_to_keep in heads.pop(tree.size, ()):
            yield from _compared(head, tree, public_key, kept=ours_to_keep)
            looked.heads += 1
        if looked.entries % _STEP == 0:
            tell(looked)
    for size, left in sorted(heads.items()):
        yield from (
            Fault(Wrong.ANOTHER if mine else Wrong.MOVED, f"size {size}") for _, mine in left
        )
    yield from _not_taken_in(connection, last, looked)


def _compared(head: Head, tree: Tree, public_key: str, *, kept: bool) -> Iterator[Fault]:
    if not head.holds(public_key):
        yield Fault(Wrong.UNSIGNED, f"size {head.size}")
    if head.root != tree.root.hex():
        yield Fault(Wrong.ANOTHER if kept else Wrong.MOVED, f"size {head.size}")


def _heads(connection: Connection) -> Iterator[Head]:
    yield from map(
        _head, connection.execute(select(AuditHeadRow.__table__).order_by(AuditHeadRow.size))
    )


def _shown(entry_id: Any) -> str:
    return str(UUID(hex=_hex(entry_id)))


def _leaves(connection: Connection) -> Iterator[tuple[int, Any, bytes, Sequence[Any] | None]]:
    """Number, entry's id, hash and the entry's columns, or None where it is gone; in the order of
    numbers."""
    asked = select(
        AuditLeafRow.number,
        type_coerce(AuditLeafRow.entry_id, String),
        AuditLeafRow.hash,
        *_COLUMNS,
    ).outerjoin(AuditRow, AuditRow.id == AuditLeafRow.entry_id)
    after = -1
    while True:
        part = connection.execute(
            asked.where(AuditLeafRow.number > after).order_by(AuditLeafRow.number).limit(_STEP)
        ).all()
        for number, entry_id, stored, *entry in part:
            yield number, entry_id, stored, None if entry[_ID] is None else entry
        if len(part) < _STEP:
            return
        after = part[-1].number


def _not_taken_in(connection: Connection, last: Any, looked: Looked) -> Iterator[Fault]:
    """Entries without a leaf: new ones wait, older ones were put in from outside."""
    left = connection.execute(
        select(AuditRow.id)
        .outerjoin(AuditLeafRow, AuditLeafRow.entry_id == AuditRow.id)
        .where(AuditLeafRow.number.is_(None))
        .order_by(AuditRow.id)
    )
    newest = None if last is None else _before(UUID(hex=_hex(last)))
    for (entry_id,) in left:
        if newest is not None and entry_id < newest:
            yield Fault(Wrong.INSERTED, str(entry_id))
        else:
            looked.waiting += 1


# --- proofs --------------------------------------------------------------------------------------


def proof_of(connection: Connection, entry_id: UUID) -> dict[str, Any] | None:
    """What shows anybody that an entry is in the tree of the newest head; None where it is not."""
    head = newest_head(connection)
    number = connection.scalar(select(AuditLeafRow.number).where(AuditLeafRow.entry_id == entry_id))
    entry = connection.execute(select(*_COLUMNS).where(AuditRow.id == entry_id)).first()
    if head is None or number is None or entry is None:
        return None

    def subtree(low: int, high: int) -> bytes:
        hashes = connection.execute(
            select(AuditLeafRow.hash)
            .where(AuditLeafRow.number >= low, AuditLeafRow.number < high)
            .order_by(AuditLeafRow.number)
        )
        return root_of(hash_ for (hash_,) in hashes)

    path = inclusion_proof(number, head.size, subtree)
    return {
        "entry": entry_bytes(entry).decode(),
        "number": number,
        "path": [one.hex() for one in path],
        "head": head.shown(),
    }
