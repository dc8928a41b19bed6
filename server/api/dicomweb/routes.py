"""DICOMweb paths (PS3.18); everything is below `/dicomweb`."""

from fastapi import APIRouter, Request, Response

from protocol.base import Uid
from protocol.errors import ErrorCode
from protocol.paths import DICOMWEB
from server.api.dicomweb.answers import DICOM_JSON, stored_response
from server.api.dicomweb.taking import Taking
from server.api.house import House
from server.api.rest.wire import HouseDep, UploaderDep
from server.domain.errors import Invalid
from server.domain.people import Caller, Who
from server.store.multipart import DICOM, content_type_of

router = APIRouter(prefix=DICOMWEB, tags=["DICOMweb"])

_STOW = {
    "requestBody": {
        "required": True,
        "content": {'multipart/related; type="application/dicom"': {"schema": {"type": "string"}}},
    },
    "responses": {
        "200": {"description": "every instance is stored", "content": {DICOM_JSON: {}}},
        "202": {"description": "some failed: see FailedSOPSequence", "content": {DICOM_JSON: {}}},
        "409": {"description": "none was stored", "content": {DICOM_JSON: {}}},
    },
}


@router.post("/studies", openapi_extra=_STOW)
async def store_instances(request: Request, caller: UploaderDep, house: HouseDep) -> Response:
    """STOW-RS: stores instances."""
    return await store_into(request, caller, house, None)


@router.post("/studies/{study_uid}", openapi_extra=_STOW)
async def store_study(
    request: Request, study_uid: Uid, caller: UploaderDep, house: HouseDep
) -> Response:
    """STOW-RS: stores instances of one study."""
    return await store_into(request, caller, house, study_uid)


async def store_into(
    request: Request, caller: Caller, house: House, study_uid: str | None
) -> Response:
    """Takes the body in and says what became of each part."""
    return await take_in(request, caller.who, house.storing, study_uid)


async def take_in(request: Request, who: Who, storing: Taking, study_uid: str | None) -> Response:
    """Takes the body in and says what became of each part."""
    media_type, parameters = content_type_of(request.headers.get("content-type", ""))
    boundary = parameters.get("boundary")
    kind = parameters.get("type", DICOM)
    if media_type != "multipart/related" or boundary is None or kind != DICOM:
        raise Invalid(
            ErrorCode.UNSUPPORTED_MEDIA_TYPE,
            'send multipart/related; type="application/dicom"; boundary=…',
        )
    outcomes = await storing.store(who, request.stream(), boundary, study_uid)
    if not outcomes:
        raise Invalid(ErrorCode.MALFORMED_MESSAGE, "the body holds no instance; send at least one")
    stored = sum(one.failure is None for one in outcomes)
    status = 200 if stored == len(outcomes) else 202 if stored else 409
    return stored_response(outcomes, str(request.base_url), status)
