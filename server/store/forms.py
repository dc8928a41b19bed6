"""Reads and writes which papers a case has, in one transaction."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.form_tables import PresentedFormRow


class Forms:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, case_id: UUID, sha256: str) -> PresentedFormRow | None:
        return await self._session.get(PresentedFormRow, (case_id, sha256))

    async def add(self, row: PresentedFormRow) -> None:
        self._session.add(row)
        await self._session.flush()

    async def of_version(self, case_id: UUID, version: int | None) -> PresentedFormRow | None:
        """That of a signed version, or of the latest that has one."""
        query = select(PresentedFormRow).where(
            PresentedFormRow.consultation_id == case_id, PresentedFormRow.version.is_not(None)
        )
        if version is not None:
            query = query.where(PresentedFormRow.version == version)
        latest = query.order_by(PresentedFormRow.version.desc()).limit(1)
        row: PresentedFormRow | None = await self._session.scalar(latest)
        return row

    async def take_unsigned(self, case_id: UUID) -> list[str]:
        """Forgets those that no signature followed; answers which bytes nobody needs now."""
        rows = await self._session.scalars(
            select(PresentedFormRow).where(
                PresentedFormRow.consultation_id == case_id, PresentedFormRow.version.is_(None)
            )
        )
        gone = []
        for row in rows:
            gone.append(row.sha256)
            await self._session.delete(row)
        await self._session.flush()
        return gone
