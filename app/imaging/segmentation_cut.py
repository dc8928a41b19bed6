"""Segments on planes that cut through the frames of a segmentation: nearest voxel, no smoothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.imaging.planes import Plane, angle
from app.imaging.segmentation import (
    PARALLEL_DEGREES,
    Segmentation,
    SegmentFrame,
    SegmentShape,
    shape_of_segment,
)

Shapes = Callable[[SegmentFrame], Sequence[SegmentShape]]
Grid = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """Where the pixels of a plane lie among frames: columns, rows and millimetres, each one
    (rows, columns), counted from the first voxel of a frame at the origin."""

    across: Grid
    down: Grid
    along: Grid


def shapes_across(
    segmentation: Segmentation, plane: Plane, shapes: Shapes
) -> tuple[SegmentShape, ...]:
    """Every segment as a plane of any direction cuts it, in the pixels of that plane.

    A voxel reaches half of the gap between frames to either side. `shapes` answers what a frame
    shows (`Segmentation.shapes`). Frames of more than one direction, or without known gaps, are
    not cut: the answer is empty.

    Raises:
        PixelError: a frame cannot be decoded.
    """
    frames = [frame for frame in segmentation.frames if frame.plane is not None]
    if not frames or segmentation.gap is None:
        return ()
    first = frames[0].plane
    assert first is not None
    if not plane.shares_space(first) or not _one_direction(frames, first):
        return ()
    cut = _cut(plane, first)
    found: dict[int, NDArray[np.uint8]] = {}
    groups: dict[int | None, list[SegmentFrame]] = {}
    for frame in frames:
        groups.setdefault(frame.segment, []).append(frame)
    for members in groups.values():
        _sample(members, first, cut, segmentation.gap / 2, shapes, found)
    whole = SegmentFrame(-1, None, plane)
    made = (shape_of_segment(number, whole, levels) for number, levels in sorted(found.items()))
    return tuple(shape for shape in made if shape is not None)


def _one_direction(frames: Sequence[SegmentFrame], first: Plane) -> bool:
    planes = [frame.plane for frame in frames if frame.plane is not None]
    return all(
        angle(first.normal, one.normal) <= PARALLEL_DEGREES
        and angle(first.across, one.across) <= PARALLEL_DEGREES
        for one in planes
    )


def _cut(plane: Plane, first: Plane) -> _Cut:
    right = np.array(plane.across) * plane.column_spacing
    down = np.array(plane.down) * plane.row_spacing
    start = np.array(plane.position) - np.array(first.position)
    columns, rows = np.arange(plane.columns), np.arange(plane.rows)[:, None]

    def measured(axis: Sequence[float], unit: float) -> Grid:
        a = np.array(axis) / unit
        found: Grid = start @ a + columns * (right @ a) + rows * (down @ a)
        return found

    return _Cut(
        measured(first.across, first.column_spacing),
        measured(first.down, first.row_spacing),
        measured(first.normal, 1.0),
    )


def _sample(
    frames: list[SegmentFrame],
    first: Plane,
    cut: _Cut,
    reach: float,
    shapes: Shapes,
    found: dict[int, NDArray[np.uint8]],
) -> None:
    """Write into `found`, by segment, what the nearest frame says of each pixel."""
    placed = [(frame, frame.plane) for frame in frames if frame.plane is not None]
    origin, normal = np.array(first.position), np.array(first.normal)
    along = np.array([(np.array(plane.position) - origin) @ normal for _, plane in placed])
    order = np.argsort(along, kind="stable")
    along = along[order]
    nearest = np.searchsorted((along[:-1] + along[1:]) / 2, cut.along)
    near = np.nonzero(np.abs(cut.along - along[nearest]) <= reach + 1e-3)
    # Sorted once by frame: looking through the whole plane for every frame takes seconds.
    by_frame = np.argsort(nearest[near], kind="stable")
    rows_, columns_ = near[0][by_frame], near[1][by_frame]
    present, begins = np.unique(nearest[rows_, columns_], return_index=True)
    for n, part in zip(present, np.split(np.arange(rows_.size), begins[1:]), strict=False):
        frame, plane = placed[order[n]]
        here = rows_[part], columns_[part]
        offset = np.array(plane.position) - origin
        # Frames may be shifted against each other, as a tilted gantry shifts slices.
        x = cut.across[here] - offset @ np.array(first.across) / first.column_spacing
        y = cut.down[here] - offset @ np.array(first.down) / first.row_spacing
        columns, rows = np.floor(x + 0.5).astype(np.int64), np.floor(y + 0.5).astype(np.int64)
        for shape in shapes(frame):
            high, wide = shape.levels.shape
            u, v = columns - shape.left, rows - shape.top
            inside = (u >= 0) & (u < wide) & (v >= 0) & (v < high)
            if inside.any():
                levels = found.setdefault(shape.number, np.zeros(cut.along.shape, np.uint8))
                at = here[0][inside], here[1][inside]
                levels[at] = np.maximum(levels[at], shape.levels[v[inside], u[inside]])
