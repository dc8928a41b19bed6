"""Second factors and their recovery codes, as sealed bytes and hashes."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.second_factor_tables import RecoveryCodeRow, SecondFactorRow


class SecondFactors:
    """Reads and writes the second factors of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, account_id: UUID) -> SecondFactorRow | None:
        return await self._session.get(SecondFactorRow, account_id)

    async def offer(self, account_id: UUID, sealed: bytes, now: datetime) -> None:
        """Keeps a new secret beside the one in force."""
        row = await self.get(account_id)
        if row is None:
            row = SecondFactorRow(account_id=account_id)
            self._session.add(row)
        row.offered, row.offered_at = sealed, now
        await self._session.flush()

    async def put_in_force(self, row: SecondFactorRow, step: int) -> None:
        """What was offered takes the place of what there was."""
        row.secret, row.last_step = row.offered, step
        row.offered = row.offered_at = None
        await self._session.flush()

    async def use_step(self, account_id: UUID, step: int) -> bool:
        """Takes a step; False when it or a later one was used before."""
        taken = await self._session.scalar(
            update(SecondFactorRow)
            .where(
                SecondFactorRow.account_id == account_id,
                or_(SecondFactorRow.last_step.is_(None), SecondFactorRow.last_step < step),
            )
            .values(last_step=step)
            .returning(SecondFactorRow.account_id)
            .execution_options(synchronize_session=False)
        )
        return taken is not None

    async def use_recovery_code(self, hashed: str, account_id: UUID, now: datetime) -> bool:
        """Takes a recovery code; False unless it is this account's and unused."""
        taken = await self._session.scalar(
            update(RecoveryCodeRow)
            .where(
                RecoveryCodeRow.hash == hashed,
                RecoveryCodeRow.account_id == account_id,
                RecoveryCodeRow.used_at.is_(None),
            )
            .values(used_at=now)
            .returning(RecoveryCodeRow.hash)
            .execution_options(synchronize_session=False)
        )
        return taken is not None

    async def replace_recovery_codes(self, account_id: UUID, hashes: Iterable[str]) -> None:
        await self._session.execute(
            delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account_id)
        )
        self._session.add_all(
            RecoveryCodeRow(hash=hashed, account_id=account_id) for hashed in hashes
        )
        await self._session.flush()

    async def recovery_codes_left(self, account_id: UUID) -> int:
        left = await self._session.scalar(
            select(func.count()).where(
                RecoveryCodeRow.account_id == account_id, RecoveryCodeRow.used_at.is_(None)
            )
        )
        return left or 0

    async def remove(self, account_id: UUID) -> None:
        for table in (RecoveryCodeRow, SecondFactorRow):
            await self._session.execute(delete(table).where(table.account_id == account_id))
