"""The short way to the paths that images take in hundreds.

A framework's middleware, routing and dependencies cost as much as taking in an image does. These
paths go straight to the very functions that the framework's routes call; the routes stay, for
everything else and for the OpenAPI document.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from protocol.paths import DICOMWEB
from server.api.dicomweb import retrieve_routes, routes
from server.api.dicomweb.accepting import case_of
from server.api.dicomweb.reading import Place
from server.api.house import House
from server.api.rest.wire import caller_of, who_reads_images
from server.domain.people import Caller

Scope = MutableMapping[str, Any]
_UID = r"([0-9.]{1,64})"
_STUDY = f"{DICOMWEB}/studies/{_UID}"
_INSTANCE = f"{_STUDY}/series/{_UID}/instances/{_UID}"
_STORE = re.compile(f"{DICOMWEB}/studies(?:/{_UID})?")
_FRAMES = re.compile(f"{_INSTANCE}(?:/frames/([0-9,]+))?")


@dataclass(frozen=True, slots=True)
class ShortWay:
    """Where a request goes; `path` is the route's template, for the log."""

    path: str
    answer: Callable[[Request, Caller, House], Awaitable[Response]]


def short_way(scope: Scope) -> ShortWay | None:
    """None for everything that goes the long way, wrong paths among it."""
    path: str = scope["path"]
    if not path.startswith(DICOMWEB):
        return None
    if scope["method"] == "POST":
        return _storing(path)
    if scope["method"] == "GET":
        return _retrieving(path)
    return None


def _storing(path: str) -> ShortWay | None:
    found = _STORE.fullmatch(path)
    if found is None:
        return None
    study = found[1]

    async def answer(request: Request, caller: Caller, house: House) -> Response:
        return await routes.store_into(request, caller, house, study)

    return ShortWay(f"{DICOMWEB}/studies" + ("/{study_uid}" if study else ""), answer)


def _retrieving(path: str) -> ShortWay | None:
    found = _FRAMES.fullmatch(path)
    if found is None:
        return None
    study, series, instance, numbers = found.groups()

    async def answer(request: Request, caller: Caller, house: House) -> Response:
        who = who_reads_images(caller)
        place = Place(study, series, instance, case_of(request))
        if numbers is None:
            return await retrieve_routes.retrieve_instance(request, place, who, house)
        return await retrieve_routes.retrieve_frames(request, place, numbers, who, house)

    template = DICOMWEB + retrieve_routes.INSTANCE
    return ShortWay(template + ("" if numbers is None else "/frames/{numbers}"), answer)


async def taken(way: ShortWay, request: Request, house: House) -> Response:
    """Raises what the function raises, `Refusal`s among it."""
    return await way.answer(request, await caller_of(request, house), house)
