"""What a far source says of its series and images before they are here."""

from dataclasses import dataclass

from app.imaging.frame_places import Mark
from app.imaging.geometry import Orientation, Vector


@dataclass(frozen=True, slots=True)
class ListedSeries:
    """One series as a server lists it; `slices` counts frames."""

    series_instance_uid: str
    study_instance_uid: str
    modality: str
    description: str
    slices: int


@dataclass(frozen=True, slots=True)
class ListedImage:
    """A picture of one frame as a server lists it: what its place among the others rests on."""

    sop_instance_uid: str
    sop_class_uid: str
    series_instance_uid: str
    study_instance_uid: str
    instance_number: int | None
    rows: int
    columns: int
    orientation: Orientation | None
    position: Vector | None
    slice_location: float | None
    pixel_spacing: tuple[float, float] | None
    frame_of_reference_uid: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Awaited:
    """Pictures that a source has and that are on their way."""

    images: tuple[ListedImage, ...]
