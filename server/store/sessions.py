"""Signed-in sessions, refresh tokens, signing tickets and signing keys."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.account import RegisteredKey, TokenScope
from protocol.base import new_id
from server.store.tables import RefreshTokenRow, SessionRow, SigningKeyRow, SigningTicketRow


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in on one device; `parent_id` is the session a transfer session belongs to."""

    id: UUID
    account_id: UUID
    parent_id: UUID | None
    scope: TokenScope
    created_at: datetime
    ended: str | None = None
    device: str = ""
    seen_at: datetime | None = None
    address: str | None = None


class Sessions:
    """Reads and writes the sessions of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, session_id: UUID) -> Session | None:
        row = await self._session.get(SessionRow, session_id)
        return None if row is None else _session(row)

    async def add(self, session: Session, device: str) -> None:
        self._session.add(
            SessionRow(
                id=session.id,
                account_id=session.account_id,
                parent_id=session.parent_id,
                scope=session.scope.value,
                device=device,
                created_at=session.created_at,
            )
        )
        await self._session.flush()

    async def seen(self, session_id: UUID, now: datetime, address: str | None) -> None:
        """It asks for tokens, from this address."""
        await self._session.execute(
            update(SessionRow)
            .where(SessionRow.id == session_id)
            .values(seen_at=now, address=address)
            .execution_options(synchronize_session=False)
        )

    async def used_from(self, account_id: UUID, address: str, since: datetime) -> bool:
        """Whether somebody was signed in from this address since then."""
        asked = select(SessionRow.id).where(
            SessionRow.account_id == account_id,
            SessionRow.address == address,
            SessionRow.seen_at > since,
        )
        return (await self._session.scalar(asked.limit(1))) is not None

    async def open_ones(self, now: datetime, account_id: UUID | None = None) -> list[Session]:
        """Those that can still go on, of somebody or of everybody, the newest first."""
        may_go_on = (
            select(RefreshTokenRow.hash)
            .where(RefreshTokenRow.session_id == SessionRow.id, RefreshTokenRow.expires_at > now)
            .exists()
        )
        asked = select(SessionRow).where(SessionRow.ended_at.is_(None), may_go_on)
        if account_id is not None:
            asked = asked.where(SessionRow.account_id == account_id)
        rows = await self._session.scalars(asked.order_by(SessionRow.created_at.desc()))
        return [_session(row) for row in rows]

    async def live_of(self, account_id: UUID) -> list[Session]:
        rows = await self._session.scalars(
            select(SessionRow).where(
                SessionRow.account_id == account_id, SessionRow.ended_at.is_(None)
            )
        )
        return [_session(row) for row in rows]

    async def end(self, session_id: UUID, reason: str, now: datetime) -> list[UUID]:
        """Ends a session with the sessions linked to it; answers which were live."""
        ended = await self._session.scalars(
            update(SessionRow)
            .where(
                or_(SessionRow.id == session_id, SessionRow.parent_id == session_id),
                SessionRow.ended_at.is_(None),
            )
            .values(ended_at=now, end_reason=reason)
            .returning(SessionRow.id)
            .execution_options(synchronize_session=False)
        )
        return list(ended)

    async def end_one(self, session_id: UUID, reason: str, now: datetime) -> None:
        """Ends a session and leaves those linked to it."""
        await self._session.execute(
            update(SessionRow)
            .where(SessionRow.id == session_id, SessionRow.ended_at.is_(None))
            .values(ended_at=now, end_reason=reason)
            .execution_options(synchronize_session=False)
        )

    async def add_refresh(self, token_hash: str, session_id: UUID, expires_at: datetime) -> None:
        self._session.add(
            RefreshTokenRow(hash=token_hash, session_id=session_id, expires_at=expires_at)
        )
        await self._session.flush()

    async def refresh(self, token_hash: str) -> RefreshTokenRow | None:
        return await self._session.get(RefreshTokenRow, token_hash)

    async def use_refresh(self, token_hash: str, now: datetime) -> bool:
        """Marks a refresh token as used; False when somebody used it before."""
        used = await self._session.scalar(
            update(RefreshTokenRow)
            .where(RefreshTokenRow.hash == token_hash, RefreshTokenRow.used_at.is_(None))
            .values(used_at=now)
            .returning(RefreshTokenRow.hash)
            .execution_options(synchronize_session=False)
        )
        return used is not None

    async def repeat_refresh(self, row: RefreshTokenRow, since: datetime) -> bool:
        """Whether a used token may be used once more, because the answer may have been lost.

        Only the one used last, and first used after `since`. What it was exchanged for counts as
        used from now on: whoever has that as well holds a copy.
        """
        found = await self._session.execute(
            select(RefreshTokenRow.hash, RefreshTokenRow.used_at)
            .where(RefreshTokenRow.session_id == row.session_id, RefreshTokenRow.used_at > since)
            .order_by(RefreshTokenRow.used_at.desc())
            .limit(1)
        )
        last = found.first()
        if last is None or last.hash != row.hash:
            return False
        await self._session.execute(
            update(RefreshTokenRow)
            .where(RefreshTokenRow.session_id == row.session_id, RefreshTokenRow.used_at.is_(None))
            # Just before, so that this one stays the last used and can be repeated again.
            .values(used_at=last.used_at - timedelta(microseconds=1))
            .execution_options(synchronize_session=False)
        )
        return True

    async def add_ticket(self, token_hash: str, account_id: UUID, expires_at: datetime) -> None:
        self._session.add(
            SigningTicketRow(hash=token_hash, account_id=account_id, expires_at=expires_at)
        )
        await self._session.flush()

    async def use_ticket(self, token_hash: str, account_id: UUID, now: datetime) -> bool:
        """Takes a signing ticket; False unless it is this account's, unused and in time."""
        taken = await self._session.scalar(
            delete(SigningTicketRow)
            .where(
                SigningTicketRow.hash == token_hash,
                SigningTicketRow.account_id == account_id,
                SigningTicketRow.expires_at > now,
            )
            .returning(SigningTicketRow.hash)
        )
        return taken is not None

    async def keys_of(self, account_id: UUID) -> list[RegisteredKey]:
        rows = await self._session.scalars(
            select(SigningKeyRow)
            .where(SigningKeyRow.account_id == account_id)
            .order_by(SigningKeyRow.registered_at)
        )
        return [
            RegisteredKey(id=row.id, public_key=row.public_key, registered_at=row.registered_at)
            for row in rows
        ]

    async def add_key(self, account_id: UUID, public_key: str, now: datetime) -> RegisteredKey:
        """Registers a key; the same key again answers the first registration."""
        for known in await self.keys_of(account_id):
            if known.public_key == public_key:
                return known
        key = RegisteredKey(id=new_id(), public_key=public_key, registered_at=now)
        self._session.add(SigningKeyRow(account_id=account_id, **key.model_dump()))
        await self._session.flush()
        return key


def _session(row: SessionRow) -> Session:
    return Session(
        id=row.id,
        account_id=row.account_id,
        parent_id=row.parent_id,
        scope=TokenScope(row.scope),
        created_at=row.created_at,
        ended=row.end_reason,
        device=row.device,
        seen_at=row.seen_at,
        address=row.address,
    )
