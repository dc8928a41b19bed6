"""The paths of QIDO-RS and WADO-RS below `/dicomweb`."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from protocol.base import Uid
from protocol.paths import DICOMWEB
from server.api.dicomweb import searching
from server.api.dicomweb.accepting import Accepted, accepted
from server.api.dicomweb.answers import list_response
from server.api.dicomweb.reading import Place
from server.api.dicomweb.retrieving import Retrieving, frame_numbers
from server.api.house import House
from server.api.rest.wire import HouseDep, ImageReaderDep

router = APIRouter(prefix=DICOMWEB, tags=["DICOMweb"])

STUDY = "/studies/{study}"
SERIES = STUDY + "/series/{series}"
INSTANCE = SERIES + "/instances/{instance}"
Quality = Annotated[int, Query(ge=1, le=100)]
Wanted = Annotated[str | None, Query(alias="window", max_length=80)]


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/") + DICOMWEB


def _accept(request: Request) -> list[Accepted]:
    return accepted(request.query_params.get("accept") or request.headers.get("accept"))


def _retrieving(house: House) -> Retrieving:
    return Retrieving(house.reading.objects)


@router.get("/studies")
async def search_studies(request: Request, who: ImageReaderDep, house: HouseDep) -> Response:
    """QIDO-RS: studies."""
    found = await house.reading.studies(who, searching.study_query(request.query_params))
    base = _base(request)
    return list_response(request, [searching.study_json(one, base) for one in found])


@router.get(STUDY + "/series")
async def search_series(
    request: Request, study: Uid, who: ImageReaderDep, house: HouseDep
) -> Response:
    """QIDO-RS: the series of a study."""
    keys, base = searching.keys_of(request.query_params), _base(request)
    found = [
        one for one in await house.reading.series(who, study) if searching.series_matches(one, keys)
    ]
    rows = searching.page(found, request.query_params)
    return list_response(request, [searching.series_json(one, base) for one in rows])


@router.get(SERIES + "/instances")
async def search_instances(
    request: Request, study: Uid, series: Uid, who: ImageReaderDep, house: HouseDep
) -> Response:
    """QIDO-RS: the instances of a series."""
    return await _instances(request, Place(study, series), who, house)


@router.get(STUDY + "/instances")
async def search_study_instances(
    request: Request, study: Uid, who: ImageReaderDep, house: HouseDep
) -> Response:
    """QIDO-RS: the instances of a study."""
    return await _instances(request, Place(study), who, house)


async def _instances(request: Request, place: Place, who: ImageReaderDep, house: House) -> Response:
    keys, base = searching.keys_of(request.query_params), _base(request)
    found = [
        row
        for row in await house.reading.instances(who, place)
        if searching.instance_matches(row, keys)
    ]
    rows = searching.page(found, request.query_params)
    return list_response(request, [searching.instance_json(row, base) for row in rows])


@router.get(STUDY)
async def retrieve_study(
    request: Request, study: Uid, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: every instance of a study."""
    rows = await house.reading.instances(who, Place(study))
    return await _retrieving(house).instances(rows, _accept(request))


@router.get(SERIES)
async def retrieve_series(
    request: Request, study: Uid, series: Uid, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: every instance of a series."""
    rows = await house.reading.instances(who, Place(study, series))
    return await _retrieving(house).instances(rows, _accept(request))


@router.get(INSTANCE)
async def retrieve_instance(
    request: Request, study: Uid, series: Uid, instance: Uid, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: one instance, byte for byte."""
    rows = await house.reading.instances(who, Place(study, series, instance))
    return await _retrieving(house).instances(rows, _accept(request))


@router.get(STUDY + "/metadata")
async def study_metadata(
    request: Request, study: Uid, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: metadata of a study."""
    rows = await house.reading.instances(who, Place(study))
    return await _retrieving(house).metadata(rows, _base(request))


@router.get(SERIES + "/metadata")
async def series_metadata(
    request: Request, study: Uid, series: Uid, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: metadata of a series."""
    rows = await house.reading.instances(who, Place(study, series))
    return await _retrieving(house).metadata(rows, _base(request))


@router.get(INSTANCE + "/metadata")
async def instance_metadata(
    request: Request, study: Uid, series: Uid, instance: Uid, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: metadata of an instance."""
    rows = await house.reading.instances(who, Place(study, series, instance))
    return await _retrieving(house).metadata(rows, _base(request))


@router.get(INSTANCE + "/bulkdata/{tag}")
async def bulk_data(
    study: Uid, series: Uid, instance: Uid, tag: str, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: the bytes of one attribute."""
    rows = await house.reading.instances(who, Place(study, series, instance))
    return await _retrieving(house).bulk(rows[0], tag)


@router.get(INSTANCE + "/frames/{numbers}")
async def retrieve_frames(
    request: Request,
    study: Uid,
    series: Uid,
    instance: Uid,
    numbers: str,
    who: ImageReaderDep,
    house: HouseDep,
) -> Response:
    """WADO-RS: frames, plain or as stored."""
    wanted = frame_numbers(numbers)
    rows = await house.reading.instances(who, Place(study, series, instance))
    return await _retrieving(house).frames(rows[0], wanted, _accept(request))


@router.get(INSTANCE + "/rendered")
async def rendered_instance(
    request: Request,
    study: Uid,
    series: Uid,
    instance: Uid,
    who: ImageReaderDep,
    house: HouseDep,
    window: Wanted = None,
    quality: Quality = 90,
) -> Response:
    """WADO-RS: the first frame as a picture."""
    rows = await house.reading.instances(who, Place(study, series, instance))
    return await _retrieving(house).rendered(rows[0], 1, _accept(request), window, quality)


@router.get(INSTANCE + "/frames/{number}/rendered")
async def rendered_frame(
    request: Request,
    study: Uid,
    series: Uid,
    instance: Uid,
    number: Annotated[str, "one frame number"],
    who: ImageReaderDep,
    house: HouseDep,
    window: Wanted = None,
    quality: Quality = 90,
) -> Response:
    """WADO-RS: one frame as a picture."""
    wanted = frame_numbers(number)[0]
    rows = await house.reading.instances(who, Place(study, series, instance))
    return await _retrieving(house).rendered(rows[0], wanted, _accept(request), window, quality)
