"""Entries of the audit trail taken into the tree, and its heads signed.

What a leaf says of an entry is its columns as JSON with sorted keys, without those that are empty:
a column that comes later changes no leaf from before.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, Select, String, Uuid, func, insert, select, type_coerce

from server.domain.merkle import Tree, leaf_hash
from server.store.columns import TrailId, TrailTime
from server.store.errors import TrailTouched
from server.store.evidence_tables import AuditHeadRow, AuditLeafRow
from server.store.tables import AuditRow

MOST_AT_ONCE = 5_000
HASH_BYTES = 32
_MOST_ENTRIES = 1 << 63
"""What a database can count."""
LATE = timedelta(minutes=2)
"""By how much an entry's id may be older than that of one which was written before it: clocks of
processes differ. Older ones are found when everything is looked at."""
_TITLE = b"huizhen audit tree head 1\n"
UNIT = timedelta(hours=1)
"""No piece of work lasts as long: an entry's id and its time are not further apart."""
_ENTRIES = AuditRow.__table__
_LEAVES = AuditLeafRow.__table__
COLUMNS = [
    type_coerce(one, String).label(one.name) if isinstance(one.type, Uuid | TrailTime) else one
    for one in _ENTRIES.columns
]
"""Ids and times as the driver answers them: to make a million of them into objects takes half a
minute, and what somebody has written in their place cannot be made into one."""
NAMES = tuple(one.name for one in _ENTRIES.columns)
_RAW_ID = type_coerce(AuditRow.id, TrailId)
_ID = re.compile("[0-9a-f]{32}")
_TIME = "at"
ID, _AT = NAMES.index("id"), NAMES.index(_TIME)
_PAGE = 50_000


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
        return is_signed(self.signed_bytes(), self.signature, public_key)

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
        """Raises `ValueError`, `TypeError` or `KeyError` for what is no head; whether it is signed
        is another question (`holds`)."""
        moment = datetime.fromisoformat(body["signed_at"])
        if (
            not 0 < int(body["size"]) < _MOST_ENTRIES
            or len(bytes.fromhex(body["root"])) != HASH_BYTES
        ):
            raise ValueError("no size or no root of a tree")
        texts = (str(body[name]) for name in ("public_key", "signature"))
        return cls(int(body["size"]), str(body["root"]), moment, *texts)


@lru_cache(maxsize=4)
def _public(text: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text))


def is_signed(data: bytes, signature: str | bytes, public_key: str) -> bool:
    """Whether the Ed25519 signature over it is this key's, both base64; False for what is none."""
    try:
        _public(public_key).verify(base64.b64decode(signature), data)
    except (ValueError, InvalidSignature):
        return False
    return True


def public_text(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def entry_bytes(values: Sequence[Any]) -> bytes:
    """What the leaf of an entry is made of: ids are 32 hexadecimal digits, its time is UTC in
    microseconds.

    Args:
        values: of `COLUMNS`.
    """
    body: dict[str, Any] = {}
    for name, value in zip(NAMES, values, strict=True):
        if value is None:
            continue
        if isinstance(value, str):
            body[name] = value if name != _TIME else _as_told(value)
        elif isinstance(value, datetime):
            body[name] = value.astimezone(UTC).isoformat(timespec="microseconds")
        elif isinstance(value, UUID):  # PostgreSQL's driver answers ids as such
            body[name] = value.hex
        else:
            body[name] = repr(value)  # no server writes it; SQLite takes bytes for a text
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def _as_told(stored: str) -> str:
    """A time as SQLite has it, as `isoformat` says it; what is none, as it is."""
    return f"{stored[:10]}T{stored[11:]}+00:00" if stored[10:11] == " " else stored


def moment_of(stored: Any) -> datetime | None:
    """When an entry says it was, as either driver answers it; None where that is no time."""
    if isinstance(stored, datetime):
        return stored
    try:
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return None


def hex_of(entry_id: Any) -> str:
    """Of an id as either driver answers it; SQLite takes anything for one."""
    return entry_id.hex if isinstance(entry_id, UUID) else str(entry_id)


def is_id(entry_id: Any) -> bool:
    """Whether a server writes such a one."""
    return _ID.fullmatch(hex_of(entry_id)) is not None


def known_id(entry_id: Any) -> UUID:
    """Raises `TrailTouched` where it is none that a server writes."""
    if not is_id(entry_id):
        raise TrailTouched("there is an entry whose id is none")
    return UUID(hex=hex_of(entry_id))


# --- taking in -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking in came to."""

    count: int
    head: Head | None
    """The newest there is now; None while nothing was ever taken in."""
    backdated: tuple[UUID, ...] = ()
    ahead: tuple[UUID, ...] = ()


def waits(connection: Connection, now: datetime) -> bool:
    """Whether there is something to take in, however far ahead another entry is dated."""
    asked = _fresh(_edge(connection, now), None).with_only_columns(_RAW_ID).limit(1)
    return connection.scalar(asked) is not None


def newest_head(connection: Connection) -> Head | None:
    row = _newest_head_row(connection)
    return None if row is None else head_of(row)


def _newest_head_row(connection: Connection) -> Any:
    return connection.execute(
        select(AuditHeadRow.__table__).order_by(AuditHeadRow.size.desc()).limit(1)
    ).first()


def head_of(row: Any) -> Head:
    """Of a row of `audit_heads`."""
    return Head(row.size, row.root, row.signed_at, row.public_key, row.signature)


def left_out(connection: Connection, after: Any) -> tuple[list[Any], Any]:
    """Entries in no tree among the next many after an id (None: from the first), and the id to go
    on after, or None at the end: the whole trail is looked at in short statements. Ids as the
    driver answers them."""
    ahead = select(_RAW_ID).order_by(AuditRow.id)
    if after is not None:
        ahead = ahead.where(after < _RAW_ID)
    last = connection.scalar(ahead.offset(_PAGE - 1).limit(1))
    asked = (
        ahead.outerjoin(AuditLeafRow, AuditLeafRow.entry_id == AuditRow.id)
        .where(AuditLeafRow.number.is_(None))
        .limit(_PAGE)
    )
    if last is not None:
        asked = asked.where(last >= _RAW_ID)
    return list(connection.scalars(asked)), last


def tree_to_go_on(connection: Connection, public_key: str, kept: Head | None) -> Tree:
    """The tree of the newest head, when nobody has touched what it rests on.

    Args:
        kept: the newest head this server knows to have signed, from elsewhere than the database.

    Raises `TrailTouched`.
    """
    if kept is not None:
        found = connection.scalar(select(AuditHeadRow.root).where(AuditHeadRow.size == kept.size))
        if found != kept.root:
            raise TrailTouched(f"the head of size {kept.size} is not in the database any more")
    row = _newest_head_row(connection)
    size = 0 if row is None else row.size
    last = connection.scalar(select(func.max(AuditLeafRow.number)))
    if (-1 if last is None else last) != size - 1:
        raise TrailTouched(f"the tree does not end where its newest head does, at size {size}")
    if row is None:
        return Tree()
    tree, head = Tree(size, map(bytes.fromhex, row.peaks.split())), head_of(row)
    if not head.holds(public_key):
        raise TrailTouched(
            f"the head of size {size} is not signed with this server's key: of several machines, "
            "each needs the same secrets/evidence.key"
        )
    if tree.root.hex() != head.root:
        raise TrailTouched(f"the head of size {size} is not that of its tree")
    return tree


def take_in(
    connection: Connection,
    key: Ed25519PrivateKey,
    now: datetime,
    *,
    kept: Head | None = None,
    among: Sequence[UUID] | None = None,
) -> Taken:
    """Takes entries that are in no tree yet into it, oldest first, and signs a head. In a writing
    transaction: then no two processes take in the same.

    Args:
        kept: as for `tree_to_go_on`.
        among: of these only; None looks from shortly before the newest that is in the tree.

    Raises `TrailTouched`.
    """
    tree = tree_to_go_on(connection, public_text(key), kept)
    edge = _edge(connection, now)
    leaves, backdated, ahead = [], [], []
    for entry in connection.execute(_fresh(edge, among)):
        leaf = leaf_hash(entry_bytes(entry))
        entry_id = known_id(entry[ID])
        if is_backdated(entry, edge):
            backdated.append(entry_id)
        if is_ahead(entry_id, now):
            ahead.append(entry_id)
        leaves.append({"number": tree.size, "entry_id": entry_id, "hash": leaf})
        tree.append(leaf)
    if leaves:
        connection.execute(insert(_LEAVES), leaves)  # type: ignore[arg-type]  # a Table
        connection.execute(insert(AuditHeadRow), [_signed(tree, key, now)])
    return Taken(len(leaves), newest_head(connection), tuple(backdated), tuple(ahead))


def _fresh(edge: str, among: Sequence[UUID] | None) -> Select[Any]:
    asked = (
        select(*COLUMNS)
        .outerjoin(AuditLeafRow, AuditLeafRow.entry_id == AuditRow.id)
        .where(AuditLeafRow.number.is_(None))
        .order_by(AuditRow.id)
        .limit(MOST_AT_ONCE)
    )
    if among is not None:
        return asked.where(AuditRow.id.in_(among))
    return asked.where(AuditRow.id > UUID(hex=edge)) if edge else asked


def _edge(connection: Connection, now: datetime) -> str:
    """Before which an entry is too old to be new. Neither an entry that is dated ahead nor a clock
    that was ahead for a time moves it into the future."""
    asked = select(type_coerce(AuditLeafRow.entry_id, TrailId)).order_by(AuditLeafRow.number.desc())
    last, head = connection.scalar(asked.limit(1)), newest_head(connection)
    if last is None or not is_id(last):
        return ""
    return edge_of(last, now, *(() if head is None else (head.signed_at,)))


def peaks_text(tree: Tree) -> str:
    """As a head keeps them."""
    return " ".join(peak.hex() for peak in tree.peaks)


def _signed(tree: Tree, key: Ed25519PrivateKey, now: datetime) -> dict[str, Any]:
    head = Head(tree.size, tree.root.hex(), now.astimezone(UTC), public_text(key), "")
    return {
        "size": head.size,
        "peaks": peaks_text(tree),
        "root": head.root,
        "signed_at": head.signed_at,
        "public_key": head.public_key,
        "signature": base64.b64encode(key.sign(head.signed_bytes())).decode(),
    }


def id_of(moment: datetime) -> str:
    """The smallest id (32 hexadecimal digits) of an entry of that moment."""
    return f"{int(moment.timestamp() * 1000):012x}{0:020x}"


def edge_before(entry_id: Any) -> str:
    """The smallest id (UUIDv7, 32 hexadecimal digits) that an entry of `LATE` before can have."""
    moment = int(hex_of(entry_id)[:12], 16) - int(LATE.total_seconds() * 1000)
    return f"{max(moment, 0):012x}{0:020x}"


def edge_of(last: Any, *moments: datetime) -> str:
    """`edge_before` the last entry of a tree, or before the first of the moments when it was signed
    and is gone on with."""
    return edge_before(min(hex_of(last), *map(id_of, moments)))


def is_ahead(entry_id: Any, signed_at: datetime) -> bool:
    """Whether an entry claims to be of later than it was signed."""
    return hex_of(entry_id) >= id_of(signed_at + LATE)


def is_backdated(entry: Sequence[Any], edge: str) -> bool:
    """Whether an entry claims to be older than it can be, or to be of another time than its id.

    Args:
        entry: of `COLUMNS`.
        edge: `edge_of` the last entry that was taken in before it and those beside it.
    """
    name = hex_of(entry[ID])
    said = moment_of(entry[_AT])
    if said is None or name < edge or not is_id(name):
        return True
    return abs(int(name[:12], 16) - said.timestamp() * 1000) > UNIT.total_seconds() * 1000
