"""Reads and writes the recordings of calls of one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.recording import RecordingConsent, RecordingPhase
from server.store.recording_tables import RecordingConsentRow, RecordingPieceRow, RecordingRow
from server.store.sealed_rows import SessionRows

AT_ONCE = 500
"""Hashes in one statement."""


class Recordings:
    def __init__(self, session: AsyncSession, rows: SessionRows) -> None:
        self._session = session
        self._rows = rows

    # --- while the call runs ----------------------------------------------------------------

    async def add(self, row: RecordingRow) -> None:
        self._session.add(row)
        await self._session.flush()

    async def get(self, recording_id: UUID) -> RecordingRow | None:
        return await self._session.get(RecordingRow, recording_id)

    async def latest(self, call_id: UUID) -> RecordingRow | None:
        """The last one that was asked for in a call."""
        row: RecordingRow | None = await self._session.scalar(
            select(RecordingRow)
            .where(RecordingRow.call_id == call_id)
            .order_by(RecordingRow.asked_at.desc(), RecordingRow.id.desc())
            .limit(1)
        )
        return row

    async def answer(self, row: RecordingConsentRow) -> None:
        """Replaces what the seat answered before."""
        await self._session.merge(await self._rows.as_written(row))
        await self._session.flush()

    async def withdraw(self, recording_id: UUID, peer_id: UUID, now: datetime) -> None:
        await self._session.execute(
            update(RecordingConsentRow)
            .where(
                RecordingConsentRow.recording_id == recording_id,
                RecordingConsentRow.peer_id == peer_id,
            )
            .values(agreed=False, answered_at=now)
        )

    async def consents(self, recording_id: UUID) -> list[RecordingConsentRow]:
        rows = await self._session.scalars(
            select(RecordingConsentRow)
            .where(RecordingConsentRow.recording_id == recording_id)
            .order_by(RecordingConsentRow.answered_at, RecordingConsentRow.peer_id)
        )
        return await self._rows.open(rows)

    async def call_ended(self, call_id: UUID, now: datetime) -> None:
        """From now on it counts how long the recordings of a call are kept."""
        rows = await self._session.scalars(
            select(RecordingRow).where(
                RecordingRow.call_id == call_id, RecordingRow.kept_until.is_(None)
            )
        )
        for row in rows:
            row.kept_until = now + timedelta(days=row.kept_days)
        await self._session.flush()

    # --- what is kept -----------------------------------------------------------------------

    async def of_case(self, case_id: UUID) -> list[RecordingRow]:
        """Those that began and are not deleted, the latest first."""
        rows = await self._session.scalars(
            select(RecordingRow)
            .where(
                RecordingRow.consultation_id == case_id,
                RecordingRow.began_at.is_not(None),
                RecordingRow.deleted_at.is_(None),
            )
            .order_by(RecordingRow.began_at.desc())
        )
        return list(rows)

    async def pieces(self, recording_id: UUID) -> list[RecordingPieceRow]:
        rows = await self._session.scalars(
            select(RecordingPieceRow)
            .where(RecordingPieceRow.recording_id == recording_id)
            .order_by(RecordingPieceRow.index)
        )
        return list(rows)

    async def piece(self, recording_id: UUID, index: int) -> RecordingPieceRow | None:
        return await self._session.get(RecordingPieceRow, (recording_id, index))

    async def add_piece(self, row: RecordingPieceRow) -> None:
        self._session.add(row)
        await self._session.flush()

    # --- deleting ---------------------------------------------------------------------------

    async def run_out(self, now: datetime) -> list[UUID]:
        """Those whose time is over and that nobody has deleted."""
        rows = await self._session.scalars(
            select(RecordingRow.id).where(
                RecordingRow.kept_until <= now, RecordingRow.deleted_at.is_(None)
            )
        )
        return list(rows)

    async def mark_deleted(self, recording_id: UUID, now: datetime) -> UUID | None:
        """Once, whoever asks; answers the case, or None when it was deleted before."""
        case_id: UUID | None = await self._session.scalar(
            update(RecordingRow)
            .where(RecordingRow.id == recording_id, RecordingRow.deleted_at.is_(None))
            .values(deleted_at=now, phase=RecordingPhase.ENDED.value)
            .returning(RecordingRow.consultation_id)
        )
        return case_id

    async def to_erase(self) -> list[UUID]:
        """Deleted, and their bytes may still be there: after a crash in between."""
        rows = await self._session.scalars(
            select(RecordingRow.id).where(
                RecordingRow.deleted_at.is_not(None), RecordingRow.erased_at.is_(None)
            )
        )
        return list(rows)

    async def hashes(self, recording_id: UUID) -> list[str]:
        return [piece.sha256 for piece in await self.pieces(recording_id)]

    async def needed_elsewhere(self, recording_id: UUID, hashes: Sequence[str]) -> set[str]:
        """Which of these bytes another recording has too: equal bytes are kept once."""
        found: set[str] = set()
        for at in range(0, len(hashes), AT_ONCE):
            rows = await self._session.scalars(
                select(RecordingPieceRow.sha256).where(
                    RecordingPieceRow.recording_id != recording_id,
                    RecordingPieceRow.sha256.in_(hashes[at : at + AT_ONCE]),
                )
            )
            found.update(rows)
        return found

    async def erased(self, recording_id: UUID, now: datetime) -> None:
        await self._session.execute(
            delete(RecordingPieceRow).where(RecordingPieceRow.recording_id == recording_id)
        )
        await self._session.execute(
            update(RecordingRow).where(RecordingRow.id == recording_id).values(erased_at=now)
        )


def consent_row(
    recording_id: UUID,
    seat: tuple[UUID, UUID | None, str, str],
    consent: RecordingConsent,
    now: datetime,
) -> RecordingConsentRow:
    """Of a seat: peer id, account, kind, name."""
    peer_id, account_id, kind, name = seat
    return RecordingConsentRow(
        recording_id=recording_id,
        peer_id=peer_id,
        account_id=account_id,
        kind=kind,
        display_name=name,
        agreed=True,
        wording=consent.wording,
        language=consent.language,
        answered_at=now,
    )
