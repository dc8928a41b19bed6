"""What a reader drew on pictures: shapes in picture coordinates, key images, and undo.

An annotation lies on one frame of one instance, so it means the same on two machines.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

import numpy as np

from app.imaging import measurement
from app.imaging.calibration import Point, Scale
from app.imaging.hand_calibration import (
    Calibrations,
    HandCalibration,
    Pictures,
    with_calibration,
    without_calibration,
)
from app.imaging.measurement import Patch, Quantity, RoiStatistics
from app.imaging.picture import GreyPicture, Picture, shape_of
from app.imaging.planes import Plane
from app.imaging.readings import Reading, Readings
from app.imaging.series import SliceRef


@dataclass(frozen=True, slots=True)
class PlaneRef(SliceRef):
    """A plane through a volume instead of a frame: its marks lie in millimetres of the Frame of
    Reference. `sop_instance_uid` names a slice of the volume, `frame` is -1."""

    plane: Plane

    def shows(self, plane: Plane, near: float) -> bool:
        """Whether another plane shows the same to within `near` millimetres along the normal, its
        pixels lying above these."""
        mine = self.plane
        if (mine.frame_of_reference_uid, mine.rows, mine.columns) != (
            plane.frame_of_reference_uid,
            plane.rows,
            plane.columns,
        ):
            return False
        if abs(mine.distance(plane.position)) >= near:
            return False  # first, as most fail here: it is asked at every paint
        size = mine.row_spacing, mine.column_spacing
        if not np.allclose(size, (plane.row_spacing, plane.column_spacing)):
            return False
        if not np.allclose(mine.orientation, plane.orientation, atol=1e-4):
            return False
        x, y = mine.picture(plane.position)
        return math.hypot(x - 0.5, y - 0.5) < _SAME_PIXEL


class AnnotationKind(StrEnum):
    """What was drawn."""

    LENGTH = "length"
    ANGLE = "angle"
    COBB = "cobb"
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    POLYGON = "polygon"
    ARROW = "arrow"
    TEXT = "text"


POINTS: dict[AnnotationKind, int | None] = {
    AnnotationKind.LENGTH: 2,
    AnnotationKind.ANGLE: 3,
    AnnotationKind.COBB: 4,
    AnnotationKind.RECTANGLE: 2,
    AnnotationKind.ELLIPSE: 2,
    AnnotationKind.POLYGON: None,
    AnnotationKind.ARROW: 2,
    AnnotationKind.TEXT: 1,
}
"""How many points a kind has; a polygon has three or more."""

ON_PLANES = frozenset(AnnotationKind) - {AnnotationKind.ARROW, AnnotationKind.TEXT}
"""What can be drawn on a plane: arrows and texts are written into presentation states only, which
planes have none of."""
_SAME_PIXEL = 0.05

REGIONS = (AnnotationKind.RECTANGLE, AnnotationKind.ELLIPSE, AnnotationKind.POLYGON)


@dataclass(frozen=True, slots=True)
class Annotation:
    """One shape. `text` is the reader's own words; an arrow points at its second point."""

    id: UUID
    ref: SliceRef
    kind: AnnotationKind
    points: tuple[Point, ...]
    text: str = ""

    @property
    def complete(self) -> bool:
        """Whether all of its points are there."""
        wanted = POINTS[self.kind]
        return len(self.points) == wanted if wanted is not None else len(self.points) >= 3

    def moved(self, by: Point) -> Annotation:
        """The whole shape shifted by columns and rows."""
        return replace(self, points=tuple((x + by[0], y + by[1]) for x, y in self.points))

    def with_point(self, index: int, point: Point) -> Annotation:
        """One point somewhere else."""
        points = list(self.points)
        points[index] = point
        return replace(self, points=tuple(points))


@dataclass(frozen=True, slots=True)
class Measured:
    """What an annotation says in numbers, and the scale they rest on; `readings` is what else the
    values of a region mean."""

    quantities: tuple[Quantity, ...]
    statistics: RoiStatistics | None
    scale: Scale
    readings: Readings = Readings()

    @property
    def further(self) -> tuple[tuple[Reading, RoiStatistics], ...]:
        """The statistics in each other reading that reaches all of them."""
        if self.statistics is None:
            return ()
        found = [(one, self.statistics.read_as(one)) for one in self.readings.known]
        return tuple((one, values) for one, values in found if values is not None)

    def rescaled(self, annotation: Annotation, scale: Scale) -> Measured:
        """The numbers of the same annotation under another scale of its picture."""
        return replace(self, quantities=quantities(annotation, scale), scale=scale)


def measured(annotation: Annotation, picture: Picture) -> Measured:
    """The numbers of a complete annotation on its picture; none for arrows and texts."""
    scale = picture.scales.at(annotation.points)
    values = None
    if annotation.kind in REGIONS:
        values = measurement.statistics(picture, _patch(annotation, shape_of(picture)))
    readings = picture.readings if isinstance(picture, GreyPicture) else Readings()
    return Measured(quantities(annotation, scale), values, scale, readings)


def quantities(annotation: Annotation, scale: Scale) -> tuple[Quantity, ...]:
    """Lengths, angles and areas of a complete annotation; none where they have no meaning."""
    p = annotation.points
    match annotation.kind:
        case AnnotationKind.LENGTH:
            return measurement.length(p[0], p[1], scale)
        case AnnotationKind.ANGLE:
            return _some(measurement.angle(p[0], p[1], p[2], scale))
        case AnnotationKind.COBB:
            return _some(measurement.cobb((p[0], p[1]), (p[2], p[3]), scale))
        case AnnotationKind.ELLIPSE:
            return _some(measurement.ellipse_area(p[0], p[1], scale))
        case AnnotationKind.RECTANGLE | AnnotationKind.POLYGON:
            return _some(measurement.polygon_area(outline(annotation), scale))
        case AnnotationKind.ARROW | AnnotationKind.TEXT:
            return ()


def _patch(annotation: Annotation, shape: tuple[int, int]) -> Patch:
    p = annotation.points
    if annotation.kind is AnnotationKind.ELLIPSE:
        return measurement.ellipse_patch(p[0], p[1], shape)
    return measurement.polygon_patch(outline(annotation), shape)


def _some(quantity: Quantity | None) -> tuple[Quantity, ...]:
    return () if quantity is None else (quantity,)


def outline(annotation: Annotation) -> tuple[Point, ...]:
    """The corners of a rectangle or polygon, in order around it."""
    if annotation.kind is AnnotationKind.RECTANGLE:
        return measurement.rectangle(annotation.points[0], annotation.points[1])
    return annotation.points


def ellipse_axes(annotation: Annotation) -> tuple[Point, ...]:
    """The ends of an ellipse's longer axis, then of its shorter one (PS3.3 C.18.6.1.2)."""
    (x0, y0), (x1, y1) = annotation.points
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    across, down = ((x0, y), (x1, y)), ((x, y0), (x, y1))
    wide = abs(x1 - x0) >= abs(y1 - y0)
    return (*across, *down) if wide else (*down, *across)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything drawn in a study, oldest first, the frames marked as key images, and what was
    calibrated by hand."""

    annotations: tuple[Annotation, ...] = ()
    key_images: frozenset[SliceRef] = frozenset()
    calibrations: Calibrations = ()

    def on(self, ref: SliceRef) -> tuple[Annotation, ...]:
        """What lies on one frame."""
        return tuple(one for one in self.annotations if one.ref == ref)

    def find(self, id_: UUID) -> Annotation | None:
        """The annotation with that id."""
        return next((one for one in self.annotations if one.id == id_), None)

    def put(self, annotation: Annotation) -> Sheet:
        """With an annotation added, or changed where it was."""
        if self.find(annotation.id) is None:
            return replace(self, annotations=(*self.annotations, annotation))
        changed = (annotation if one.id == annotation.id else one for one in self.annotations)
        return replace(self, annotations=tuple(changed))

    def without(self, id_: UUID) -> Sheet:
        """With an annotation gone."""
        left = tuple(one for one in self.annotations if one.id != id_)
        return replace(self, annotations=left)

    def toggled(self, ref: SliceRef) -> Sheet:
        """With a frame marked as key image, or no longer."""
        return replace(self, key_images=self.key_images ^ {ref})

    def calibrated(self, by: HandCalibration) -> Sheet:
        """With pictures calibrated by hand."""
        return replace(self, calibrations=with_calibration(self.calibrations, by))

    def uncalibrated(self, pictures: Pictures) -> Sheet:
        """With the lengths of a picture as the file tells them again."""
        return replace(self, calibrations=without_calibration(self.calibrations, pictures))


def touched(before: Sheet, after: Sheet) -> tuple[SliceRef, ...]:
    """The frames on which two sheets differ."""
    drawn = dict.fromkeys(before.annotations) | dict.fromkeys(after.annotations)
    both = set(before.annotations) & set(after.annotations)
    refs = [one.ref for one in drawn if one not in both]
    refs += before.key_images ^ after.key_images
    refs += [by.of.ref for by in set(before.calibrations) ^ set(after.calibrations)]
    return tuple(dict.fromkeys(refs))


@dataclass(frozen=True, slots=True)
class Aside:
    """A step besides the sheet, as how a picture is looked at; both answer whether anything
    changed. Steps of one `key` that follow each other are one."""

    undo: Callable[[], bool]
    redo: Callable[[], bool]
    key: tuple[object, ...] = ()


History: TypeAlias = tuple[Sheet | Aside, ...]
STEPS_KEPT = 200


@dataclass(frozen=True, slots=True)
class Book:
    """A sheet with its past and what was undone; a new step forgets the undone ones."""

    sheet: Sheet = Sheet()
    past: History = field(default=(), repr=False)
    undone: History = field(default=(), repr=False)

    def done(self, sheet: Sheet) -> Book:
        """One step on; nothing happens where the sheet stays the same."""
        if sheet == self.sheet:
            return self
        return Book(sheet, (*self.past, self.sheet)[-STEPS_KEPT:])

    def aside(self, step: Aside) -> Book:
        """One step on that leaves the sheet as it is."""
        last = self.past[-1] if self.past else None
        if isinstance(last, Aside) and step.key and last.key == step.key and not self.undone:
            return Book(self.sheet, (*self.past[:-1], replace(last, redo=step.redo)))
        return Book(self.sheet, (*self.past, step)[-STEPS_KEPT:])

    def undo(self) -> Book:
        """One step back, as far as there is one; what is aside is for the caller to undo."""
        if not self.past:
            return self
        last, left = self.past[-1], self.past[:-1]
        if isinstance(last, Aside):
            return Book(self.sheet, left, (*self.undone, last))
        return Book(last, left, (*self.undone, self.sheet))

    def redo(self) -> Book:
        """One undone step on again, as far as there is one; what is aside as in `undo`."""
        if not self.undone:
            return self
        last, left = self.undone[-1], self.undone[:-1]
        if isinstance(last, Aside):
            return Book(self.sheet, (*self.past, last), left)
        return Book(last, (*self.past, self.sheet), left)
