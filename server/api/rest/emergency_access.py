"""Reading a case in an emergency, and who looks at who did."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import TypeAdapter

from protocol import paths
from protocol.account import Role
from protocol.emergency import BreakGlass, EmergencyAccess
from server.api.rest.wire import (
    HouseDep,
    WhoDep,
    answer,
    answer_list,
    body_of,
    no_content,
    takes,
)

router = APIRouter(tags=["emergency access"])
_ALL = TypeAdapter(list[EmergencyAccess])
_WHY = {"number": "CONS-20260105-0042", "reason": "患者昏迷送来急诊，需要既往影像"}


@router.post(
    paths.EMERGENCY_ACCESS,
    response_model=EmergencyAccess,
    status_code=201,
    openapi_extra=takes(BreakGlass, _WHY),
)
async def break_glass(
    body: Annotated[BreakGlass, Depends(body_of(BreakGlass))], who: WhoDep, house: HouseDep
) -> Response:
    """The case may be read for a time; its doctors, security and audit are told at once."""
    return answer(await house.emergency.open(who, body), 201)


@router.get(paths.EMERGENCY_ACCESSES, response_model=list[EmergencyAccess])
async def accesses(who: WhoDep, house: HouseDep) -> Response:
    """Who opened which case, when and why; the newest first."""
    who.needs(Role.SECURITY, Role.AUDITOR)
    return answer_list(_ALL, await house.emergency.listed(who))


@router.delete(paths.EMERGENCY_ACCESS_ONE, status_code=204)
async def end(access_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    """Ends one before its time."""
    who.needs(Role.SECURITY)
    await house.emergency.end(who, access_id)
    return no_content()
