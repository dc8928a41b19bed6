"""A picture in a report: sent while it is written, read with it."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from protocol import paths
from protocol.base import Sha256
from protocol.errors import ErrorCode
from protocol.report import PNG, KeptPicture
from server.api.rest.wire import HouseDep, WhoDep, answer
from server.domain.errors import Invalid

router = APIRouter(tags=["report"])
_BYTES = {"requestBody": {"required": True, "content": {PNG: {"schema": {"type": "string"}}}}}


@router.put(paths.REPORT_PICTURE, response_model=KeptPicture, openapi_extra=_BYTES)
async def put_picture(
    request: Request, consultation_id: UUID, sha256: Sha256, who: WhoDep, house: HouseDep
) -> Response:
    """Keeps a picture for the report that is being written."""
    if request.headers.get("content-type") != PNG:
        raise Invalid(ErrorCode.UNSUPPORTED_MEDIA_TYPE, f"send {PNG}")
    return answer(await house.pictures.put(who, consultation_id, sha256, request.stream()))


@router.get(paths.REPORT_PICTURE, responses={200: {"content": {PNG: {}}}})
async def picture(consultation_id: UUID, sha256: Sha256, who: WhoDep, house: HouseDep) -> Response:
    """A picture of the report."""
    found = await house.pictures.get(who, consultation_id, sha256)
    return Response(found, media_type=PNG, headers={"cache-control": "no-store"})
