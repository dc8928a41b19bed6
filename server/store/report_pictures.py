"""Reads and writes which pictures of the viewer a case's reports have, in one transaction."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.form_tables import ReportPictureRow


class ReportPictures:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, case_id: UUID, sha256: str) -> ReportPictureRow | None:
        return await self._session.get(ReportPictureRow, (case_id, sha256))

    async def add(self, row: ReportPictureRow) -> None:
        self._session.add(row)
        await self._session.flush()

    async def waiting(self, case_id: UUID) -> list[ReportPictureRow]:
        """Those that no signature followed yet."""
        found = await self._session.scalars(
            select(ReportPictureRow).where(
                ReportPictureRow.consultation_id == case_id, ReportPictureRow.signed.is_(False)
            )
        )
        return list(found)

    async def shown(self, hashes: Collection[str]) -> set[str]:
        """Which of these any case has, whatever became of its report."""
        wanted = ReportPictureRow.sha256.in_(list(hashes))
        return set(await self._session.scalars(select(ReportPictureRow.sha256).where(wanted)))

    async def sign(self, case_id: UUID, wanted: Collection[str]) -> list[str]:
        """Makes these a signed report's and forgets those that wait besides; answers which bytes
        nobody needs now."""
        gone = []
        for row in await self.waiting(case_id):
            if row.sha256 in wanted:
                row.signed = True
            else:
                gone.append(row.sha256)
                await self._session.delete(row)
        await self._session.flush()
        kept = await self.shown(gone)
        return [one for one in gone if one not in kept]
