"""The paths of QIDO-RS below `/dicomweb`."""

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from protocol.base import Uid
from protocol.paths import DICOMWEB
from server.api.dicomweb.accepting import accepted, case_of, not_acceptable
from server.api.dicomweb.answers import DICOM_JSON, list_response
from server.api.dicomweb.conditions import tagged
from server.api.dicomweb.describing import metadata
from server.api.dicomweb.reading import Place, Seen
from server.api.dicomweb.searching import Asked, Json, asked, found_json, warnings_of
from server.api.dicomweb.streaming import with_reader
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
    base = str(request.base_url).rstrip("/") + DICOMWEB
    nested = within is not None
    bodies = [found_json(row, wanted, base, {}, nested=nested) for row in seen.found.rows]
    if bodies and wanted.fields.beyond(bodies[0]):
        more = [await _described(house, example) for example in seen.examples]
        bodies = [
            found_json(row, wanted, base, one, nested=nested)
            for row, one in zip(seen.found.rows, more, strict=True)
        ]
    answer = list_response(request, bodies)
    _page_headers(answer, wanted, seen)
    return tagged(request, answer, seen.found.total) if nested else answer


def _take(request: Request) -> None:
    """Raises 406 where the client takes nothing that a search is answered as."""
    if not any(
        one.takes(kind) and not one.multipart
        for one in accepted(request.headers.get("accept"))
        for kind in (DICOM_JSON, "application/json")
    ):
        raise not_acceptable(DICOM_JSON)


async def _described(house: House, sha256: str | None) -> Json:
    """What is in no table is read from the object itself; of a study or a series from one."""
    if sha256 is None:
        return {}
    return await with_reader(
        house.reading.objects, sha256, lambda source: metadata(source, "", bulk=False)
    )


def _page_headers(answer: Response, wanted: Asked, seen: Seen) -> None:
    answer.headers["x-total-count"] = str(seen.found.total)
    answer.headers["cache-control"] = "private, no-cache"
    for text in warnings_of(wanted, seen.found.total, len(seen.found.rows)):
        answer.headers.append("warning", text)
