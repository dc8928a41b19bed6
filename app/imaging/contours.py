"""Radiotherapy structures: regions of interest as contours (PS3.3 C.8.8.5, C.8.8.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.imaging.attributes import integer, items, numbers, text
from app.imaging.dataset import DicomObject
from app.imaging.errors import MissingAttributeError, UnsupportedPixelsError
from app.imaging.lab import Colour
from app.imaging.planes import Plane

if TYPE_CHECKING:
    from pydicom import Dataset

_CLASS = "1.2.840.10008.5.1.4.1.1.481.3"
_CONTOUR_DATA = 0x30060050
MOST_ROIS = 4096
MOST_CONTOURS = 200_000
UNKNOWN_GAP_MM = 1.0

Points = NDArray[np.float64]


class ContourType(StrEnum):
    """ContourGeometricType (3006,0042), as far as it lies in one plane."""

    POINT = "POINT"
    OPEN_PLANAR = "OPEN_PLANAR"
    CLOSED_PLANAR = "CLOSED_PLANAR"
    CLOSED_PLANAR_XOR = "CLOSEDPLANAR_XOR"


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """`points` (points, 3) are millimetres in the patient."""

    kind: ContourType
    points: Points


@dataclass(frozen=True, slots=True, eq=False)
class FlatContour:
    """A contour on a picture; `points` (points, 2) are picture coordinates."""

    number: int
    kind: ContourType
    points: Points


@dataclass(frozen=True, slots=True, eq=False)
class Roi:
    """One region of interest; `meaning` is RTROIInterpretedType, `unread` counts contours that are
    broken or do not lie in one plane."""

    number: int
    name: str
    colour: Colour | None
    frame_of_reference_uid: str
    meaning: str = ""
    contours: tuple[Contour, ...] = ()
    unread: int = 0
    _firsts: Points = field(init=False, repr=False)

    def __post_init__(self) -> None:
        firsts = np.array([contour.points[0] for contour in self.contours]).reshape(-1, 3)
        object.__setattr__(self, "_firsts", firsts)

    def on(self, plane: Plane, gap: float | None) -> tuple[FlatContour, ...]:
        """The contours that lie on a picture; `gap` is millimetres between the series' pictures.

        A contour lies on a picture of its Frame of Reference if all of its points are nearer than
        half a gap; one in the middle between two pictures lies on one of them only.
        """
        if not self.contours or plane.frame_of_reference_uid != self.frame_of_reference_uid:
            return ()
        if not plane.frame_of_reference_uid:
            return ()
        reach = (gap or UNKNOWN_GAP_MM) / 2
        origin, normal = np.array(plane.position), np.array(plane.normal)
        away = np.round((self._firsts - origin) @ normal, 3)
        found = []
        for n in np.flatnonzero((away > -reach) & (away <= reach)):
            contour = self.contours[n]
            offset = contour.points - origin
            far = np.round(offset @ normal, 3)
            if far.min() > -reach and far.max() <= reach:
                across = offset @ np.array(plane.across) / plane.column_spacing + 0.5
                down = offset @ np.array(plane.down) / plane.row_spacing + 0.5
                found.append(
                    FlatContour(self.number, contour.kind, np.column_stack([across, down]))
                )
        return tuple(found)


@dataclass(frozen=True, slots=True)
class StructureSet:
    """One object."""

    sop_instance_uid: str
    label: str
    description: str
    creator: str
    created: str
    rois: tuple[Roi, ...]

    def shares_space(self, frame_of_reference_uid: str) -> bool:
        """Whether something of it lies in a Frame of Reference."""
        return bool(frame_of_reference_uid) and any(
            roi.frame_of_reference_uid == frame_of_reference_uid for roi in self.rois
        )


def usual_gap(planes: Sequence[Plane | None]) -> float | None:
    """Millimetres between neighbouring pictures of a stack, None where they have no places."""
    known = [plane for plane in planes if plane is not None]
    if not known:
        return None
    way = np.array(known[0].normal)
    along = np.unique(np.round([float(way @ np.array(plane.position)) for plane in known], 2))
    steps = [float(b - a) for a, b in pairwise(along)]
    return median_low(steps) if steps else None


def is_structure_set(sop_class_uid: str) -> bool:
    """Whether `read_structure_set` reads objects of this class."""
    return sop_class_uid == _CLASS


def read_structure_set(obj: DicomObject) -> StructureSet:
    """Read the structures; broken contours are left out and counted.

    Raises:
        UnsupportedPixelsError: the object is no structure set.
        MissingAttributeError: it names no regions.
    """
    ds = obj.dataset
    if not is_structure_set(text(ds, "SOPClassUID")):
        raise UnsupportedPixelsError("This is not a structure set.")
    drawn = {integer(item, "ReferencedROINumber"): item for item in items(ds, "ROIContourSequence")}
    meanings = {
        integer(item, "ReferencedROINumber"): text(item, "RTROIInterpretedType")
        for item in items(ds, "RTROIObservationsSequence")
    }
    left = MOST_CONTOURS
    rois = []
    for item in items(ds, "StructureSetROISequence")[:MOST_ROIS]:
        number = integer(item, "ROINumber")
        roi = _roi(item, drawn.get(number), meanings.get(number, ""), left)
        left -= len(roi.contours)
        rois.append(roi)
    if not rois:
        raise MissingAttributeError("StructureSetROISequence")
    return StructureSet(
        sop_instance_uid=text(ds, "SOPInstanceUID"),
        label=text(ds, "StructureSetLabel"),
        description=text(ds, "StructureSetName") or text(ds, "StructureSetDescription"),
        creator=text(ds, "OperatorsName"),
        created=text(ds, "StructureSetDate") + text(ds, "StructureSetTime"),
        rois=tuple(rois),
    )


def _roi(item: Dataset, drawn: Dataset | None, meaning: str, most: int) -> Roi:
    contours: list[Contour] = []
    unread = 0
    for one in items(drawn, "ContourSequence") if drawn is not None else ():
        contour = _contour(one) if len(contours) < most else None
        if contour is None:
            unread += 1
        else:
            contours.append(contour)
    return Roi(
        number=integer(item, "ROINumber") or 0,
        name=text(item, "ROIName"),
        colour=None if drawn is None else _colour(drawn),
        frame_of_reference_uid=text(item, "ReferencedFrameOfReferenceUID"),
        meaning=meaning,
        contours=tuple(contours),
        unread=unread,
    )


def _colour(drawn: Dataset) -> Colour | None:
    parts = numbers(drawn, "ROIDisplayColor")
    if len(parts) != 3 or not all(0 <= part <= 255 for part in parts):
        return None
    return int(parts[0]), int(parts[1]), int(parts[2])


def _contour(item: Dataset) -> Contour | None:
    try:
        kind = ContourType(text(item, "ContourGeometricType").upper())
        flat = _decimals(item)
    except (ValueError, TypeError):
        return None
    least = 1 if kind is ContourType.POINT else 2
    if flat.size % 3 or flat.size < 3 * least or not np.isfinite(flat).all():
        return None
    return Contour(kind, flat.reshape(-1, 3))


def _decimals(item: Dataset) -> NDArray[np.float64]:
    """ContourData without making an object of every number: there may be millions."""
    element: Any = item.get_item(_CONTOUR_DATA) if _CONTOUR_DATA in item else None
    value = getattr(element, "value", None)
    if isinstance(value, bytes):
        return np.array(value.strip(b" \0").split(b"\\"), dtype=np.float64)
    return np.array(numbers(item, "ContourData"), dtype=np.float64)
