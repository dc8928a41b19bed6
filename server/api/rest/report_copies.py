"""The patient's copy of a report: giving it, and what its reader does with it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import TypeAdapter

from protocol import paths
from protocol.call import InvitationId
from protocol.report import PDF
from protocol.report_copy import (
    COPY_WORDING,
    CopySeen,
    LookAtCopy,
    NewReportCopy,
    OpenCopy,
    PatientCopy,
    ReportCopy,
    ReportCopyState,
)
from server.api.rest.wire import (
    HouseDep,
    WhoDep,
    address_of,
    answer_list,
    body_of,
    no_content,
    private,
    takes,
)

router = APIRouter(tags=["report"])
_STATES = TypeAdapter(list[ReportCopyState])
_CODE = {"code": "gQ2m1vR5c7u9x0bN4t6y8Lw3e5A2s4D6f8G0h2J4k6M"}
_CONSENT = {"wording": COPY_WORDING, "language": "zh"}
_OPEN = {**_CODE, "birth_date": "1958-04-02", "consent": _CONSENT}


@router.post(
    paths.REPORT_COPIES,
    response_model=ReportCopy,
    status_code=201,
    openapi_extra=takes(NewReportCopy, {"valid_days": 7}),
)
async def give(
    consultation_id: UUID,
    body: Annotated[NewReportCopy, Depends(body_of(NewReportCopy))],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    """A code with which the patient reads the signed report."""
    return private(await house.report_copies.give(who, consultation_id, body), 201)


@router.get(paths.REPORT_COPIES, response_model=list[ReportCopyState])
async def states(consultation_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    """What has become of the patient's copies."""
    return answer_list(_STATES, await house.report_copies.states(who, consultation_id))


@router.delete(paths.ONE_REPORT_COPY, status_code=204)
async def withdraw(
    consultation_id: UUID, copy_id: InvitationId, who: WhoDep, house: HouseDep
) -> Response:
    """Takes a copy back: its code opens nothing any more."""
    await house.report_copies.withdraw(who, consultation_id, copy_id)
    return no_content()


@router.post(paths.LOOK_AT_COPY, response_model=CopySeen, openapi_extra=takes(LookAtCopy, _CODE))
async def look(
    body: Annotated[LookAtCopy, Depends(body_of(LookAtCopy))], house: HouseDep, request: Request
) -> Response:
    """Who gives it and until when; says nothing of the patient."""
    return private(await house.report_copies.look(body.code, address_of(request)))


@router.post(paths.OPEN_COPY, response_model=PatientCopy, openapi_extra=takes(OpenCopy, _OPEN))
async def open_copy(
    body: Annotated[OpenCopy, Depends(body_of(OpenCopy))], house: HouseDep, request: Request
) -> Response:
    """The report, for the code with the patient's date of birth and consent."""
    return private(await house.report_copies.open(body, address_of(request)))


@router.post(
    paths.COPY_FILE,
    responses={200: {"content": {PDF: {}}}},
    openapi_extra=takes(OpenCopy, _OPEN),
)
async def file(
    body: Annotated[OpenCopy, Depends(body_of(OpenCopy))], house: HouseDep, request: Request
) -> Response:
    """The signed PDF of the report, for the same."""
    found = await house.report_copies.file(body, address_of(request))
    return Response(found, media_type=PDF, headers={"cache-control": "no-store"})
