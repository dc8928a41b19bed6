"""Proofs that anybody can check without the database: of an entry, and of an earlier tree."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from server.domain.merkle import (
    consistency_proof,
    consistent,
    inclusion_proof,
    largest_full,
    node_hash,
    root_of,
)
from server.store.evidence import COLUMNS, Head, entry_bytes, newest_head
from server.store.evidence_tables import AuditLeafRow
from server.store.tables import AuditRow

_BLOCK, _BLOCKS_KEPT = 1 << 12, 64


class Proofs:
    """What shows anybody that entries, or an earlier tree, are in the tree of the newest head.

    Roots of subtrees and some blocks of leaves are kept: for entries in their order each leaf is
    read once. In a transaction that sees one moment.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.head = newest_head(connection)
        self._root = lru_cache(maxsize=None)(self._root_between)
        self._block = lru_cache(maxsize=_BLOCKS_KEPT)(self._leaves_of)

    def of(self, entry_id: UUID) -> dict[str, Any] | None:
        """The entry, its place and its path; None where it is not in the tree."""
        find = select(AuditLeafRow.number).where(AuditLeafRow.entry_id == entry_id)
        number = self._connection.scalar(find)
        entry = self._connection.execute(select(*COLUMNS).where(AuditRow.id == entry_id)).first()
        if self.head is None or number is None or entry is None or number >= self.head.size:
            return None
        path = inclusion_proof(number, self.head.size, self._root)
        return {
            "entry": entry_bytes(entry).decode(),
            "number": number,
            "path": [one.hex() for one in path],
        }

    def since(self, size: int) -> list[bytes] | None:
        """What shows that the tree of so many leaves is the beginning of the head's; None where
        there are not so many."""
        if self.head is None or not 0 < size <= self.head.size:
            return None
        return consistency_proof(size, self.head.size, self._root)

    def _root_between(self, low: int, high: int) -> bytes:
        if high - low > _BLOCK:
            middle = low + largest_full(high - low)
            return node_hash(self._root(low, middle), self._root(middle, high))
        # A subtree of so few leaves lies within one block: it begins at a multiple of its size.
        first = low % _BLOCK
        return root_of(self._block(low // _BLOCK)[first : first + high - low])

    def _leaves_of(self, block: int) -> list[bytes]:
        asked = select(AuditLeafRow.hash).where(
            AuditLeafRow.number >= block * _BLOCK, AuditLeafRow.number < (block + 1) * _BLOCK
        )
        return list(self._connection.scalars(asked.order_by(AuditLeafRow.number)))


def consistency_of(connection: Connection, kept: Head) -> dict[str, Any] | None:
    """That what somebody has kept a head of is still the beginning; None where the tree is shorter
    than that. Whether it holds is for who reads it to say (`server.domain.merkle.consistent`)."""
    proofs = Proofs(connection)
    path = proofs.since(kept.size)
    if path is None or proofs.head is None:
        return None
    return {
        "kept": kept.shown(),
        "path": [one.hex() for one in path],
        "head": proofs.head.shown(),
    }


def holds(proof: dict[str, Any]) -> bool:
    """Whether the tree of the kept head is the beginning of that of the other, as a proof of
    `consistency_of` says. Raises `KeyError`, `TypeError` or `ValueError` for what is none."""
    kept, head = Head.read(proof["kept"]), Head.read(proof["head"])
    path = [bytes.fromhex(one) for one in proof["path"]]
    roots = bytes.fromhex(kept.root), bytes.fromhex(head.root)
    return consistent(kept.size, head.size, *roots, path)


def proof_of(connection: Connection, entry_id: UUID) -> dict[str, Any] | None:
    """Of one entry, with the head; None where it is not in the tree."""
    proofs = Proofs(connection)
    found = proofs.of(entry_id)
    if found is None or proofs.head is None:
        return None
    return {**found, "head": proofs.head.shown()}
