"""Where the images of a study lie, as its list says it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from pydantic import ValidationError

from app.imaging.attributes import integer, number, text
from app.imaging.frame_places import marks, patient_spacing
from app.imaging.geometry import orientation, position
from app.net.dicom_json import Attributes, values_of
from app.net.dicomweb import PLACE
from app.transfer.place_messages import ImagesPlaced, PlacedImage

if TYPE_CHECKING:
    from pydicom import Dataset

FEWEST = 8
"""Where fewer images are left they are here as soon as their places would be."""
BYTES_EACH = 100
"""About what one weighs in a list that is compressed."""
_ASKED = PLACE | {
    "00080016": "SOPClassUID",
    "00080018": "SOPInstanceUID",
    "0020000E": "SeriesInstanceUID",
    "00200013": "InstanceNumber",
    "00280008": "NumberOfFrames",
    "00280010": "Rows",
    "00280011": "Columns",
}


async def placed(
    study_instance_uid: str,
    page: Callable[[int], Awaitable[tuple[list[Attributes], int | None]]],
    fetched: Collection[str],
) -> AsyncIterator[ImagesPlaced]:
    """The places of those images of a study that are `fetched`; `page` answers its list from a
    number on, and where it goes on. Errors as `page`."""
    start: int | None = 0
    while start is not None:
        items, start = await page(start)
        images = await asyncio.to_thread(partial(_images, items, fetched))
        yield ImagesPlaced(study_instance_uid=study_instance_uid, images=images)


def _images(items: list[Attributes], fetched: Collection[str]) -> tuple[PlacedImage, ...]:
    return tuple(one for one in map(_image, items) if one and one.sop_instance_uid in fetched)


def _image(item: Attributes) -> PlacedImage | None:
    """None for what has several frames, which lie elsewhere each, and for what nobody understands:
    it has its place when it is here."""
    # The same functions read it that will read the image.
    said = cast("Dataset", dict(_said(item)))
    if (integer(said, "NumberOfFrames") or 1) > 1:
        return None
    try:
        return PlacedImage(
            sop_instance_uid=text(said, "SOPInstanceUID"),
            sop_class_uid=text(said, "SOPClassUID"),
            series_instance_uid=text(said, "SeriesInstanceUID"),
            instance_number=integer(said, "InstanceNumber"),
            rows=integer(said, "Rows") or 0,
            columns=integer(said, "Columns") or 0,
            orientation=orientation(said),
            position=position(said),
            slice_location=number(said, "SliceLocation"),
            pixel_spacing=patient_spacing(said),
            frame_of_reference_uid=text(said, "FrameOfReferenceUID"),
            marks=marks(said),
        )
    except ValidationError:
        return None


def _said(item: Attributes) -> Iterator[tuple[str, object]]:
    """By keyword, one value as itself and several as a list."""
    for tag, keyword in _ASKED.items():
        values = values_of(item, tag)
        if values:
            yield keyword, values[0] if len(values) == 1 else values
