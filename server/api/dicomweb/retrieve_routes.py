"""The paths of WADO-RS below `/dicomweb`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from protocol.base import Uid
from protocol.paths import DICOMWEB
from server.api.dicomweb.accepting import accepted_by, base_of
from server.api.dicomweb.picturing import Picturing, Wish
from server.api.dicomweb.reading import Place
from server.api.dicomweb.retrieving import Retrieving, frame_numbers
from server.api.house import House
from server.api.rest.wire import HouseDep, ImageReaderDep
from server.store.finding import StoredInstance

router = APIRouter(prefix=DICOMWEB, tags=["DICOMweb"])

STUDY = "/studies/{study}"
SERIES = STUDY + "/series/{series}"
INSTANCE = SERIES + "/instances/{instance}"
FRAMES = INSTANCE + "/frames/{numbers}"


async def _wish(
    window: Annotated[str | None, Query(max_length=80)] = None,
    viewport: Annotated[str | None, Query(max_length=80)] = None,
    quality: Annotated[int, Query(ge=1, le=100)] = 90,
) -> Wish:
    return Wish(window, viewport, quality)


async def _study(study: Uid, consultation: UUID | None = None) -> Place:
    return Place(study, case_id=consultation)


async def _series(study: Uid, series: Uid, consultation: UUID | None = None) -> Place:
    return Place(study, series, case_id=consultation)


async def _instance(
    study: Uid, series: Uid, instance: Uid, consultation: UUID | None = None
) -> Place:
    return Place(study, series, instance, consultation)


StudyPlace = Annotated[Place, Depends(_study)]
SeriesPlace = Annotated[Place, Depends(_series)]
InstancePlace = Annotated[Place, Depends(_instance)]
WishDep = Annotated[Wish, Depends(_wish)]


def _retrieving(house: House) -> Retrieving:
    return Retrieving(house.reading.objects, house.reading.layouts)


def _picturing(house: House) -> Picturing:
    return Picturing(house.reading.objects)


@router.get(STUDY)
async def retrieve_study(
    request: Request, place: StudyPlace, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: every instance of a study."""
    rows = await house.reading.instances(who, place)
    return await _retrieving(house).instances(request, rows, accepted_by(request), fixed=False)


@router.get(SERIES)
async def retrieve_series(
    request: Request, place: SeriesPlace, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: every instance of a series."""
    rows = await house.reading.instances(who, place)
    return await _retrieving(house).instances(request, rows, accepted_by(request), fixed=False)


@router.get(INSTANCE)
async def retrieve_instance(
    request: Request, place: InstancePlace, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: one instance, byte for byte, or a range of its bytes."""
    rows = await house.reading.instances(who, place)
    return await _retrieving(house).instances(request, rows, accepted_by(request), fixed=True)


@router.get(STUDY + "/metadata")
async def study_metadata(
    request: Request, place: StudyPlace, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: metadata of a study."""
    rows = await house.reading.instances(who, place)
    return await house.describing.answer(request, rows, base_of(request), fixed=False)


@router.get(SERIES + "/metadata")
async def series_metadata(
    request: Request, place: SeriesPlace, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: metadata of a series."""
    rows = await house.reading.instances(who, place)
    return await house.describing.answer(request, rows, base_of(request), fixed=False)


@router.get(INSTANCE + "/metadata")
async def instance_metadata(
    request: Request, place: InstancePlace, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: metadata of an instance."""
    rows = await house.reading.instances(who, place)
    return await house.describing.answer(request, rows, base_of(request), fixed=True)


@router.get(STUDY + "/rendered")
async def rendered_study(
    request: Request, place: StudyPlace, wish: WishDep, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: the pictures of a study."""
    rows = await house.reading.instances(who, place)
    return await _picturing(house).many(request, rows, accepted_by(request), wish)


@router.get(SERIES + "/rendered")
async def rendered_series(
    request: Request, place: SeriesPlace, wish: WishDep, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: the pictures of a series."""
    rows = await house.reading.instances(who, place)
    return await _picturing(house).many(request, rows, accepted_by(request), wish)


@router.get(INSTANCE + "/rendered")
async def rendered_instance(
    request: Request,
    place: InstancePlace,
    wish: WishDep,
    who: ImageReaderDep,
    house: HouseDep,
) -> Response:
    """WADO-RS: the first frame as a picture."""
    rows = await house.reading.instances(who, place)
    return await _picturing(house).one(request, rows[0], [1], accepted_by(request), wish)


@router.get(STUDY + "/thumbnail")
async def study_thumbnail(
    request: Request, place: StudyPlace, wish: WishDep, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: a small picture of a study."""
    rows = await house.reading.instances(who, place)
    return await _picturing(house).thumbnail(
        request, rows, None, accepted_by(request), wish, fixed=False
    )


@router.get(SERIES + "/thumbnail")
async def series_thumbnail(
    request: Request, place: SeriesPlace, wish: WishDep, who: ImageReaderDep, house: HouseDep
) -> Response:
    """WADO-RS: a small picture of a series."""
    rows = await house.reading.instances(who, place)
    return await _picturing(house).thumbnail(
        request, rows, None, accepted_by(request), wish, fixed=False
    )


@router.get(INSTANCE + "/thumbnail")
async def instance_thumbnail(
    request: Request,
    place: InstancePlace,
    wish: WishDep,
    who: ImageReaderDep,
    house: HouseDep,
) -> Response:
    """WADO-RS: a small picture of an instance."""
    rows = await house.reading.instances(who, place)
    return await _picturing(house).thumbnail(
        request, rows, None, accepted_by(request), wish, fixed=True
    )


@router.get(INSTANCE + "/bulkdata/{path:path}")
async def bulk_data(
    request: Request,
    place: InstancePlace,
    path: str,
    who: ImageReaderDep,
    house: HouseDep,
) -> Response:
    """WADO-RS: the bytes of one attribute."""
    rows = await house.reading.instances(who, place)
    return await _retrieving(house).bulk(request, rows[0], path, accepted_by(request))


@router.get(FRAMES)
async def retrieve_frames(
    request: Request,
    place: InstancePlace,
    numbers: str,
    who: ImageReaderDep,
    house: HouseDep,
) -> Response:
    """WADO-RS: frames, plain or as stored."""
    wanted, accept, retrieving = frame_numbers(numbers), accepted_by(request), _retrieving(house)

    def begin(rows: list[StoredInstance]) -> tuple[StoredInstance, bytes | None]:
        return rows[0], retrieving.first_frame(request, rows[0], wanted, accept)

    row, first = await house.reading.opened(who, place, begin)
    return await retrieving.frames(request, row, wanted, accept, first)


@router.get(FRAMES + "/rendered")
async def rendered_frames(
    request: Request,
    place: InstancePlace,
    numbers: str,
    wish: WishDep,
    who: ImageReaderDep,
    house: HouseDep,
) -> Response:
    """WADO-RS: frames as pictures."""
    wanted = frame_numbers(numbers)
    rows = await house.reading.instances(who, place)
    return await _picturing(house).one(request, rows[0], wanted, accepted_by(request), wish)


@router.get(FRAMES + "/thumbnail")
async def frame_thumbnail(
    request: Request,
    place: InstancePlace,
    numbers: str,
    wish: WishDep,
    who: ImageReaderDep,
    house: HouseDep,
) -> Response:
    """WADO-RS: a small picture of a frame."""
    wanted = frame_numbers(numbers)[0]
    rows = await house.reading.instances(who, place)
    return await _picturing(house).thumbnail(
        request, rows, wanted, accepted_by(request), wish, fixed=True
    )
