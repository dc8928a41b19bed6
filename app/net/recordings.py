"""Recordings of calls over REST: listing, pieces up and down, deleting."""

from uuid import UUID

from app.net.connection import Connection, Query
from protocol import paths
from protocol.kept_recording import (
    PIECE,
    CompleteRecording,
    DeleteRecording,
    RecordingInfo,
    RecordingPiece,
    RecordingPieces,
)


class RecordingApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of_case(self, consultation_id: UUID) -> tuple[RecordingInfo, ...]:
        path = paths.RECORDINGS.format(consultation_id=consultation_id)
        return await self._connection.get_list(RecordingInfo, path)

    async def pieces(self, recording_id: UUID) -> RecordingPieces:
        path = paths.RECORDING_PIECES.format(recording_id=recording_id)
        return await self._connection.get(RecordingPieces, path)

    async def piece(self, recording_id: UUID, index: int) -> bytes:
        path = paths.RECORDING_PIECE.format(recording_id=recording_id, index=index)
        return (await self._connection.request("GET", path)).content

    async def put(self, recording_id: UUID, piece: RecordingPiece, data: bytes) -> RecordingPiece:
        path = paths.RECORDING_PIECE.format(recording_id=recording_id, index=piece.index)
        query: Query = {"start_ms": piece.start_ms, "end_ms": piece.end_ms, "sha256": piece.sha256}
        return await self._connection.put(RecordingPiece, path, data, PIECE, query)

    async def complete(self, recording_id: UUID, body: CompleteRecording) -> RecordingInfo:
        path = paths.RECORDING_COMPLETE.format(recording_id=recording_id)
        return await self._connection.send("POST", RecordingInfo, path, body)

    async def delete(self, recording_id: UUID, body: DeleteRecording) -> None:
        path = paths.RECORDING_DELETE.format(recording_id=recording_id)
        await self._connection.request("POST", path, body=body)
