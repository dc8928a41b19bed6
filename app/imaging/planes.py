"""Picture planes in the patient: points, distances, where one plane cuts another, even stacks.

Picture coordinates count columns and rows from the upper left corner of the upper left pixel
(PS3.3 C.10.5.1.2), ImagePositionPatient is the centre of that pixel (C.7.6.2.1.1); lengths
are millimetres in the patient's coordinate system.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from app.imaging.geometry import Orientation, Vector, normal

PARALLEL_DEGREES = 5.0
TILT_DEGREES = 1.0
UNEVEN_SHARE = 0.05
UNEVEN_MM = 0.02

Segment: TypeAlias = tuple[tuple[float, float], tuple[float, float]]


def dot(a: Vector, b: Vector) -> float:
    """Scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def minus(a: Vector, b: Vector) -> Vector:
    """a - b."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def _scaled(a: Vector, length: float) -> Vector:
    return (a[0] * length, a[1] * length, a[2] * length)


def _plus(a: Vector, b: Vector) -> Vector:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def _unit(a: Vector) -> Vector:
    length = math.hypot(*a)
    return _scaled(a, 1 / length) if length > 0 else a


@dataclass(frozen=True, slots=True)
class Plane:
    """Where one picture lies.

    `position` and `orientation` as ImagePositionPatient and ImageOrientationPatient;
    `row_spacing` and `column_spacing` in millimetres as PixelSpacing; `frame_of_reference_uid`
    is empty where the file names none.
    """

    position: Vector
    orientation: Orientation
    row_spacing: float
    column_spacing: float
    rows: int
    columns: int
    frame_of_reference_uid: str = ""

    @property
    def across(self) -> Vector:
        """The direction in which columns count, length 1."""
        return _unit((self.orientation[0], self.orientation[1], self.orientation[2]))

    @property
    def down(self) -> Vector:
        """The direction in which rows count, length 1."""
        return _unit((self.orientation[3], self.orientation[4], self.orientation[5]))

    @property
    def normal(self) -> Vector:
        """The direction out of the picture, length 1."""
        return _unit(normal(self.orientation))

    @property
    def middle(self) -> Vector:
        """The point in the middle of the picture."""
        return self.point(self.columns / 2, self.rows / 2)

    @property
    def along(self) -> float:
        """How far the plane lies along its own normal."""
        return dot(self.normal, self.position)

    @property
    def height(self) -> float:
        """The coordinate of the position in which the stack of such planes mainly runs."""
        return max(zip(self.normal, self.position, strict=True), key=lambda part: abs(part[0]))[1]

    def point(self, x: float, y: float) -> Vector:
        """The point of the patient under a picture point."""
        right = _scaled(self.across, (x - 0.5) * self.column_spacing)
        return _plus(_plus(self.position, right), _scaled(self.down, (y - 0.5) * self.row_spacing))

    def picture(self, point: Vector) -> tuple[float, float]:
        """The picture point that lies nearest to a point of the patient."""
        offset = minus(point, self.position)
        return (
            dot(offset, self.across) / self.column_spacing + 0.5,
            dot(offset, self.down) / self.row_spacing + 0.5,
        )

    def distance(self, point: Vector) -> float:
        """How far a point lies before the plane; negative behind it."""
        return dot(minus(point, self.position), self.normal)

    def shares_space(self, other: Plane) -> bool:
        """Whether both lie in one Frame of Reference (PS3.3 C.7.4.1)."""
        return bool(self.frame_of_reference_uid) and (
            self.frame_of_reference_uid == other.frame_of_reference_uid
        )


def angle(a: Vector, b: Vector) -> float:
    """Degrees between two lines, 0…90, whichever way they point."""
    length = math.hypot(*a) * math.hypot(*b)
    return math.degrees(math.acos(min(1.0, abs(dot(a, b)) / length))) if length else 90.0


def are_parallel(a: Plane, b: Plane, degrees: float = PARALLEL_DEGREES) -> bool:
    """Whether two planes are parallel within `degrees`."""
    return angle(a.normal, b.normal) <= degrees


class PlaneFinder:
    """Finds the slice of a stack that lies nearest to a point; `planes` one for each slice."""

    def __init__(self, planes: Sequence[Plane | None]) -> None:
        self.planes = tuple(planes)
        known = [(index, plane) for index, plane in enumerate(planes) if plane is not None]
        self._indices = np.array([index for index, _ in known], dtype=np.int64)
        self._normals = np.array([plane.normal for _, plane in known]).reshape(-1, 3)
        self._along = np.array([plane.along for _, plane in known])

    def nearest(
        self, point: Vector, *, prefer: int = 0, parallel_to: Plane | None = None
    ) -> int | None:
        """The index (from 0) of the slice nearest to a point along its normal.

        Of slices at one place (phases, echoes) the one nearest to index `prefer`. With
        `parallel_to` only slices parallel to it within `PARALLEL_DEGREES` count. None where no
        slice counts.
        """
        far = np.round(np.abs(self._normals @ np.array(point) - self._along), 2)
        if parallel_to is not None and far.size:
            even = np.abs(self._normals @ np.array(parallel_to.normal))
            far[even < math.cos(math.radians(PARALLEL_DEGREES))] = np.inf
        if not far.size or not np.isfinite(far).any():
            return None
        best = np.flatnonzero(far == far.min())
        return int(min((int(self._indices[n]) for n in best), key=lambda n: abs(n - prefer)))


def cut(plane: Plane, picture: Plane) -> Segment | None:
    """Where `plane`, as far as its picture reaches, cuts another picture.

    Both ends in picture coordinates of `picture`, inside it; None where they do not meet or
    are parallel within `PARALLEL_DEGREES`.
    """
    if are_parallel(plane, picture):
        return None
    # Corners of the cutting picture, walked around; the cut joins where the walk passes through.
    corners = [(0, 0), (plane.columns, 0), (plane.columns, plane.rows), (0, plane.rows)]
    points = [plane.point(x, y) for x, y in corners]
    before = [picture.distance(point) for point in points]
    crossed: list[tuple[float, float]] = []
    for n in range(4):
        a, b = before[n], before[(n + 1) % 4]
        if (a < 0) != (b < 0):
            step = minus(points[(n + 1) % 4], points[n])
            crossed.append(picture.picture(_plus(points[n], _scaled(step, a / (a - b)))))
    if len(crossed) != 2:
        return None
    return _clipped(crossed[0], crossed[1], float(picture.columns), float(picture.rows))


def _clipped(
    a: tuple[float, float], b: tuple[float, float], width: float, height: float
) -> Segment | None:
    """The part of a segment inside 0…width, 0…height (Liang-Barsky)."""
    start, end = 0.0, 1.0
    dx, dy = b[0] - a[0], b[1] - a[1]
    for step, room in ((-dx, a[0]), (dx, width - a[0]), (-dy, a[1]), (dy, height - a[1])):
        if step == 0:
            if room < 0:
                return None
        elif step < 0:
            start = max(start, room / step)
        else:
            end = min(end, room / step)
    if start >= end:
        return None
    return (a[0] + start * dx, a[1] + start * dy), (a[0] + end * dx, a[1] + end * dy)


@dataclass(frozen=True, slots=True)
class StackShape:
    """What is not plain about a stack: `tilt` in degrees between its direction and its normal,
    slices that seem to be missing, and gaps that differ."""

    tilt: float = 0.0
    missing: int = 0
    uneven: bool = False


def shape_of_stack(planes: Sequence[Plane]) -> StackShape:
    """Look at planes of one direction; those at one place count once.

    A gap that is a whole multiple of the usual one means missing slices; any other gap that
    differs by more than 5 % is uneven.
    """
    places: dict[float, Plane] = {}
    if planes:
        first = planes[0]
        for plane in planes:
            places.setdefault(round(dot(first.normal, plane.position), 2), plane)
    if len(places) < 2:
        return StackShape()
    along = sorted(places)
    way = minus(places[along[-1]].position, places[along[0]].position)
    tilt = angle(way, first.normal)
    gaps = [b - a for a, b in pairwise(along)]
    usual = statistics.median_low(gaps)
    room = max(UNEVEN_MM, UNEVEN_SHARE * usual)
    missing, uneven = 0, False
    for gap in gaps:
        times = round(gap / usual)
        if abs(gap - usual) <= room:
            continue
        if times >= 2 and abs(gap - times * usual) <= max(room, UNEVEN_SHARE * gap):
            missing += times - 1
        else:
            uneven = True
    return StackShape(tilt if tilt > TILT_DEGREES else 0.0, missing, uneven)


def shape_of_series(planes: Sequence[Plane], detector_tilt: float | None = None) -> StackShape:
    """The worst of the parallel stacks a series consists of.

    `detector_tilt` is GantryDetectorTilt in degrees: it speaks where the positions cannot,
    because there are fewer than three of them.
    """
    stacks: list[list[Plane]] = []
    for plane in planes:
        for stack in stacks:
            if angle(stack[0].normal, plane.normal) <= TILT_DEGREES:
                stack.append(plane)
                break
        else:
            stacks.append([plane])
    shapes = [shape_of_stack(stack) for stack in stacks if len(stack) > 2]
    if not shapes:
        tilt = abs(detector_tilt) if detector_tilt is not None else 0.0
        return StackShape(tilt if tilt > TILT_DEGREES else 0.0)
    return StackShape(
        max(shape.tilt for shape in shapes),
        sum(shape.missing for shape in shapes),
        any(shape.uneven for shape in shapes),
    )
