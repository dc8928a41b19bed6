"""Recordings of calls: listing, pieces coming and going, deleting."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import TypeAdapter

from protocol import paths
from protocol.base import Sha256
from protocol.errors import ErrorCode
from protocol.kept_recording import (
    PIECE,
    CompleteRecording,
    DeleteRecording,
    Milliseconds,
    PieceIndex,
    RecordingInfo,
    RecordingPiece,
    RecordingPieces,
)
from server.api.rest.wire import (
    HouseDep,
    RecorderDep,
    WhoDep,
    answer,
    answer_list,
    body_of,
    no_content,
    takes,
)
from server.domain.errors import Invalid

router = APIRouter(tags=["recordings"])
_INFOS = TypeAdapter(list[RecordingInfo])
_BYTES = {"requestBody": {"required": True, "content": {PIECE: {"schema": {"type": "string"}}}}}
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@router.get(paths.RECORDINGS, response_model=list[RecordingInfo])
async def of_case(consultation_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    """The recordings of a case that are kept."""
    return answer_list(_INFOS, await house.recordings.of_case(who, consultation_id))


@router.get(paths.RECORDING_PIECES, response_model=RecordingPieces)
async def pieces(recording_id: UUID, who: RecorderDep, house: HouseDep) -> Response:
    """Which pieces are here."""
    return answer(await house.recordings.pieces(who, recording_id))


@router.get(paths.RECORDING_PIECE, responses={200: {"content": {PIECE: {}}}})
async def piece(recording_id: UUID, index: PieceIndex, who: WhoDep, house: HouseDep) -> Response:
    """The bytes of one piece."""
    found = await house.recordings.piece(who, recording_id, index)
    return Response(found, media_type=PIECE, headers={"cache-control": "no-store"})


@router.put(paths.RECORDING_PIECE, response_model=RecordingPiece, openapi_extra=_BYTES)
async def put_piece(
    request: Request,
    recording_id: UUID,
    index: PieceIndex,
    start_ms: Annotated[Milliseconds, Query()],
    end_ms: Annotated[Milliseconds, Query()],
    sha256: Annotated[Sha256, Query()],
    who: RecorderDep,
    house: HouseDep,
) -> Response:
    """Adds one piece; a second time changes nothing."""
    if request.headers.get("content-type") != PIECE:
        raise Invalid(ErrorCode.UNSUPPORTED_MEDIA_TYPE, f"send {PIECE}")
    told = RecordingPiece(index=index, start_ms=start_ms, end_ms=end_ms, sha256=sha256, nbytes=0)
    kept = await house.recordings.put(who, recording_id, told, request.stream())
    return answer(kept)


@router.post(
    paths.RECORDING_COMPLETE,
    response_model=RecordingInfo,
    openapi_extra=takes(CompleteRecording, {"sha256": [_HASH]}),
)
async def complete(
    recording_id: UUID,
    body: Annotated[CompleteRecording, Depends(body_of(CompleteRecording))],
    who: RecorderDep,
    house: HouseDep,
) -> Response:
    """All pieces are here."""
    return answer(await house.recordings.complete(who, recording_id, body))


@router.post(
    paths.RECORDING_DELETE,
    status_code=204,
    openapi_extra=takes(DeleteRecording, {"reason": "participant"}),
)
async def delete(
    recording_id: UUID,
    body: Annotated[DeleteRecording, Depends(body_of(DeleteRecording))],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    """Deletes a recording for good."""
    await house.recordings.delete(who, recording_id, body)
    return no_content()
