"""Uploads that go on after a break; see `resuming`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from protocol.base import Sha256, Uid
from protocol.errors import ErrorCode
from protocol.imaging import PIECES, UploadOffset
from protocol.paths import UPLOAD
from server.api.dicomweb.answers import DICOM_JSON, stored_response
from server.api.dicomweb.resuming import Resuming
from server.api.rest.wire import HouseDep, UploaderDep
from server.domain.errors import Invalid
from server.domain.people import Who

router = APIRouter(tags=["DICOMweb"])
_ADD = {
    "requestBody": {"required": True, "content": {PIECES: {"schema": {"type": "string"}}}},
    "responses": {
        "200": {"description": "the instance is stored", "content": {DICOM_JSON: {}}},
        "204": {"description": "more bytes are to follow"},
        "409": {"description": "it was refused, or bytes from elsewhere are expected"},
    },
}
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0)]
Length = Annotated[int, Header(alias="Upload-Length", ge=1)]
Study = Annotated[Uid, Query()]


@dataclass(frozen=True, slots=True)
class Upload:
    """One image that comes in pieces: SHA-256 and bytes of the whole, and its study."""

    sha256: str
    study_uid: str
    length: int


@router.get(UPLOAD)
async def upload_offset(sha256: Sha256, caller: UploaderDep, house: HouseDep) -> UploadOffset:
    """How much of an image is there; nothing is known of one that has not begun."""
    return await house.resuming.offset(caller.who, sha256)


@router.patch(UPLOAD, openapi_extra=_ADD)
async def add_to_upload(
    request: Request,
    sha256: Sha256,
    study: Study,
    offset: Offset,
    length: Length,
    caller: UploaderDep,
    house: HouseDep,
) -> Response:
    """Adds bytes to an image; the last ones store it."""
    return await add_pieces(
        request, caller.who, house.resuming, Upload(sha256, study, length), offset
    )


async def add_pieces(
    request: Request, who: Who, resuming: Resuming, upload: Upload, offset: int
) -> Response:
    """Adds the body to an image; the last bytes store it."""
    if request.headers.get("content-type") != PIECES:
        raise Invalid(ErrorCode.UNSUPPORTED_MEDIA_TYPE, f"send {PIECES}")
    found = await resuming.add(
        who, upload.sha256, upload.study_uid, offset, upload.length, request.stream()
    )
    if isinstance(found, int):
        return Response(status_code=204, headers={"upload-offset": str(found)})
    status = 200 if found.failure is None else 409
    return stored_response([found], str(request.base_url), status)
