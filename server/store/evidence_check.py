"""The whole audit trail read through: what was changed, removed, put in, moved or backdated."""

import heapq
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, String, select, type_coerce
from sqlalchemy.types import NullType

from server.domain.audit import Resource
from server.domain.merkle import Tree, leaf_hash
from server.store.evidence import (
    COLUMNS,
    ID,
    NAMES,
    Head,
    edge_before,
    edge_of,
    entry_bytes,
    head_of,
    hex_of,
    id_of,
    is_ahead,
    is_backdated,
    is_id,
    known_id,
    left_out,
    moment_of,
    peaks_text,
)
from server.store.evidence_tables import AuditHeadRow, AuditLeafRow
from server.store.tables import AuditRow

_STEP = 10_000
MOST_NAMED = 100
"""Entries in no tree, beyond which they are counted only."""
_RESOURCE = NAMES.index("resource")


class Wrong(StrEnum):
    """What can be wrong with a trail."""

    CHANGED = "changed"
    """An entry does not say what it said; or a head names another key, or other subtrees, than
    when it was signed."""
    REMOVED = "removed"
    INSERTED = "inserted"
    """An entry older than the newest head that no tree has."""
    MOVED = "moved"
    """A place of the tree is empty, or the tree does not fit a signed head."""
    UNSIGNED = "unsigned"
    """A head is not signed with the key that was given, or there is none over the tree's end."""
    BACKDATED = "backdated"
    """An entry says it is older than those that were in the tree before it: it was put in, or a
    clock was set back."""
    AHEAD = "ahead"
    """An entry says it is of later than it was signed, or a head was signed later than the one
    after it: it was put in, or a clock was ahead or set back."""
    ANOTHER = "another"
    """The tree is not the one that somebody has kept a head of."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the entry's id or the size of the tree it was found at."""

    wrong: Wrong
    where: str


@dataclass(frozen=True, slots=True)
class Left:
    """An entry that is in no tree, as it reads."""

    entry_id: str
    at: str
    said: str
    """What was accessed, and how."""
    waits: bool
    """Whether a server takes it in."""


@dataclass(slots=True)
class Looked:
    """How far a look has come, and what it came to."""

    entries: int = 0
    heads: int = 0
    waiting: int = 0
    """Entries that are in no tree yet because they are new: a server takes them in."""
    unsealed: int = 0
    """Entries in no tree that no server takes in: nobody has signed for them."""
    left: list[Left] = field(default_factory=list)
    """The first of both."""
    acts: list[dict[str, str]] = field(default_factory=list)
    """What was done to the trail itself and stands in it: restored from a backup, gone on with."""


def look_through(
    connection: Connection,
    public_key: str,
    kept: Iterable[Head],
    looked: Looked,
    tell: Callable[[Looked], None],
    *,
    served_at: datetime | None = None,
) -> Iterator[Fault]:
    """Reads the whole trail once, in constant memory; yields everything that is wrong. In a
    transaction that sees one moment.

    Args:
        public_key: of the site, base64; from elsewhere than the database that is looked at.
        kept: heads that somebody has kept.
        served_at: of just now where a server is there, for which new entries may wait.
    """
    ours = ((head.size, peaks, head) for head, peaks in _heads(connection))
    theirs = sorted(((one.size, None, one) for one in kept), key=itemgetter(0))
    ahead = _Ahead(heapq.merge(ours, theirs, key=itemgetter(0)), public_key)
    tree, edge = Tree(), _Edge(ahead)
    for number, entry_id, stored, entry in _leaves(connection):
        if number != tree.size:
            yield Fault(Wrong.MOVED, f"place {tree.size}")
            return  # from here on nothing has its place
        yield from _fault_of(entry_id, stored, entry, edge)
        if entry is not None and entry[_RESOURCE] == Resource.TRAIL.value:
            looked.acts.append(_act(number, entry))
        tree.append(stored if isinstance(stored, bytes) else b"")
        edge.last = entry_id if is_id(entry_id) else edge.last
        if tree.size in ahead:
            yield from ahead.compared(tree)
            yield from edge.moved(ahead)
        looked.entries, looked.heads = tree.size, ahead.seen
        if looked.entries % _STEP == 0:
            tell(looked)
    yield from ahead.compared(None)
    if ahead.signed < tree.size:
        yield Fault(Wrong.UNSIGNED, f"from place {ahead.signed}")
    yield from _not_taken_in(connection, edge, served_at, looked)


def _fault_of(
    entry_id: Any, stored: Any, entry: Sequence[Any] | None, edge: "_Edge"
) -> Iterator[Fault]:
    if entry is None:
        yield Fault(Wrong.REMOVED, _shown(entry_id))
    elif leaf_hash(entry_bytes(entry)) != stored:
        yield Fault(Wrong.CHANGED, _shown(entry_id))
    elif edge.signed_at is not None and is_ahead(entry_id, edge.signed_at):
        yield Fault(Wrong.AHEAD, _shown(entry_id))
    elif is_backdated(entry, edge.before):
        yield Fault(Wrong.BACKDATED, _shown(entry_id))


def _act(number: int, entry: Sequence[Any]) -> dict[str, str]:
    said = dict(zip(NAMES, entry, strict=True))
    return {
        "trail": said["target"],
        "at": _shown_at(said["at"]),
        "place": str(number),
        "detail": said["detail"],
    }


class _Edge:
    """Between which times the entries are that one head after another is signed over."""

    def __init__(self, heads: "_Ahead") -> None:
        self.last: Any = None
        """The last entry of the tree."""
        self.before = ""
        self.signed_at = heads.next_signed_at
        """Of the head over those which are read now, where it is signed."""

    def moved(self, heads: "_Ahead") -> Iterator[Fault]:
        """To the entries after a head, as `take_in` has judged them; a head that was signed later
        than the next one is named once, instead of all that came after it."""
        gone_on, self.signed_at = self.signed_at, heads.next_signed_at
        if self.last is None:
            return
        known = edge_of(self.last, *filter(None, (gone_on,)))
        self.before = edge_of(self.last, *filter(None, (gone_on, self.signed_at)))
        if self.signed_at is not None and id_of(self.signed_at) < known:
            yield Fault(Wrong.AHEAD, f"size {heads.reached}")


class _Ahead:
    """Heads in the order of their sizes, each compared with the tree when it has that size.

    Args:
        heads: size, the peaks that the database keeps with it, or None where somebody has kept the
            head elsewhere, and the head.
    """

    def __init__(self, heads: Iterator[tuple[int, str | None, Head]], public_key: str) -> None:
        self._heads, self._public_key = heads, public_key
        self.seen, self.signed, self.reached = 0, 0, 0
        self._go_on()

    def _go_on(self) -> None:
        self._next = next(self._heads, None)
        head = None if self._next is None else self._next[2]
        self.next_signed_at: datetime | None = None
        """Of the next head, where it is signed."""
        if head is not None and head.holds(self._public_key):
            self.next_signed_at = head.signed_at

    def __contains__(self, size: int) -> bool:
        return self._next is not None and self._next[0] <= size

    def compared(self, tree: Tree | None) -> Iterator[Fault]:
        """All up to the tree's size, or those that are left when there is no more of it."""
        while self._next is not None and (tree is None or self._next[0] <= tree.size):
            size, peaks, head = self._next
            signed = self.next_signed_at is not None
            self._go_on()
            self.seen, self.reached = self.seen + 1, size
            if not signed:
                yield Fault(Wrong.UNSIGNED, f"size {size}")
            if tree is None or size != tree.size or head.root != tree.root.hex():
                yield Fault(Wrong.ANOTHER if peaks is None else Wrong.MOVED, f"size {size}")
            elif signed and not self._says_what_was_signed(head, peaks, tree):
                yield Fault(Wrong.CHANGED, f"size {size}")
            if signed and peaks is not None:
                self.signed = size

    def _says_what_was_signed(self, head: Head, peaks: str | None, tree: Tree) -> bool:
        """In what stands beside it unsigned."""
        return head.public_key == self._public_key and peaks in {None, peaks_text(tree)}


def _heads(connection: Connection) -> Iterator[tuple[Head, str]]:
    asked, after = select(AuditHeadRow.__table__).order_by(AuditHeadRow.size), -1
    while part := connection.execute(asked.where(AuditHeadRow.size > after).limit(_STEP)).all():
        yield from ((head_of(row), row.peaks) for row in part)
        after = part[-1].size


def _shown(entry_id: Any) -> str:
    return str(known_id(entry_id)) if is_id(entry_id) else repr(entry_id)


def _leaves(connection: Connection) -> Iterator[tuple[int, Any, Any, Sequence[Any] | None]]:
    """Number, entry's id, hash and the entry's columns, or None where it is gone; in the order of
    numbers, as the driver answers them."""
    asked = select(
        AuditLeafRow.number,
        type_coerce(AuditLeafRow.entry_id, String),
        type_coerce(AuditLeafRow.hash, NullType()),
        *COLUMNS,
    ).outerjoin(AuditRow, AuditRow.id == AuditLeafRow.entry_id)
    after = -1
    while True:
        part = connection.execute(
            asked.where(AuditLeafRow.number > after).order_by(AuditLeafRow.number).limit(_STEP)
        ).all()
        for number, entry_id, stored, *entry in part:
            yield number, entry_id, stored, None if entry[ID] is None else entry
        if len(part) < _STEP:
            return
        after = part[-1].number


def _not_taken_in(
    connection: Connection, tree: _Edge, served_at: datetime | None, looked: Looked
) -> Iterator[Fault]:
    """Entries without a leaf: those older than the tree's end were put in from outside; of the
    others those wait which a server is about to take in."""
    soon = None if served_at is None else edge_before(id_of(served_at))
    edge = tree.before if soon is None else min(tree.before, soon)
    after = None
    while True:
        ids, after = left_out(connection, after)
        named = max(0, MOST_NAMED - len(looked.left))
        newer = [one for one in ids if is_id(one) and hex_of(one) >= edge]
        waiting = {one for one in newer if soon is not None and hex_of(one) >= soon}
        looked.waiting += len(waiting)
        looked.unsealed += len(newer) - len(waiting)
        looked.left += _read(connection, newer[:named], waiting)
        for entry_id in ids:
            if not is_id(entry_id) or hex_of(entry_id) < edge:
                yield Fault(Wrong.INSERTED, _shown(entry_id))
        if after is None:
            return


def _read(connection: Connection, ids: Sequence[Any], waiting: Container[Any]) -> Iterator[Left]:
    asked = select(*COLUMNS).where(AuditRow.id.in_(map(known_id, ids))).order_by(AuditRow.id)
    for entry in connection.execute(asked):
        said = dict(zip(NAMES, entry, strict=True))
        words = f"{said['access']} {said['resource']} {said['target']}".rstrip()
        yield Left(_shown(said["id"]), _shown_at(said["at"]), words, said["id"] in waiting)


def _shown_at(stored: Any) -> str:
    at = moment_of(stored)
    return "" if at is None else at.isoformat(timespec="seconds")
