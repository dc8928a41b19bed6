"""What a server says of where images lie is what the images say, whoever wrote them."""

import io
from collections.abc import Collection, Sequence
from pathlib import Path

import orjson
import pytest

from app.imaging.series import describe_bytes
from app.net.dicom_json import Attributes
from app.net.dicomweb import PLACE
from app.transfer.place_messages import ImagesPlaced
from app.transfer.places import placed
from server.api.dicomweb.describing import metadata
from tests.imaging.objects import ct_object, ramp

ASKED = (*PLACE, "00080016", "00080018", "0020000E", "00200013", "00280008", "00280010", "00280011")


async def told(objects: Sequence[bytes], fetched: Collection[str]) -> list[ImagesPlaced]:
    """What the list of a server with these says, two on a page."""
    items = [metadata(io.BytesIO(one), "", bulk=False, only=ASKED) for one in objects]

    async def page(start: int) -> tuple[list[Attributes], int | None]:
        after = start + 2 if start + 2 < len(items) else None
        return orjson.loads(orjson.dumps(items[start : start + 2])), after

    return [part async for part in placed("1.2", page, fetched)]


async def test_places_are_those_of_the_images_to_the_last_digit(shared_data: Path) -> None:
    files = [one for one in sorted((shared_data / "mr-lumbar").rglob("*")) if one.is_file()]
    images = [describe_bytes(file.read_bytes()) for file in files]
    uids = [one.sop_instance_uid for one in images]
    pages = await told([file.read_bytes() for file in files], uids)
    known = {one.sop_instance_uid: one for page in pages for one in page.images}
    for image in images:
        place = known[image.sop_instance_uid]
        assert (place.position, place.orientation) == (image.position, image.orientation)
        assert (place.instance_number, place.marks) == (image.instance_number, image.marks)
        assert place.pixel_spacing == image.pixel_spacing


async def test_only_pictures_of_one_frame_that_are_fetched_have_places() -> None:
    frames = ct_object(ramp(8, 4), SOPInstanceUID="2.25.1", Rows=4, NumberOfFrames=2)
    others = [ct_object(ramp(4, 4), SOPInstanceUID=f"2.25.{number}") for number in (2, 3)]
    pages = await told([frames, *others], ["2.25.1", "2.25.3"])
    uids = [[one.sop_instance_uid for one in page.images] for page in pages]
    assert uids == [[], ["2.25.3"]]


@pytest.mark.parametrize("nonsense", [None, {"Alphabetic": "x"}, [[1]], "1e999", True])
@pytest.mark.parametrize("tag", ASKED)
async def test_whatever_a_list_says_the_other_images_have_their_places(
    tag: str, nonsense: object
) -> None:
    objects = [ct_object(ramp(4, 4), SOPInstanceUID=f"2.25.{number}") for number in (1, 2)]
    items = [metadata(io.BytesIO(one), "", bulk=False, only=ASKED) for one in objects]
    items = orjson.loads(orjson.dumps(items))
    items[0][tag] = {"vr": "UN", "Value": [nonsense]}

    async def page(_start: int) -> tuple[list[Attributes], int | None]:
        return items, None

    (part,) = [one async for one in placed("1.2", page, ["2.25.1", "2.25.2"])]
    assert part.images[-1].sop_instance_uid == "2.25.2"
