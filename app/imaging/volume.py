"""A stack of slices as a volume, and planes and slabs through it.

A plane through a volume is a `GreyPicture` like any other: windows, tools and calibration need to
know nothing of volumes. Coordinates of voxels count slices, rows and columns from the centre of the
first; places in the patient are millimetres (PS3.3 C.7.6.2.1.1).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.imaging.calibration import Scales, from_spacing
from app.imaging.errors import CancelledError
from app.imaging.geometry import Calibration, Orientation, Spacing, Vector
from app.imaging.picture import GreyPicture, Picture, shape_of
from app.imaging.planes import Plane, StackShape, dot, minus, shape_of_stack
from app.imaging.readings import Readings
from app.imaging.slices import NotAVolume, Places, Uneven, check_planes
from app.imaging.straight import sampled_straight

_CHUNK = 1 << 18
"""Points interpolated at once: what a processor's cache holds."""


class Slab(StrEnum):
    """What becomes of the values across a slab's thickness."""

    MAXIMUM = "MIP"
    MINIMUM = "MinIP"
    MEAN = "mean"


class Direction(StrEnum):
    """The three planes of the patient."""

    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"


_PLANES: dict[Direction, Orientation] = {
    Direction.AXIAL: (1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
    Direction.CORONAL: (1.0, 0.0, 0.0, 0.0, 0.0, -1.0),
    Direction.SAGITTAL: (0.0, 1.0, 0.0, 0.0, 0.0, -1.0),
}
"""As a radiologist looks at them: from the feet, from the front, from the left."""


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """Slices in order. `samples` (slices, rows, columns) are stored values of one modality
    transform; `to_patient` (3, 4) takes (height, row, column, 1) to millimetres, and so also holds
    a gantry's tilt. Heights are slices where these are even; elsewhere they count usual gaps, and
    `places` tells where each slice lies. `first` gives window presets and everything else that
    slices share; `shape` what a reader must know of the stack."""

    samples: NDArray[Any]
    to_patient: NDArray[np.float64]
    first: GreyPicture
    frame_of_reference_uid: str = ""
    places: Places | None = None
    shape: StackShape = StackShape()

    @property
    def last(self) -> NDArray[np.float64]:
        """Height, row and column of the last voxel."""
        ends: NDArray[np.float64] = np.array(self.samples.shape, np.float64) - 1
        if self.places is not None:
            ends[0] = self.places.top
        return ends

    def slice_at(self, position: Vector) -> int:
        """The slice nearest to a place."""
        height: NDArray[np.float64] = (self.from_patient @ [*position, 1.0])[:1]
        at = height if self.places is None else self.places.slices(height)
        last = int(self.samples.shape[0]) - 1
        return max(0, min(last, round(float(at[0]))))

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return int(self.samples.nbytes)

    @property
    def step(self) -> float:
        """The smallest distance of neighbouring voxels, millimetres."""
        return float(np.linalg.norm(self.to_patient[:, :3], axis=0).min())

    def step_along(self, direction: Vector) -> float:
        """How far a plane moves by one voxel along its normal of length 1, millimetres."""
        return float(1 / np.linalg.norm(self.from_patient[:, :3] @ np.array(direction)))

    @property
    def from_patient(self) -> NDArray[np.float64]:
        """(3, 4) millimetres to (slice, row, column)."""
        whole = np.linalg.inv(np.vstack([self.to_patient, [0, 0, 0, 1]]))
        inverse: NDArray[np.float64] = whole[:3]
        return inverse

    @property
    def middle(self) -> Vector:
        """The point in the middle."""
        return _vector(self.to_patient @ [*(self.last / 2), 1.0])

    def corners(self) -> NDArray[np.float64]:
        """(8, 3) the centres of the corner voxels, millimetres."""
        ends = np.array(list(product((0.0, 1.0), repeat=3))) * self.last
        found: NDArray[np.float64] = ends @ self.to_patient[:, :3].T + self.to_patient[:, 3]
        return found


def _vector(values: NDArray[np.float64]) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])


def _check(pictures: Sequence[Picture], planes: Sequence[Plane | None]) -> list[Plane]:
    known = check_planes(planes)
    if not all(isinstance(picture, GreyPicture) for picture in pictures):
        raise NotAVolume(Uneven.COLOUR)
    if len({(shape_of(picture)) for picture in pictures}) > 1:
        raise NotAVolume(Uneven.SIZES)
    return known


def make_volume(pictures: Sequence[Picture], planes: Sequence[Plane | None]) -> Volume:
    """Slices of one direction and size in any order, each place once; where distances differ,
    values between slices are interpolated by the slices' real places.

    Raises:
        NotAVolume: with what they differ in.
    """
    known = _check(pictures, planes)
    normal = known[0].normal
    order = sorted(range(len(known)), key=lambda n: dot(normal, known[n].position))
    first, last = known[order[0]], known[order[-1]]
    grey = [picture for n in order if isinstance(picture := pictures[n], GreyPicture)]
    way = minus(last.position, first.position)
    shape = shape_of_stack(known)
    heights = np.array([dot(normal, minus(known[n].position, first.position)) for n in order])
    places = Places.of(heights) if shape.missing or shape.uneven else None
    step = np.array(way) / (len(order) - 1 if places is None else places.top)
    down = np.array(first.down) * first.row_spacing
    across = np.array(first.across) * first.column_spacing
    matrix = np.column_stack([step, down, across, first.position])
    samples, shared = _stacked(grey)
    return Volume(samples, matrix, shared, first.frame_of_reference_uid, places, shape)


def _stacked(grey: Sequence[GreyPicture]) -> tuple[NDArray[Any], GreyPicture]:
    """The samples of all slices under one modality transform: their own where they agree, else
    modality values; padding becomes the lowest value."""
    first = grey[0]
    agree = all(picture.modality == first.modality for picture in grey)
    low = min(picture.low for picture in grey)
    high = max(picture.high for picture in grey)
    if agree:
        stack = np.stack([picture.samples for picture in grey])
        modality = first.modality
    else:
        from app.imaging.modality import Rescale

        stack = np.stack([picture.modality.apply(picture.samples) for picture in grey])
        stack = stack.astype(np.float32)
        modality = Rescale(unit=first.modality.unit)
        low, high = float(stack.min()), float(stack.max())
    for index, picture in enumerate(grey):
        if picture.padding is not None:
            stack[index][picture.padding] = low
    stack.flags.writeable = False
    readings = first.readings
    if any(picture.readings != readings for picture in grey):
        readings = Readings()  # one value would mean two things
    partial = any(picture.partial for picture in grey)
    lossy = any(picture.lossy for picture in grey)
    shared = replace(
        first,
        samples=stack[0],
        low=low,
        high=high,
        padding=None,
        modality=modality,
        readings=readings,
        partial=partial,
        lossy=lossy,
        overlays=(),
        shutter=None,
    )
    return stack, shared


def patient_plane(volume: Volume, direction: Direction) -> Plane:
    """The plane of the patient through the middle of a volume that shows all of it, its pixels as
    fine as the finest voxels."""
    return covering_plane(volume, _PLANES[direction])


def covering_plane(
    volume: Volume, orientation: Orientation, through: Vector | None = None
) -> Plane:
    """A plane of any direction, large enough for all of a volume; through its middle unless a
    point is given."""
    step = volume.step
    axes = np.array([orientation[:3], orientation[3:]])
    axes = axes / np.linalg.norm(axes, axis=1)[:, np.newaxis]
    at = axes @ volume.corners().T
    low, high = at.min(axis=1), at.max(axis=1)
    columns, rows = (max(1, math.ceil(side / step) + 1) for side in high - low)
    point = np.array(volume.middle if through is None else through)
    out = np.cross(axes[0], axes[1])
    corner = axes[0] * low[0] + axes[1] * low[1] + out * float(out @ point)
    return Plane(
        position=_vector(corner),
        orientation=orientation,
        row_spacing=step,
        column_spacing=step,
        rows=rows,
        columns=columns,
        frame_of_reference_uid=volume.frame_of_reference_uid,
    )


def moved(plane: Plane, by: float) -> Plane:
    """A plane shifted along its normal by millimetres."""
    place = np.array(plane.position) + np.array(plane.normal) * by
    return replace(plane, position=_vector(place))


def extent(volume: Volume, plane: Plane) -> tuple[float, float]:
    """How far a plane can be moved along its normal until it leaves the volume, both ways."""
    along = volume.corners() @ np.array(plane.normal) - plane.along
    return float(along.min()), float(along.max())


def turned(plane: Plane, volume: Volume, around: Vector, axis: Vector, degrees: float) -> Plane:
    """A plane turned about an axis through a point (Rodrigues), and covering the volume again."""
    k = np.array(axis) / np.linalg.norm(axis)
    angle = math.radians(degrees)

    def turn(direction: Vector) -> NDArray[np.float64]:
        v = np.array(direction)
        turned_: NDArray[np.float64] = (
            v * math.cos(angle)
            + np.cross(k, v) * math.sin(angle)
            + k * float(k @ v) * (1 - math.cos(angle))
        )
        return turned_

    across, down = turn(plane.across), turn(plane.down)
    return covering_plane(volume, (*_vector(across), *_vector(down)), around)


def _never() -> bool:
    return False


def reslice(
    volume: Volume,
    plane: Plane,
    *,
    thickness: float = 0.0,
    slab: Slab = Slab.MEAN,
    layer_step: float | None = None,
    stop: Callable[[], bool] = _never,
) -> GreyPicture:
    """The picture of a plane, or of a slab of `thickness` millimetres around it; trilinear between
    voxels, the lowest value outside. The layers of a slab are `layer_step` millimetres apart, by
    default the finest voxels' distance.

    Raises:
        CancelledError: `stop`, asked between layers, said so.
    """
    apart = volume.step if layer_step is None else layer_step
    count = 1 if thickness <= 0 else max(1, round(thickness / apart)) + 1
    offsets = np.linspace(-thickness / 2, thickness / 2, count) if count > 1 else [0.0]
    found: NDArray[np.float32] | None = None
    for offset in offsets:
        if stop():
            raise CancelledError("Another plane is wanted.")
        layer = _sampled(volume, moved(plane, float(offset)))
        found = layer if found is None else _joined(found, layer, slab)
    assert found is not None
    if slab is Slab.MEAN and count > 1:
        found /= count
    if volume.samples.dtype.kind in "iu":
        samples: NDArray[Any] = np.rint(found).astype(volume.samples.dtype)
    else:
        samples = found
    spacing = Spacing(plane.row_spacing, plane.column_spacing, Calibration.PATIENT)
    return replace(
        volume.first, samples=samples, spacing=spacing, scales=Scales(from_spacing(spacing))
    )


def _joined(
    so_far: NDArray[np.float32], layer: NDArray[np.float32], slab: Slab
) -> NDArray[np.float32]:
    match slab:
        case Slab.MAXIMUM:
            return np.maximum(so_far, layer, out=so_far)
        case Slab.MINIMUM:
            return np.minimum(so_far, layer, out=so_far)
        case Slab.MEAN:
            return np.add(so_far, layer, out=so_far)


def _sampled(volume: Volume, plane: Plane) -> NDArray[np.float32]:
    """(rows, columns) the values on a plane. The way from pixels to voxels is linear, so each
    pixel's voxel is a sum of a row's and a column's part."""
    inverse = volume.from_patient
    start = inverse @ [*plane.position, 1.0]
    right = inverse[:, :3] @ (np.array(plane.across) * plane.column_spacing)
    down = inverse[:, :3] @ (np.array(plane.down) * plane.row_spacing)
    shape = (plane.rows, plane.columns)
    corner = start, down, right
    straight = sampled_straight(volume.samples, corner, shape, volume.first.low, volume.places)
    if straight is not None:
        return straight
    out = np.empty(shape, np.float32)
    columns = np.arange(plane.columns)
    rows_at_once = max(1, _CHUNK // plane.columns)
    for top in range(0, plane.rows, rows_at_once):
        rows = np.arange(top, min(plane.rows, top + rows_at_once))
        voxels = [
            start[n] + down[n] * rows[:, np.newaxis] + right[n] * columns[np.newaxis, :]
            for n in range(3)
        ]
        out[top : top + rows.size] = _trilinear(volume, voxels)
    return out


def _trilinear(volume: Volume, voxels: list[NDArray[np.float64]]) -> NDArray[np.float32]:
    samples = volume.samples
    if volume.places is not None:
        voxels = [volume.places.slices(voxels[0]), *voxels[1:]]
    inside = np.ones(voxels[0].shape, np.bool_)
    lower: list[NDArray[np.intp]] = []
    parts: list[NDArray[np.float32]] = []
    for axis, size in zip(voxels, samples.shape, strict=True):
        # Half a voxel beyond the outermost centres still belongs to the volume.
        inside &= (axis >= -0.5) & (axis <= size - 0.5)
        at = np.clip(axis, 0, size - 1)
        base = np.minimum(at.astype(np.intp), max(0, size - 2))
        lower.append(base)
        parts.append((at - base).astype(np.float32))
    flat = samples.reshape(-1)
    _, height, width = samples.shape
    start = (lower[0] * height + lower[1]) * width + lower[2]
    steps = (height * width, width, 1)
    total = np.zeros(start.shape, np.float32)
    for corner in range(8):
        bits = [(corner >> n) & 1 for n in range(3)]
        weight = np.ones(start.shape, np.float32)
        for bit, part in zip(bits, parts, strict=True):
            weight *= part if bit else 1 - part
        total += weight * flat[start + sum(b * s for b, s in zip(bits, steps, strict=True))]
    total[~inside] = volume.first.low
    return total
