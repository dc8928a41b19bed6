"""What was told to people: kept with what told it, read and cleared by whom it was told to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.base import new_id
from protocol.consultation import Urgency
from protocol.notification import (
    KIND_OF,
    Notification,
    NotificationCode,
    NotificationKind,
    NotificationsOver,
    Notified,
)
from protocol.queue import CaseClock
from server.domain.case import Case
from server.store.columns import table_of
from server.store.facts import Facts
from server.store.notification_table import NotificationRow

_INSERT = insert(table_of(NotificationRow))


@dataclass(frozen=True, slots=True)
class Wanted:
    """None asks for any."""

    kind: NotificationKind | None = None
    urgency: Urgency | None = None
    unread: bool = False


class Notifications:
    """Reads and writes the notifications of one transaction."""

    def __init__(self, session: AsyncSession, now: datetime, facts: Facts) -> None:
        self._session = session
        self._now = now
        self._facts = facts
        self._rows: list[dict[str, Any]] = []

    async def tell(
        self,
        case: Case,
        code: NotificationCode,
        accounts: Collection[UUID],
        *,
        opens: bool,
        by: str = "",
        clock: CaseClock | None = None,
        due_at: datetime | None = None,
    ) -> None:
        """Tells these accounts, at once and for their lists: one fact, a row each."""
        if not accounts:
            return
        told = Notification(
            id=new_id(),
            at=self._now,
            code=code,
            consultation_id=case.id,
            number=case.number,
            urgency=case.content.urgency,
            department=case.content.department,
            by=by,
            clock=clock,
            due_at=due_at,
            opens=opens,
        )
        self._rows += (_row(told, account) for account in sorted(accounts))
        await self._facts.tell(Notified(seq=0, at=self._now, notification=told), accounts)

    async def flush(self) -> None:
        """Stores what was told; before anything reads it in the same unit of work."""
        if self._rows:
            await self._session.execute(_INSERT, self._rows)
            self._rows = []

    async def waiting(self, case_id: UUID, code: NotificationCode) -> frozenset[UUID]:
        """Whom something was told of that is not over."""
        await self.flush()
        found = await self._session.scalars(
            select(NotificationRow.account_id).where(*_open(case_id, [code]))
        )
        return frozenset(found)

    async def over(
        self, case_id: UUID, codes: Collection[NotificationCode], accounts: Collection[UUID]
    ) -> None:
        """What they were told of has been answered: it is read, and stays in the list."""
        if not accounts:
            return
        names = {one.value for one in codes}
        if any(row["consultation_id"] == case_id and row["code"] in names for row in self._rows):
            await self.flush()
        gone = await self._session.scalars(
            update(NotificationRow)
            .where(*_open(case_id, codes), NotificationRow.account_id.in_(sorted(accounts)))
            .values(over=True, read_at=func.coalesce(NotificationRow.read_at, self._now))
            .returning(NotificationRow.account_id)
            .execution_options(synchronize_session=False)
        )
        fact = NotificationsOver(
            seq=0, at=self._now, consultation_id=case_id, codes=tuple(sorted(codes))
        )
        await self._facts.tell(fact, set(gone))

    async def page(
        self, account_id: UUID, wanted: Wanted, after: tuple[datetime, UUID] | None, limit: int
    ) -> list[Notification]:
        """Newest first; `opens` is for the caller to say."""
        asked = (
            select(NotificationRow)
            .where(NotificationRow.account_id == account_id, *_conditions(wanted))
            .order_by(NotificationRow.at.desc(), NotificationRow.id.desc())
            .limit(limit)
        )
        if after is not None:
            at, id_ = after
            older = and_(NotificationRow.at == at, NotificationRow.id < id_)
            asked = asked.where(or_(NotificationRow.at < at, older))
        return [_notification(row) for row in await self._session.scalars(asked)]

    async def unread(self, account_id: UUID) -> int:
        count = await self._session.scalar(
            select(func.count()).where(
                NotificationRow.account_id == account_id, NotificationRow.read_at.is_(None)
            )
        )
        return count or 0

    async def read(self, account_id: UUID, ids: Iterable[UUID], up_to: datetime | None) -> None:
        await self._session.execute(
            update(NotificationRow)
            .where(*_chosen(account_id, ids, up_to), NotificationRow.read_at.is_(None))
            .values(read_at=self._now)
            .execution_options(synchronize_session=False)
        )

    async def clear(self, account_id: UUID, ids: Iterable[UUID], up_to: datetime | None) -> None:
        await self._session.execute(
            delete(NotificationRow)
            .where(*_chosen(account_id, ids, up_to))
            .execution_options(synchronize_session=False)
        )

    async def prune(self, before: datetime) -> None:
        """Forgets those told before."""
        await self._session.execute(delete(NotificationRow).where(NotificationRow.at < before))


def _open(case_id: UUID, codes: Collection[NotificationCode]) -> tuple[Any, ...]:
    return (
        NotificationRow.consultation_id == case_id,
        NotificationRow.code.in_([one.value for one in codes]),
        NotificationRow.over.is_(False),
    )


def _chosen(account_id: UUID, ids: Iterable[UUID], up_to: datetime | None) -> tuple[Any, ...]:
    mine = NotificationRow.account_id == account_id
    if up_to is not None:
        return mine, NotificationRow.at <= up_to
    return mine, NotificationRow.id.in_(sorted(ids))


def _conditions(wanted: Wanted) -> list[Any]:
    found: list[Any] = []
    if wanted.kind is not None:
        codes = [code.value for code, kind in KIND_OF.items() if kind is wanted.kind]
        found.append(NotificationRow.code.in_(codes))
    if wanted.urgency is not None:
        found.append(NotificationRow.urgency == wanted.urgency.value)
    if wanted.unread:
        found.append(NotificationRow.read_at.is_(None))
    return found


def _row(told: Notification, account_id: UUID) -> dict[str, Any]:
    return {
        "id": told.id,
        "account_id": account_id,
        "at": told.at,
        "code": told.code.value,
        "consultation_id": told.consultation_id,
        "number": told.number,
        "urgency": None if told.urgency is None else told.urgency.value,
        "department": told.department,
        "by_name": told.by,
        "clock": None if told.clock is None else told.clock.value,
        "due_at": told.due_at,
        "read_at": None,
        "over": False,
    }


def _notification(row: NotificationRow) -> Notification:
    return Notification(
        id=row.id,
        at=row.at,
        code=NotificationCode(row.code),
        consultation_id=row.consultation_id,
        number=row.number,
        urgency=None if row.urgency is None else Urgency(row.urgency),
        department=row.department,
        by=row.by_name,
        clock=None if row.clock is None else CaseClock(row.clock),
        due_at=row.due_at,
        read=row.read_at is not None,
    )
