"""How the cases of departments find their expert."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from protocol import paths
from protocol.service_line import ServiceLines, SetServiceLine
from server.api.rest.wire import HouseDep, WhoDep, answer, body_of, takes

router = APIRouter(tags=["service lines"])
_CHOICE = {"department": "放射科", "mode": "pull"}


@router.get(paths.SERVICE_LINES, response_model=ServiceLines)
async def service_lines(who: WhoDep, house: HouseDep) -> Response:
    """The mode of every department, for whoever is signed in, and where their house may ask."""
    return answer(await house.service_lines.all(who))


@router.put(
    paths.SERVICE_LINES, response_model=ServiceLines, openapi_extra=takes(SetServiceLine, _CHOICE)
)
async def choose(
    body: Annotated[SetServiceLine, Depends(body_of(SetServiceLine))],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    """Another mode for a department, or the site's own again."""
    return answer(await house.service_lines.choose(who, body))
