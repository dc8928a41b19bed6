"""Consultations with their timeline."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Select, and_, bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.account import Role
from protocol.consultation import Phase, Status, TimelineEvent, Urgency
from server.domain.case import Case
from server.domain.people import Who
from server.domain.queue import Load, human_number
from server.domain.rights import REVIEWED
from server.domain.transitions import DRAFT, HELD, POOL
from server.store.apart import apart_from, keep_apart
from server.store.case_columns import case_of, columns_of
from server.store.case_search import has, may_have, search_text
from server.store.columns import table_of
from server.store.counters import advance
from server.store.errors import RowDamaged
from server.store.offers import Offers
from server.store.pool_memory import Mark, PoolMemory
from server.store.sealed_rows import SEARCH, SessionRows
from server.store.tables import ConsultationRow, TimelineRow
from server.store.timers import Timers

_LOG = structlog.get_logger("huizhen.store")
_TABLE = table_of(ConsultationRow)
_EVENTS = insert(table_of(TimelineRow))
_SAVE = (
    # Without the mapper, which weighs each of the columns every time.
    update(_TABLE)
    .where(
        _TABLE.c.id == bindparam("old_id"),
        _TABLE.c.phase == bindparam("old_phase"),
        _TABLE.c.fence == bindparam("old_fence"),
        _TABLE.c.version == bindparam("old_version"),
    )
    .returning(_TABLE.c.id)
)
_AT_ONCE = 200
"""Opened at once: in between the others of the server have their turn."""
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the last row's time of creation and id."""

    created_at: datetime
    id: UUID


class Cases:
    """Reads and writes the consultations of one transaction."""

    def __init__(
        self, session: AsyncSession, now: datetime, rows: SessionRows, memory: PoolMemory
    ) -> None:
        self._session = session
        self._memory = memory
        self._now = now
        self._rows = rows
        self.offers, self.timers = Offers(session), Timers(session)
        self.on_read: Callable[[Case], Case] = lambda case: case
        self._events: list[dict[str, Any]] = []
        self._loads: dict[UUID, Load] | None = None

    async def next_number(self, now: datetime) -> str:
        return human_number(now, await advance(self._session, f"consultations-{now:%Y%m%d}"))

    async def get(self, case_id: UUID) -> Case | None:
        return await self._case(await self._session.get(ConsultationRow, case_id))

    async def by_number(self, number: str) -> Case | None:
        """The case people call so."""
        row = await self._session.scalar(
            select(ConsultationRow).where(ConsultationRow.number == number)
        )
        return await self._case(row)

    async def read_anew(self, case_id: UUID) -> Case | None:
        """The same after a write in this transaction."""
        row = await self._session.get(ConsultationRow, case_id, populate_existing=True)
        return await self._case(row)

    async def _case(self, row: ConsultationRow | None) -> Case | None:
        opened = await self._rows.open_one(row)
        return None if opened is None else self.on_read(case_of(opened, self._now))

    async def _cases(self, rows: Iterable[ConsultationRow]) -> list[Case]:
        """Of a list, those that can be read; the log says which cannot."""
        found, left = [], list(rows)
        for start in range(0, len(left), _AT_ONCE):
            for row in await self._rows.open_readable(left[start : start + _AT_ONCE]):
                try:
                    found.append(case_of(row, self._now))
                except RowDamaged as error:
                    _LOG.error("row.damaged", table=row.__tablename__, why=str(error))
            await asyncio.sleep(0)
        return found

    async def readable(self, case_ids: Collection[UUID]) -> list[Case]:
        """Those of some cases that are there and can be opened, in no order."""
        asked = select(ConsultationRow).where(ConsultationRow.id.in_(sorted(case_ids)))
        return await self._cases(await self._session.scalars(asked))

    async def add(self, case: Case) -> None:
        self._session.add(ConsultationRow(**await self._written(case)))
        await self._session.flush()
        await keep_apart(self._session, case, frozenset())

    async def save(self, case: Case, old: Case) -> bool:
        """One compare-and-swap on phase and fence; False when somebody else was first."""
        standing = {
            "old_id": old.id,
            "old_phase": old.phase.value,
            "old_fence": old.fence,
            "old_version": old.version,
        }
        connection = await self._session.connection()
        saved = await connection.scalar(_SAVE, {**await self._written(case), **standing})
        if saved is None:
            return False
        if case.holder_id is not None or old.holder_id is not None:
            self._loads = None
        await keep_apart(self._session, case, old.kept_from)
        return True

    async def add_event(self, case_id: UUID, event: TimelineEvent) -> None:
        row = {
            "id": event.id,
            "consultation_id": case_id,
            "at": event.at,
            "body": event.model_dump_json(),
        }
        self._events.append(await self._rows.values(TimelineRow, row))

    async def flush(self) -> None:
        """Stores the events of the transaction; before anything reads them in it."""
        if self._events:
            await self._session.execute(_EVENTS, self._events)
            self._events = []

    async def timeline(self, case_id: UUID) -> list[TimelineEvent]:
        await self.flush()
        rows = await self._session.scalars(
            select(TimelineRow)
            .where(TimelineRow.consultation_id == case_id)
            .order_by(TimelineRow.at, TimelineRow.id)
        )
        return [TimelineEvent.model_validate_json(row.body) for row in await self._rows.open(rows)]

    async def in_phases(self, phases: Iterable[Phase]) -> list[Case]:
        rows = await self._session.scalars(
            select(ConsultationRow).where(
                ConsultationRow.phase.in_([phase.value for phase in phases])
            )
        )
        return await self._cases(rows)

    async def any_in(self, phase: Phase) -> bool:
        """Whether any case is in a phase."""
        found = select(ConsultationRow.id).where(ConsultationRow.phase == phase.value).limit(1)
        return await self._session.scalar(found) is not None

    async def holders(self) -> frozenset[UUID]:
        """Who holds a case now."""
        rows = await self._session.scalars(
            select(ConsultationRow.holder_id)
            .where(ConsultationRow.phase.in_([phase.value for phase in HELD]))
            .distinct()
        )
        return frozenset(one for one in rows if one is not None)

    async def held_by(self, holders: Iterable[UUID]) -> list[UUID]:
        """The ids of what these hold."""
        rows = await self._session.scalars(
            select(ConsultationRow.id).where(
                ConsultationRow.holder_id.in_(holders),
                ConsultationRow.phase.in_([phase.value for phase in HELD]),
            )
        )
        return list(rows)

    async def sent(
        self,
        since: datetime,
        until: datetime,
        changed: datetime | None,
        after: UUID | None,
        limit: int,
    ) -> list[Case]:
        """Cases that were submitted from `since` on and before `until`, in the order of their ids,
        behind `after`; with `changed`, those that something has happened to since then."""
        query = select(ConsultationRow).where(
            ConsultationRow.submitted_at >= since, ConsultationRow.submitted_at < until
        )
        if changed is not None:
            query = query.where(ConsultationRow.updated_at >= changed)
        if after is not None:
            query = query.where(ConsultationRow.id > after)
        rows = await self._session.scalars(query.order_by(ConsultationRow.id).limit(limit))
        return await self._cases(rows)

    async def with_open_finding(self) -> list[Case]:
        """Cases with a critical finding that nobody has read back.

        Trap: SQLite looks for what is not null without the index, through all cases.
        """
        rows = await self._session.scalars(
            select(ConsultationRow).where(ConsultationRow.finding_due > _EVER)
        )
        return await self._cases(rows)

    async def pool(self) -> list[Case]:
        """What waits, in no order; opened is only what this process has not seen as it stands."""
        row = ConsultationRow
        mark = (row.phase, row.version, row.fence, row.updated_at, row.opened_until)
        found = await self._session.execute(
            select(row.id, *mark).where(row.phase.in_([phase.value for phase in POOL]))
        )
        marks: dict[UUID, Mark] = {one[0]: (*one[1:4], *one[4:6]) for one in found}
        known, unknown = self._memory.known(marks)
        read: list[Case] = []
        for start in range(0, len(unknown), _AT_ONCE):
            read += await self.readable(unknown[start : start + _AT_ONCE])
        self._memory.learn(read)
        return known + [case for case in read if case.phase in POOL]  # it may have left meanwhile

    async def worklist(
        self,
        who: Who,
        *,
        status: Status | None,
        text: str,
        after: Cursor | None,
        limit: int,
    ) -> list[Case]:
        """The cases an account has a part in, newest first."""
        query = select(ConsultationRow).where(_visible(who))
        if status is not None:
            query = query.where(ConsultationRow.status == status.value)
        if not text:
            return await self._cases(await self._session.scalars(_page(query, after, limit)))
        key = await self._rows.known(SEARCH)
        return await self._found(query.where(may_have(text, key)), text, after, limit)

    async def _found(
        self, query: Select[ConsultationRow], text: str, after: Cursor | None, limit: int
    ) -> list[Case]:
        """A page of those that have a text; what the database finds may be too much."""
        found: list[Case] = []
        while len(found) < limit:
            cases = await self._cases(await self._session.scalars(_page(query, after, limit)))
            found += [case for case in cases if has(case, text)]
            if len(cases) < limit:
                break
            after = Cursor(cases[-1].created_at, cases[-1].id)
        return found[:limit]

    async def _written(self, case: Case) -> dict[str, Any]:
        """The columns of a case as they rest."""
        key = await self._rows.key_of(SEARCH) if self._rows.seals else None
        values = {
            "id": case.id,
            **columns_of(case),
            "search_text": search_text(case.number, case.content, key),
        }
        return await self._rows.values(ConsultationRow, values)

    async def loads(self) -> dict[UUID, Load]:
        """What each expert holds; read once in a transaction as long as nothing of it changes."""
        if self._loads is None:
            self._loads = await self._read_loads()
        return self._loads

    async def _read_loads(self) -> dict[UUID, Load]:
        held = (
            ConsultationRow.holder_id.is_not(None),
            ConsultationRow.phase.in_([phase.value for phase in HELD]),
        )
        rows = await self._session.execute(
            select(ConsultationRow.holder_id, ConsultationRow.urgency).where(*held)
        )
        found = rows.all()
        holdings = [(who, _urgency(word)) for who, word in found if word is not None]
        if len(holdings) < len(found):
            # Those that an earlier version wrote say it in their content only.
            older = await self._session.scalars(
                select(ConsultationRow).where(*held, ConsultationRow.urgency.is_(None))
            )
            holdings += [(one.holder_id, one.content.urgency) for one in await self._cases(older)]
        loads: dict[UUID, Load] = {}
        for holder, urgency in holdings:
            if holder is not None:
                loads[holder] = loads.get(holder, Load()).with_case(urgency)
        return loads

    async def set_lease(self, case_id: UUID, lease_until: datetime, active_at: datetime) -> None:
        await self._session.execute(
            update(ConsultationRow)
            .where(ConsultationRow.id == case_id)
            .values(lease_until=lease_until, active_at=active_at)
            .execution_options(synchronize_session=False)
        )


def _visible(who: Who) -> Any:
    parts = []
    if Role.REQUESTER in who.roles:
        parts.append(ConsultationRow.requester_id == who.id)
    if Role.EXPERT in who.roles:
        parts.append(ConsultationRow.holder_id == who.id)
    if Role.DISPATCHER in who.roles:
        parts.append(ConsultationRow.phase.not_in([phase.value for phase in DRAFT]))
    if Role.REVIEWER in who.roles:
        reviewed = ConsultationRow.phase.in_(sorted(phase.value for phase in REVIEWED))
        ours = ConsultationRow.holder_institution_id == who.institution_id
        parts.append(and_(reviewed, ours))
    if not parts:
        return ConsultationRow.id.is_(None)
    return and_(or_(*parts), ConsultationRow.id.not_in(apart_from(who.id)))


def _page(
    query: Select[ConsultationRow], after: Cursor | None, limit: int
) -> Select[ConsultationRow]:
    if after is not None:
        query = query.where(
            or_(
                ConsultationRow.created_at < after.created_at,
                and_(ConsultationRow.created_at == after.created_at, ConsultationRow.id < after.id),
            )
        )
    return query.order_by(ConsultationRow.created_at.desc(), ConsultationRow.id.desc()).limit(limit)


def _urgency(word: str | None) -> Urgency | None:
    return Urgency(word) if word else None
