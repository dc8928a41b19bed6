"""The check before a call: its STUN and TURN servers, and the speed of the line."""

import os
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from protocol import paths
from protocol.call import CHECK_BYTES, CallCheck, SpeedTaken
from server.api.rest.wire import HouseDep, WhoDep, answer, read_body

router = APIRouter(tags=["call check"])
_NEVER_KEPT = {"cache-control": "no-store"}
_BYTES = "application/octet-stream"


@router.get(paths.CALL_CHECK, response_model=CallCheck)
async def servers(who: WhoDep, house: HouseDep) -> Response:
    """The STUN and TURN servers of a call, with credentials for a limited time."""
    made = answer(house.line_checks.servers())
    made.headers.update(_NEVER_KEPT)
    return made


@router.get(
    paths.CALL_CHECK_SPEED,
    response_class=Response,
    responses={200: {"content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def down(
    who: WhoDep, house: HouseDep, size: Annotated[int, Query(ge=1, le=CHECK_BYTES)] = CHECK_BYTES
) -> Response:
    """So many bytes that no proxy can make smaller; little a minute."""
    house.line_checks.spend(who, size)
    return Response(os.urandom(size), media_type=_BYTES, headers=_NEVER_KEPT)


@router.post(
    paths.CALL_CHECK_SPEED,
    response_model=SpeedTaken,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def up(request: Request, who: WhoDep, house: HouseDep) -> Response:
    """Counts the bytes and keeps none; little a minute."""
    taken = len(await read_body(request, CHECK_BYTES))
    house.line_checks.spend(who, taken)
    return answer(SpeedTaken(taken=taken))
