"""What is shared of a patient's record with a case: a Bundle comes, goes, and is taken back."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from protocol import paths
from protocol.errors import ErrorCode
from protocol.shared_record import FHIR_JSON, MAX_RECORD_BYTES, SharedRecord
from server.api.rest.wire import HouseDep, WhoDep, answer, media_type_of, no_content, read_body
from server.domain.errors import Invalid

router = APIRouter(tags=["record"])
_BUNDLE = {
    "requestBody": {
        "required": True,
        "content": {
            FHIR_JSON: {
                "schema": {"type": "object"},
                "example": {
                    "resourceType": "Bundle",
                    "type": "collection",
                    "timestamp": "2026-01-05T08:30:00Z",
                    "entry": [{"resource": {"resourceType": "Patient", "id": "1"}}],
                },
            }
        },
    }
}


@router.put(paths.RECORD, response_model=SharedRecord, openapi_extra=_BUNDLE)
async def share(request: Request, consultation_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    """Shares a dated collection of one patient's resources, instead of the one before."""
    if media_type_of(request) != FHIR_JSON:
        raise Invalid(ErrorCode.UNSUPPORTED_MEDIA_TYPE, f"send {FHIR_JSON}")
    raw = await read_body(request, MAX_RECORD_BYTES)
    return answer(await house.records.share(who, consultation_id, raw))


@router.get(paths.RECORD, responses={200: {"content": {FHIR_JSON: {"schema": {"type": "object"}}}}})
async def read(consultation_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    """The Bundle, byte by byte as it was shared."""
    found = await house.records.read(who, consultation_id)
    return Response(found, media_type=FHIR_JSON, headers={"cache-control": "no-store"})


@router.delete(paths.RECORD, status_code=204)
async def take_back(consultation_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    """Nothing of a record goes with the case."""
    await house.records.take_back(who, consultation_id)
    return no_content()
