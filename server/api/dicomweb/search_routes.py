"""The paths of QIDO-RS below `/dicomweb`."""

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from protocol.base import Uid
from protocol.paths import DICOMWEB
from server.api.dicomweb.accepting import accepted, base_of, case_of, not_acceptable
from server.api.dicomweb.answers import DICOM_JSON, list_response
from server.api.dicomweb.conditions import tagged
from server.api.dicomweb.listing import bodies_of, page_headers
from server.api.dicomweb.reading import Place
from server.api.dicomweb.searching import asked
from server.api.house import House
from server.api.rest.wire import HouseDep, ImageReaderDep
from server.domain.people import Who
from server.store.catalogue import Level

router = APIRouter(prefix=DICOMWEB, tags=["DICOMweb"])
STUDY = "/studies/{study}"
SERIES = STUDY + "/series/{series}"


@router.get("/studies")
async def search_studies(request: Request, who: ImageReaderDep, house: HouseDep) -> Response:
    """QIDO-RS: studies."""
    return await _search(request, Level.STUDY, None, who, house)


@router.get("/series")
async def search_all_series(request: Request, who: ImageReaderDep, house: HouseDep) -> Response:
    """QIDO-RS: series of all studies."""
    return await _search(request, Level.SERIES, None, who, house)


@router.get("/instances")
async def search_all_instances(request: Request, who: ImageReaderDep, house: HouseDep) -> Response:
    """QIDO-RS: instances of all studies."""
    return await _search(request, Level.INSTANCE, None, who, house)


@router.get(STUDY + "/series")
async def search_series(
    request: Request, study: Uid, who: ImageReaderDep, house: HouseDep
) -> Response:
    """QIDO-RS: the series of a study."""
    return await _search(request, Level.SERIES, Place(study), who, house)


@router.get(STUDY + "/instances")
async def search_study_instances(
    request: Request, study: Uid, who: ImageReaderDep, house: HouseDep
) -> Response:
    """QIDO-RS: the instances of a study."""
    return await _search(request, Level.INSTANCE, Place(study), who, house)


@router.get(SERIES + "/instances")
async def search_instances(
    request: Request, study: Uid, series: Uid, who: ImageReaderDep, house: HouseDep
) -> Response:
    """QIDO-RS: the instances of a series."""
    return await _search(request, Level.INSTANCE, Place(study, series), who, house)


async def _search(
    request: Request, level: Level, within: Place | None, who: Who, house: House
) -> Response:
    _take(request)
    wanted = asked(level, request.query_params)
    within = None if within is None else replace(within, case_id=case_of(request))
    seen = await house.reading.search(who, wanted.search, within)
    base = base_of(request)
    nested = within is not None
    found = list(zip(seen.found.rows, seen.examples, strict=True))
    bodies = await bodies_of(house.reading.objects, found, wanted, base, nested=nested)
    answer = list_response(request, bodies)
    page_headers(answer, wanted, seen.found.total, len(bodies))
    return tagged(request, answer, seen.found.total) if nested else answer


def _take(request: Request) -> None:
    """Raises 406 where the client takes nothing that a search is answered as."""
    if not any(
        one.takes(kind) and not one.multipart
        for one in accepted(request.headers.get("accept"))
        for kind in (DICOM_JSON, "application/json")
    ):
        raise not_acceptable(DICOM_JSON)
