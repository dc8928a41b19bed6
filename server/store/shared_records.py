"""Reads and writes what clinics share of records, of one transaction."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.shared_record import SharedRecord
from server.store.sealed_rows import SessionRows
from server.store.shared_record_table import SharedRecordRow


class SharedRecords:
    def __init__(self, session: AsyncSession, rows: SessionRows) -> None:
        self._session = session
        self._rows = rows
        self._read: dict[UUID, SharedRecord | None] = {}

    async def of_case(self, case_id: UUID) -> SharedRecord | None:
        """Read once in a transaction."""
        if case_id not in self._read:
            row = await self._rows.open_one(await self._session.get(SharedRecordRow, case_id))
            found = None if row is None else SharedRecord.model_validate_json(row.body)
            self._read[case_id] = found
        return self._read[case_id]

    async def keep(self, case_id: UUID, record: SharedRecord) -> None:
        """Instead of the one before."""
        row = SharedRecordRow(
            consultation_id=case_id,
            sha256=record.sha256,
            shared_at=record.shared_at,
            body=record.model_dump_json(),
        )
        await self._session.merge(await self._rows.as_written(row))
        await self._session.flush()
        self._read.pop(case_id, None)

    async def copy(self, from_case: UUID, to_case: UUID) -> None:
        """The case behind another one is read with the same record."""
        record = await self.of_case(from_case)
        if record is not None:
            await self.keep(to_case, record)

    async def forget(self, case_id: UUID) -> None:
        row = await self._session.get(SharedRecordRow, case_id)
        if row is not None:
            await self._session.delete(row)
            await self._session.flush()
        self._read.pop(case_id, None)

    async def is_needed(self, sha256: str) -> bool:
        """Whether any case still has these bytes."""
        found = await self._session.scalar(
            select(SharedRecordRow.consultation_id).where(SharedRecordRow.sha256 == sha256).limit(1)
        )
        return found is not None
