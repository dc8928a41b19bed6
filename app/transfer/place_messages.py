"""What is told of images before they are here; part of `app.transfer.messages`."""

from typing import Literal

from pydantic import Field

from app.imaging.geometry import Orientation, Vector
from protocol.base import Message, Uid


class PlacedImage(Message):
    """What an image's place among the others rests on, as `app.imaging.listed.ListedImage`."""

    sop_instance_uid: Uid
    sop_class_uid: Uid
    series_instance_uid: Uid
    instance_number: int | None
    rows: int
    columns: int
    orientation: Orientation | None = Field(description="cosines of rows and columns")
    position: Vector | None = Field(description="millimetres in the patient")
    slice_location: float | None
    pixel_spacing: tuple[float, float] | None = Field(description="millimetres, row and column")
    frame_of_reference_uid: str
    marks: tuple[float | str | None, ...]


class ImagesPlaced(Message):
    """Images of one frame that a study is listed with; those of a long study page by page.
    Never told where the server does not say where they lie."""

    kind: Literal["images-placed"] = "images-placed"
    study_instance_uid: Uid
    images: tuple[PlacedImage, ...]


class ThumbnailArrived(Message):
    """A small picture of a series of which nothing is here yet: a JPEG in Base64."""

    kind: Literal["thumbnail-arrived"] = "thumbnail-arrived"
    study_instance_uid: Uid
    series_instance_uid: Uid
    jpeg: str
