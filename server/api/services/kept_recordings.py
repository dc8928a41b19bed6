"""Recordings that are kept: coming in by pieces, read by the two who treat, deleted in time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from protocol.account import Role
from protocol.call import ParticipantKind
from protocol.errors import ErrorCode
from protocol.kept_recording import (
    MAX_PIECE_BYTES,
    CompleteRecording,
    DeleteRecording,
    RecordedPerson,
    RecordingInfo,
    RecordingPiece,
    RecordingPieces,
)
from protocol.recording import RecordingEnd
from server.api.services.acting import Acting
from server.api.services.stored_bytes import received, whole
from server.domain.audit import Access, Resource
from server.domain.errors import Conflict, Invalid, NotFound
from server.domain.people import Who
from server.domain.ports import Clock, ObjectStore
from server.domain.rights import CLINICAL, Part, require_part
from server.store.errors import StoreError
from server.store.recording_tables import RecordingPieceRow, RecordingRow
from server.store.work import Store, Work

_LOG = structlog.get_logger("huizhen.recordings")
LISTED_FOR = (*CLINICAL, Part.DISPATCHER)
"""The dispatcher sees that there is one, and may delete it; only the two who treat may play it."""
RETRY_ERASING = timedelta(minutes=1)


class KeptRecordings:
    """Bytes rest sealed in the object store; every access is in the audit trail."""

    def __init__(self, store: Store, clock: Clock, objects: ObjectStore, acting: Acting) -> None:
        self._store = store
        self._clock = clock
        self._objects = objects
        self._acting = acting
        self._not_before: dict[UUID, datetime] = {}

    # --- reading ----------------------------------------------------------------------------

    async def of_case(self, who: Who, case_id: UUID) -> list[RecordingInfo]:
        async with self._store.looking() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, *LISTED_FOR)
            work.trail.note(
                who.id, Access.READ, Resource.RECORDING, consultation_id=case_id, detail="list"
            )
            return [await _info(work, row) for row in await work.recordings.of_case(case_id)]

    async def pieces(self, who: Who, recording_id: UUID) -> RecordingPieces:
        """For who plays it, and for who sends it: what is here already."""
        async with self._store.looking() as work:
            row = await work.recordings.get(recording_id)
            if row is None:
                raise _unknown()
            if row.deleted_at is not None:
                if row.asked_by == who.id:
                    return RecordingPieces(pieces=(), deleted=True)
                raise _unknown()
            if row.asked_by != who.id or row.completed_at is not None:
                await self._require_reader(work, who, row)
            _read(work, who, row, "pieces")
            there = await work.recordings.pieces(recording_id)
            return RecordingPieces(pieces=tuple(_told(one) for one in there if one.nbytes))

    async def piece(self, who: Who, recording_id: UUID, index: int) -> bytes:
        async with self._store.looking() as work:
            row = await work.recordings.get(recording_id)
            if row is None or row.deleted_at is not None:
                raise _unknown()
            await self._require_reader(work, who, row)
            piece = await work.recordings.piece(recording_id, index)
            if piece is None or not piece.nbytes:
                raise NotFound("this recording has no such piece")
            _read(work, who, row, f"piece {index}")
            sha256 = piece.sha256
        return await whole(self._objects, sha256)

    async def _require_reader(self, work: Work, who: Who, row: RecordingRow) -> None:
        require_part(await self._acting.get(work, row.consultation_id), who, *CLINICAL)

    # --- coming in --------------------------------------------------------------------------

    async def put(
        self, who: Who, recording_id: UUID, piece: RecordingPiece, chunks: AsyncIterator[bytes]
    ) -> RecordingPiece:
        """Keeps one piece; the same one a second time changes nothing.

        The row is there before the bytes, so that a crash leaves no bytes nobody knows of.
        """
        fresh = await received(self._objects, chunks, MAX_PIECE_BYTES, "a piece", bulk=True)
        try:
            if not fresh.size:
                raise Invalid(ErrorCode.VALIDATION_FAILED, "a piece is not empty")
            if fresh.sha256 != piece.sha256:
                raise Invalid(ErrorCode.HASH_MISMATCH, "these bytes have another hash")
            if not await self._announce(who, recording_id, piece):
                return piece
            await asyncio.to_thread(self._objects.keep, [fresh])
            return await self._counted(recording_id, piece, fresh.size)
        finally:
            await asyncio.to_thread(fresh.discard)

    async def _announce(self, who: Who, recording_id: UUID, piece: RecordingPiece) -> bool:
        """False when the very piece is here already."""
        async with self._store.writing() as work:
            row = await self._incoming(work, who, recording_id)
            there = await work.recordings.piece(recording_id, piece.index)
            if there is not None and (there.nbytes or there.sha256 != piece.sha256):
                if there.sha256 == piece.sha256:
                    return False
                raise Conflict(ErrorCode.CONFLICT, "another piece has this number")
            if row.completed_at is not None:
                raise Conflict(ErrorCode.CONFLICT, "this recording is complete")
            if there is None:
                await work.recordings.add_piece(
                    RecordingPieceRow(
                        recording_id=recording_id,
                        index=piece.index,
                        start_ms=piece.start_ms,
                        end_ms=piece.end_ms,
                        sha256=piece.sha256,
                        nbytes=0,
                    )
                )
            return True

    async def _counted(
        self, recording_id: UUID, piece: RecordingPiece, size: int
    ) -> RecordingPiece:
        async with self._store.writing() as work:
            there = await work.recordings.piece(recording_id, piece.index)
            if there is not None:
                there.nbytes = size
                await work.session.flush()
        if there is None:  # deleted meanwhile
            await asyncio.to_thread(self._objects.remove, piece.sha256)
            raise _unknown()
        return piece.model_copy(update={"nbytes": size})

    async def complete(
        self, who: Who, recording_id: UUID, body: CompleteRecording
    ) -> RecordingInfo:
        """Verifies that every piece is here; from now on none is added."""
        async with self._store.writing() as work:
            row = await self._incoming(work, who, recording_id)
            there = [one for one in await work.recordings.pieces(recording_id) if one.nbytes]
            if tuple(one.sha256 for one in there) != body.sha256:
                raise Conflict(ErrorCode.HASH_MISMATCH, "pieces are missing or differ: send them")
            if row.completed_at is None:
                row.completed_at = work.now
                await work.session.flush()
                work.trail.note(
                    who.id,
                    Access.UPDATE,
                    Resource.RECORDING,
                    recording_id,
                    consultation_id=row.consultation_id,
                    detail=f"complete {len(there)}",
                )
            return await _info(work, row)

    async def _incoming(self, work: Work, who: Who, recording_id: UUID) -> RecordingRow:
        row = await work.recordings.get(recording_id)
        if row is None or row.asked_by != who.id or row.deleted_at is not None:
            raise _unknown()
        if row.began_at is None:
            raise Conflict(ErrorCode.CONFLICT, "this recording never began")
        return row

    # --- deleting ---------------------------------------------------------------------------

    async def delete(self, who: Who, recording_id: UUID, body: DeleteRecording) -> None:
        """On somebody's wish, by the dispatcher of the case or an administrator."""
        async with self._store.writing() as work:
            row = await work.recordings.get(recording_id)
            if row is None or row.deleted_at is not None:
                raise _unknown()
            if Role.ADMIN not in who.roles:
                case = await self._acting.get(work, row.consultation_id)
                require_part(case, who, Part.DISPATCHER)
            if row.end is None:
                raise Conflict(ErrorCode.CONFLICT, "it is being recorded: stop it first")
            await _deleted(work, recording_id, who.id, body.reason)
        await self._erase(recording_id)

    async def run_out(self) -> int:
        """Deletes what was kept long enough; answers how many. Each once, after a restart too."""
        async with self._store.reading() as work:
            due = await work.recordings.run_out(work.now)
            left = await work.recordings.to_erase()
        for recording_id in due:
            async with self._store.writing() as work:
                await _deleted(work, recording_id, None, "kept long enough")
        now = self._clock.now()
        for recording_id in (*due, *left):
            if self._not_before.get(recording_id, now) <= now:
                await self._erase(recording_id)
        return len(due)

    async def _erase(self, recording_id: UUID) -> None:
        """Removes the bytes; what cannot be removed now is tried again later."""
        async with self._store.writing() as work:
            hashes = await work.recordings.hashes(recording_id)
            kept = await work.recordings.needed_elsewhere(recording_id, hashes)
            try:
                await asyncio.to_thread(self._remove, [one for one in hashes if one not in kept])
            except (StoreError, OSError) as error:
                _LOG.warning("recordings.not_erased", error=type(error).__name__)
                self._not_before[recording_id] = work.now + RETRY_ERASING
                return
            await work.recordings.erased(recording_id, work.now)
        self._not_before.pop(recording_id, None)

    def _remove(self, hashes: list[str]) -> None:
        for sha256 in hashes:
            self._objects.remove(sha256)


async def _deleted(work: Work, recording_id: UUID, by: UUID | None, why: str) -> None:
    case_id = await work.recordings.mark_deleted(recording_id, work.now)
    if case_id is not None:
        work.trail.note(
            by, Access.DELETE, Resource.RECORDING, recording_id, consultation_id=case_id, detail=why
        )


def _read(work: Work, who: Who, row: RecordingRow, detail: str) -> None:
    work.trail.note(
        who.id,
        Access.READ,
        Resource.RECORDING,
        row.id,
        consultation_id=row.consultation_id,
        detail=detail,
    )


def _unknown() -> NotFound:
    return NotFound("there is no such recording")


def _told(row: RecordingPieceRow) -> RecordingPiece:
    return RecordingPiece(
        index=row.index,
        start_ms=row.start_ms,
        end_ms=row.end_ms,
        sha256=row.sha256,
        nbytes=row.nbytes,
    )


async def _info(work: Work, row: RecordingRow) -> RecordingInfo:
    assert row.began_at is not None
    pieces = [one for one in await work.recordings.pieces(row.id) if one.nbytes]
    people = await work.recordings.consents(row.id)
    return RecordingInfo(
        id=row.id,
        consultation_id=row.consultation_id,
        asked_by=row.asked_by,
        asker_name=row.asker_name,
        began_at=row.began_at,
        ended_at=row.ended_at,
        end=None if row.end is None else RecordingEnd(row.end),
        kept_until=row.kept_until,
        seconds=max((one.end_ms for one in pieces), default=0) / 1000,
        nbytes=sum(one.nbytes for one in pieces),
        complete=row.completed_at is not None,
        people=tuple(
            RecordedPerson(
                peer_id=one.peer_id,
                kind=ParticipantKind(one.kind),
                display_name=one.display_name,
            )
            for one in people
        ),
    )
