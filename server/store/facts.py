"""Facts: numbered, stored with what caused them, replayed by number."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.socket import ServerFact
from server.domain.ports import Delivery
from server.store.columns import table_of
from server.store.counters import advance
from server.store.sealed_rows import SessionRows
from server.store.tables import CounterRow, FactRecipientRow, FactRow

REPLAY_LIMIT = 5000
"""A client further behind reads the lists anew instead."""
_FACTS, _RECIPIENTS = insert(table_of(FactRow)), insert(table_of(FactRecipientRow))
_SEQ = "facts"
_PRUNED = "facts_pruned"


def cases_told(payloads: Iterable[str]) -> list[UUID]:
    """The consultations whose content some stored facts carry, each once."""
    found: dict[str, None] = {}
    for payload in payloads:
        fact = orjson.loads(payload)
        inner = fact.get("report", {}).get("report") or fact.get("message") or fact
        row = fact.get("consultation") or fact.get("offer", {}).get("consultation")
        case_id = row["id"] if row else inner.get("consultation_id")
        if case_id is not None:
            found[case_id] = None
    return [UUID(case_id) for case_id in found]


class Facts:
    """The facts of one transaction: numbered as they are told, stored together by `flush`.

    Who tells first advances the counter, so that nobody else numbers facts until the end.
    """

    def __init__(self, session: AsyncSession, now: datetime, rows: SessionRows) -> None:
        self._session = session
        self._rows = rows
        self._now = now
        self.deliveries: list[Delivery] = []
        self._first = self._last = 0
        self._told: list[dict[str, Any]] = []
        self._recipients: list[dict[str, Any]] = []

    async def tell(self, fact: ServerFact, accounts: Iterable[UUID]) -> int:
        """Numbers a fact, stores it for these accounts and delivers it after the commit."""
        people = frozenset(accounts)
        if not people:
            return 0
        seq, payload = await self._store(fact)
        self._recipients += ({"account_id": account, "seq": seq} for account in people)
        self.deliveries.append(Delivery(seq, self._now, payload.encode(), people))
        return seq

    async def tell_session(self, fact: ServerFact, session_id: UUID) -> None:
        """A fact for one session only, whose socket closes after it; it is never replayed."""
        seq, payload = await self._store(fact, session_id)
        self.deliveries.append(_of_session(seq, self._now, payload, session_id))

    async def _store(self, fact: ServerFact, session_id: UUID | None = None) -> tuple[int, str]:
        if not self._last:
            self._first = self._last = await advance(self._session, _SEQ)
        else:
            self._last += 1
        seq = self._last
        payload = fact.model_copy(update={"seq": seq, "at": self._now}).model_dump_json()
        row = {"seq": seq, "at": self._now, "payload": payload, "session_id": session_id}
        self._told.append(await self._rows.values(FactRow, row))
        return seq, payload

    async def flush(self) -> None:
        """Stores what was told, at the end of the unit of work."""
        if self._last > self._first:
            await self._session.execute(
                update(CounterRow).where(CounterRow.name == _SEQ).values(value=self._last)
            )
        for statement, rows in ((_FACTS, self._told), (_RECIPIENTS, self._recipients)):
            if rows:
                await self._session.execute(statement, rows)

    async def latest(self) -> int:
        value = await self._session.scalar(select(CounterRow.value).where(CounterRow.name == _SEQ))
        return value or 0

    async def since(self, account_id: UUID, seq: int) -> tuple[list[tuple[int, str]], bool]:
        """What an account missed after `seq`, in order; True when some of it is gone."""
        pruned = await self._session.scalar(
            select(CounterRow.value).where(CounterRow.name == _PRUNED)
        )
        rows = await self._session.scalars(
            select(FactRow)
            .join(FactRecipientRow, FactRecipientRow.seq == FactRow.seq)
            .where(FactRecipientRow.account_id == account_id, FactRow.seq > seq)
            .order_by(FactRow.seq)
            .limit(REPLAY_LIMIT + 1)
        )
        found = rows.all()
        if len(found) > REPLAY_LIMIT:
            return [], True
        missed = [(row.seq, row.payload) for row in await self._rows.open_readable(found)]
        return missed, seq < (pruned or 0)

    async def after(self, seq: int, most: int) -> list[Delivery]:
        """What was told after `seq` to anybody, in order; at most so many."""
        rows = await self._session.scalars(
            select(FactRow).where(FactRow.seq > seq).order_by(FactRow.seq).limit(most)
        )
        found = await self._rows.open_readable(rows)
        if not found:
            return []
        told: dict[int, set[UUID]] = {}
        recipients = await self._session.execute(
            select(FactRecipientRow.seq, FactRecipientRow.account_id).where(
                FactRecipientRow.seq > seq, FactRecipientRow.seq <= found[-1].seq
            )
        )
        for row in recipients:
            told.setdefault(row.seq, set()).add(row.account_id)
        return [
            Delivery(one.seq, one.at, one.payload.encode(), frozenset(told.get(one.seq, ())))
            if one.session_id is None
            else _of_session(one.seq, one.at, one.payload, one.session_id)
            for one in found
        ]

    async def prune(self, before: datetime) -> int:
        """Forgets facts older than `before`; answers how many."""
        last = await self._session.scalar(select(func.max(FactRow.seq)).where(FactRow.at < before))
        if last is None:
            return 0
        await self._session.execute(delete(FactRecipientRow).where(FactRecipientRow.seq <= last))
        gone = await self._session.execute(
            delete(FactRow).where(FactRow.seq <= last).returning(FactRow.seq)
        )
        count = len(gone.all())
        row = await self._session.get(CounterRow, _PRUNED)
        if row is None:
            self._session.add(CounterRow(name=_PRUNED, value=last))
        else:
            row.value = last
        return count


def _of_session(seq: int, at: datetime, payload: str, session_id: UUID) -> Delivery:
    return Delivery(seq, at, payload.encode(), frozenset(), session_id=session_id, closes=True)
