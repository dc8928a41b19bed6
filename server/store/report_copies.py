"""The copies of reports that patients were given, in one transaction."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.form_tables import ReportCopyRow


class ReportCopies:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, row: ReportCopyRow) -> None:
        self._session.add(row)
        await self._session.flush()

    async def by_hash(self, code_hash: str) -> ReportCopyRow | None:
        return await self._session.get(ReportCopyRow, code_hash)

    async def of_case(self, case_id: UUID) -> list[ReportCopyRow]:
        """The latest first."""
        rows = await self._session.scalars(
            select(ReportCopyRow)
            .where(ReportCopyRow.consultation_id == case_id)
            .order_by(ReportCopyRow.created_at.desc())
        )
        return list(rows)
