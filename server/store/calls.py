"""Calls, the invitations to them, and who sits in them while they run."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.sealed_rows import SessionRows
from server.store.tables import CallRow, CallSeatRow, InvitationRow


@dataclass(frozen=True, slots=True)
class StoredCall:
    """A call that has not ended."""

    id: UUID
    consultation_id: UUID
    started_at: datetime
    home: UUID | None = None
    """The process it runs in."""


@dataclass(frozen=True, slots=True)
class StoredSeat:
    """One device in a running call, and the session that may take its seat again."""

    peer_id: UUID
    session_id: UUID | None
    account_id: UUID | None
    kind: str
    display_name: str
    joined_at: datetime


class Calls:
    """Reads and writes the calls of one transaction."""

    def __init__(self, session: AsyncSession, rows: SessionRows) -> None:
        self._session = session
        self._rows = rows

    async def running(self, case_id: UUID) -> StoredCall | None:
        row = await self._session.scalar(
            select(CallRow).where(CallRow.consultation_id == case_id, CallRow.ended_at.is_(None))
        )
        return None if row is None else _stored(row)

    async def all_running(self) -> list[StoredCall]:
        rows = await self._session.scalars(select(CallRow).where(CallRow.ended_at.is_(None)))
        return [_stored(row) for row in rows]

    async def start(self, call: StoredCall) -> None:
        self._session.add(
            CallRow(
                id=call.id,
                consultation_id=call.consultation_id,
                started_at=call.started_at,
                home=call.home,
            )
        )
        await self._session.flush()

    async def move(self, call_id: UUID, home: UUID | None) -> None:
        """It runs in another process from now on."""
        await self._session.execute(update(CallRow).where(CallRow.id == call_id).values(home=home))

    async def end(self, call_id: UUID, now: datetime) -> None:
        await self._session.execute(
            update(CallRow)
            .where(CallRow.id == call_id, CallRow.ended_at.is_(None))
            .values(ended_at=now)
        )
        await self._session.execute(delete(CallSeatRow).where(CallSeatRow.call_id == call_id))

    async def sit(self, call_id: UUID, seat: StoredSeat) -> None:
        await self._rows.add(
            CallSeatRow(
                peer_id=seat.peer_id,
                call_id=call_id,
                session_id=seat.session_id,
                account_id=seat.account_id,
                kind=seat.kind,
                display_name=seat.display_name,
                joined_at=seat.joined_at,
            )
        )

    async def rise(self, peer_id: UUID) -> None:
        await self._session.execute(delete(CallSeatRow).where(CallSeatRow.peer_id == peer_id))

    async def seats(self, call_id: UUID) -> list[StoredSeat]:
        """In the order of joining."""
        rows = await self._session.scalars(
            select(CallSeatRow)
            .where(CallSeatRow.call_id == call_id)
            .order_by(CallSeatRow.joined_at, CallSeatRow.peer_id)
        )
        return [
            StoredSeat(
                row.peer_id,
                row.session_id,
                row.account_id,
                row.kind,
                row.display_name,
                row.joined_at,
            )
            for row in await self._rows.open(rows)
        ]

    async def invite(self, invitation: InvitationRow) -> None:
        await self._rows.add(invitation)

    async def invitation(self, code_hash: str) -> InvitationRow | None:
        return await self._rows.open_one(await self._session.get(InvitationRow, code_hash))

    async def invitations(self, case_id: UUID) -> list[InvitationRow]:
        """Those to the calls of a case, the latest to run out first."""
        rows = await self._session.scalars(
            select(InvitationRow)
            .where(InvitationRow.consultation_id == case_id)
            .order_by(InvitationRow.expires_at.desc())
        )
        return await self._rows.open(rows)

    async def withdraw(self, row: InvitationRow, now: datetime) -> None:
        """It opens nothing from now on, nor does the ticket it was exchanged for."""
        row.withdrawn_at = row.withdrawn_at or now
        await self._session.flush()

    async def invitation_of(self, guest_session: UUID) -> InvitationRow | None:
        """What the ticket of this session was exchanged for."""
        row = await self._session.scalar(
            select(InvitationRow).where(InvitationRow.guest_session == guest_session)
        )
        return await self._rows.open_one(row)

    async def redeem(
        self, code_hash: str, guest_session: UUID, now: datetime
    ) -> InvitationRow | None:
        """Takes an invitation; None when it is unknown, used, taken back, too old or its call has
        ended."""
        row = await self._session.scalar(
            update(InvitationRow)
            .where(
                InvitationRow.hash == code_hash,
                InvitationRow.redeemed_at.is_(None),
                InvitationRow.withdrawn_at.is_(None),
                InvitationRow.expires_at > now,
            )
            .values(redeemed_at=now, guest_session=guest_session)
            .returning(InvitationRow)
        )
        if row is None:
            return None
        await self._rows.open((row,))
        running = await self.running(row.consultation_id)
        return row if running is not None and running.id == row.call_id else None


def _stored(row: CallRow) -> StoredCall:
    return StoredCall(row.id, row.consultation_id, row.started_at, row.home)
