"""The paper of a report: sent before the signature, read with the report."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from protocol import paths
from protocol.base import Sha256
from protocol.errors import ErrorCode
from protocol.report import PDF, PresentedForm, SigningTerms
from server.api.rest.wire import HouseDep, WhoDep, answer
from server.domain.errors import Invalid

router = APIRouter(tags=["report"])
_BYTES = {"requestBody": {"required": True, "content": {PDF: {"schema": {"type": "string"}}}}}


@router.get(paths.SIGNING_TERMS, response_model=SigningTerms)
async def signing_terms(_who: WhoDep, house: HouseDep) -> Response:
    """What the site asks of signatures by certificate."""
    return answer(house.signing_terms)


@router.put(paths.PRESENTED_FORM, response_model=PresentedForm, openapi_extra=_BYTES)
async def put_presented_form(
    request: Request,
    consultation_id: UUID,
    sha256: Annotated[Sha256, Query()],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    """Keeps the paper of the report that is signed next."""
    if request.headers.get("content-type") != PDF:
        raise Invalid(ErrorCode.UNSUPPORTED_MEDIA_TYPE, f"send {PDF}")
    kept = await house.forms.put(who, consultation_id, sha256, request.stream())
    return answer(kept)


@router.get(paths.PRESENTED_FORM, responses={200: {"content": {PDF: {}}}})
async def presented_form(
    consultation_id: UUID,
    who: WhoDep,
    house: HouseDep,
    version: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """The paper of the signed report, or of an earlier version of it."""
    found = await house.forms.get(who, consultation_id, version)
    return Response(found, media_type=PDF, headers={"cache-control": "no-store"})
