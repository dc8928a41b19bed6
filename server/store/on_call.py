"""Contacts of those on call, and messages to them as rows: none is lost over a restart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.on_call import AlertChannel, AlertState, AlertTrouble, AlertWhy, Contact
from server.store.counters import insert_for
from server.store.on_call_tables import AlertRow, ContactRow


@dataclass(frozen=True, slots=True)
class Alert:
    """One message to one person by one channel, for one case."""

    id: UUID
    consultation_id: UUID
    account_id: UUID
    channel: AlertChannel | None
    why: AlertWhy
    state: AlertState
    trouble: AlertTrouble | None
    attempts: int
    due_at: datetime
    changed_at: datetime


class OnCallStore:
    """Reads and writes contacts and alerts of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def contact(self, account_id: UUID) -> Contact:
        row = await self._session.get(ContactRow, account_id)
        return Contact() if row is None else Contact(mail=row.mail, phone=row.phone)

    async def set_contact(self, account_id: UUID, contact: Contact) -> None:
        values = {"mail": contact.mail, "phone": contact.phone}
        add = insert_for(self._session)(ContactRow).values(account_id=account_id, **values)
        await self._session.execute(
            add.on_conflict_do_update(index_elements=["account_id"], set_=values)
        )

    async def told(self, consultation_id: UUID, why: AlertWhy) -> set[UUID]:
        """Who has been told of a case, or is about to be; not whom it was not needed for then."""
        rows = await self._session.scalars(
            select(AlertRow.account_id).where(
                AlertRow.consultation_id == consultation_id,
                AlertRow.why == why.value,
                AlertRow.state != AlertState.DROPPED.value,
            )
        )
        return set(rows)

    async def forget(self, consultation_id: UUID, whys: Iterable[AlertWhy]) -> None:
        """What was sent for reasons that begin anew: another finding, say."""
        await self._session.execute(
            delete(AlertRow).where(
                AlertRow.consultation_id == consultation_id,
                AlertRow.why.in_([one.value for one in whys]),
            )
        )

    async def add(self, alert: Alert) -> None:
        """A second one for the same person, channel, case and reason changes nothing, but for one
        that was dropped, whose place it takes."""
        values = {
            "id": alert.id,
            "consultation_id": alert.consultation_id,
            "account_id": alert.account_id,
            "channel": "" if alert.channel is None else alert.channel.value,
            "why": alert.why.value,
            "state": alert.state.value,
            "trouble": None if alert.trouble is None else alert.trouble.value,
            "attempts": alert.attempts,
            "due_at": alert.due_at,
            "changed_at": alert.changed_at,
        }
        await self._session.execute(
            insert_for(self._session)(AlertRow)
            .values(**values)
            .on_conflict_do_update(
                index_elements=["consultation_id", "account_id", "channel", "why"],
                set_=values,
                where=AlertRow.state == AlertState.DROPPED.value,
            )
        )

    async def due(self, now: datetime) -> list[Alert]:
        rows = await self._session.scalars(
            select(AlertRow)
            .where(AlertRow.state == AlertState.WAITING.value, AlertRow.due_at <= now)
            .order_by(AlertRow.due_at)
        )
        return [_alert(row) for row in rows]

    async def next_due(self) -> datetime | None:
        return await self._session.scalar(
            select(func.min(AlertRow.due_at)).where(AlertRow.state == AlertState.WAITING.value)
        )

    async def take(self, alert: Alert, until: datetime) -> bool:
        """Keeps other processes off while it is sent; False when one was faster."""
        taken = await self._session.scalar(
            update(AlertRow)
            .where(
                AlertRow.id == alert.id,
                AlertRow.due_at == alert.due_at,
                AlertRow.state == AlertState.WAITING.value,
            )
            .values(due_at=until)
            .returning(AlertRow.id)
            .execution_options(synchronize_session=False)
        )
        return taken is not None

    async def note(
        self,
        alert: Alert,
        state: AlertState,
        now: datetime,
        *,
        trouble: AlertTrouble | None = None,
        due_at: datetime | None = None,
        attempts: int | None = None,
    ) -> None:
        """How an attempt ended."""
        await self._session.execute(
            update(AlertRow)
            .where(AlertRow.id == alert.id)
            .values(
                state=state.value,
                trouble=None if trouble is None else trouble.value,
                due_at=due_at or alert.due_at,
                attempts=alert.attempts if attempts is None else attempts,
                changed_at=now,
            )
            .execution_options(synchronize_session=False)
        )

    async def of_cases(self, cases: Iterable[UUID]) -> dict[UUID, list[Alert]]:
        """What was sent for some cases, the oldest first; what was dropped is left out."""
        rows = await self._session.scalars(
            select(AlertRow)
            .where(
                AlertRow.consultation_id.in_(sorted(set(cases))),
                AlertRow.state != AlertState.DROPPED.value,
            )
            .order_by(AlertRow.changed_at, AlertRow.id)
        )
        found: dict[UUID, list[Alert]] = {}
        for row in rows:
            found.setdefault(row.consultation_id, []).append(_alert(row))
        return found


def _alert(row: AlertRow) -> Alert:
    return Alert(
        id=row.id,
        consultation_id=row.consultation_id,
        account_id=row.account_id,
        channel=AlertChannel(row.channel) if row.channel else None,
        why=AlertWhy(row.why),
        state=AlertState(row.state),
        trouble=None if row.trouble is None else AlertTrouble(row.trouble),
        attempts=row.attempts,
        due_at=row.due_at,
        changed_at=row.changed_at,
    )
