"""Three planes through one point of a volume: moving, turning, straightening. No widget."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from app.imaging.geometry import Orientation, Vector
from app.imaging.planes import Plane, dot, minus
from app.imaging.volume import (
    Direction,
    Slab,
    Volume,
    covering_plane,
    extent,
    patient_plane,
    turned,
)

THICKNESSES = (0.0, 5.0, 10.0, 20.0, 50.0)
_ALONG = 0.05
"""Below this cosine a line runs along a plane rather than through it."""


class View(StrEnum):
    """The cells; the fourth is a slab around the coronal plane."""

    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"
    SLAB = "slab"

    @property
    def direction(self) -> Direction:
        """Which of the three planes the cell shows."""
        return Direction.CORONAL if self is View.SLAB else Direction(self.value)


@dataclass(frozen=True, slots=True)
class SlabChoice:
    """`thickness` in millimetres, 0 for the plane alone; `kind` what becomes of its values."""

    thickness: float = 0.0
    kind: Slab = Slab.MAXIMUM

    def stepped(self, steps: int) -> SlabChoice:
        """The next thickness of `THICKNESSES`, the ends staying."""
        place = THICKNESSES.index(self.thickness) + steps
        return replace(self, thickness=THICKNESSES[max(0, min(len(THICKNESSES) - 1, place))])


@dataclass(frozen=True, slots=True)
class Trio:
    """All three planes go through `cursor`, millimetres in the patient."""

    volume: Volume
    cursor: Vector
    planes: tuple[Plane, Plane, Plane]
    """In the order of `Direction`."""

    def plane(self, direction: Direction) -> Plane:
        """One of the planes, large enough for all of the volume."""
        return self.planes[list(Direction).index(direction)]

    def is_straight(self, direction: Direction) -> bool:
        """Whether a plane is one of the patient's still."""
        straight = patient_plane(self.volume, direction).orientation
        mine = self.plane(direction).orientation
        return all(abs(a - b) < 1e-6 for a, b in zip(straight, mine, strict=True))

    def place(self, direction: Direction) -> tuple[int, int]:
        """Where a plane is, from 0, of how many places a voxel apart along its normal."""
        low, high = self._room(direction)
        step = self._step(direction)
        count = round((high - low) / step) + 1
        return max(0, min(count - 1, round(-low / step))), count

    def _room(self, direction: Direction) -> tuple[float, float]:
        return extent(self.volume, self.plane(direction))

    def _step(self, direction: Direction) -> float:
        return self.volume.step_along(self.plane(direction).normal)

    # Where to

    def stepped(self, direction: Direction, steps: int) -> Trio:
        """A plane moved by voxels, as far as the volume reaches."""
        return self.moved(direction, steps * self._step(direction))

    def at_index(self, direction: Direction, index: int) -> Trio:
        """A plane at one of its places, from 0."""
        low, _ = self._room(direction)
        return self.moved(direction, low + index * self._step(direction))

    def moved(self, direction: Direction, by: float) -> Trio:
        """A plane moved along its normal by millimetres; the others stay where they are."""
        low, high = self._room(direction)
        by = max(min(0.0, low), min(max(0.0, high), by))
        normal = self.plane(direction).normal
        others = [self.plane(d).normal for d in Direction if d is not direction]
        way = np.cross(others[0], others[1])
        along = float(way @ np.array(normal))
        if abs(along) < _ALONG:
            way, along = np.array(normal), 1.0
        return self._through(np.array(self.cursor) + way * (by / along))

    def crossing(self, direction: Direction, point: Vector) -> Trio:
        """A plane moved until it goes through a point."""
        return self.moved(direction, self.plane(direction).distance(point))

    def pointed(self, point: Vector) -> Trio:
        """All planes through a point, or the one nearest to it inside the volume."""
        voxel = self.volume.from_patient @ [*point, 1.0]
        inside = np.clip(voxel, 0, self.volume.last)
        return self._through(self.volume.to_patient @ [*inside, 1.0])

    def _through(self, point: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Trio:
        x, y, z = (float(part) for part in point)
        cursor = (x, y, z)
        planes = [self._at(plane, cursor) for plane in self.planes]
        return replace(self, cursor=cursor, planes=(planes[0], planes[1], planes[2]))

    def _at(self, plane: Plane, point: Vector) -> Plane:
        # A plane that need not move stays the same to the last bit, so that it is not cut again.
        if abs(plane.distance(point)) < 1e-6:
            return plane
        return covering_plane(self.volume, plane.orientation, point)

    def turned(self, direction: Direction, axis: Vector, degrees: float) -> Trio:
        """One plane turned about an axis through the cursor."""
        plane = turned(self.plane(direction), self.volume, self.cursor, axis, degrees)
        return self._with(direction, plane)

    def shown(self, direction: Direction, plane: Plane) -> Trio:
        """One plane turned and moved to lie where another does, the cursor on it."""
        turned = covering_plane(self.volume, plane.orientation, plane.position)
        away = turned.distance(self.cursor)
        point = np.array(self.cursor) - np.array(turned.normal) * away
        return self._with(direction, turned)._through(point)

    def _with(self, direction: Direction, plane: Plane) -> Trio:
        a, b, c = (plane if d is direction else self.plane(d) for d in Direction)
        return replace(self, planes=(a, b, c))

    def straightened(self) -> Trio:
        """The planes of the patient through the cursor."""
        return _straight(self.volume, self.cursor)

    def line(self, direction: Direction, picture: Plane) -> tuple[Vector, Vector] | None:
        """Where a plane cuts a picture: a point and a direction of length 1; None where the two
        are nearly parallel."""
        way = np.cross(self.plane(direction).normal, picture.normal)
        length = float(np.linalg.norm(way))
        if length < _ALONG:
            return None
        x, y, z = (float(part) for part in way / length)
        return self.cursor, (x, y, z)


def _straight(volume: Volume, cursor: Vector) -> Trio:
    orientations: list[Orientation] = [patient_plane(volume, d).orientation for d in Direction]
    a, b, c = (covering_plane(volume, orientation, cursor) for orientation in orientations)
    return Trio(volume, cursor, (a, b, c))


def trio_of(volume: Volume, at: Vector | None = None) -> Trio:
    """The planes of the patient through the voxel nearest to a place, by default through that in
    the middle: between voxels, pictures would be softer than the slices."""
    if at is None:
        voxel = np.array([n // 2 for n in volume.samples.shape], np.float64)
    else:
        voxel = np.rint(volume.from_patient @ [*at, 1.0])
        voxel[0] = volume.slice_at(at)
    if volume.places is not None:
        voxel[0] = volume.places.heights[int(voxel[0])]
    x, y, z = (float(part) for part in volume.to_patient @ [*np.clip(voxel, 0, volume.last), 1.0])
    return _straight(volume, (x, y, z))


def angle_about(plane: Plane, centre: Vector, start: Vector, now: Vector) -> float:
    """Degrees from one point to another around a third, about the normal of a picture."""
    a, b = minus(start, centre), minus(now, centre)
    cross = np.cross(a, b)
    return math.degrees(math.atan2(float(cross @ np.array(plane.normal)), dot(a, b)))
