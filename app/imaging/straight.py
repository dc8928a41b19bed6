"""Planes whose rows and columns run along the voxels of a volume: most planes, and much faster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.imaging.slices import Places

Corner: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]

_ASTRAY = 1e-3
"""Voxels that the far end of a row may lie beside its line of voxels."""


@dataclass(frozen=True, slots=True)
class _Line:
    """Places along one axis of voxels: the voxel below each, the share of the next one, and which
    places are inside. Half a voxel beyond the outermost centres still belongs to the volume."""

    below: NDArray[np.intp]
    share: NDArray[np.float32]
    inside: NDArray[np.bool_]


def _line(at: NDArray[np.float64], size: int) -> _Line:
    # Rounding must not make a place between two voxels of one that is on a voxel.
    near = np.rint(at)
    at = np.where(np.abs(at - near) < 1e-6, near, at)
    inside = (at >= -0.5) & (at <= size - 0.5)
    clipped = np.clip(at, 0, size - 1)
    below = np.minimum(clipped.astype(np.intp), max(0, size - 2))
    return _Line(below, (clipped - below).astype(np.float32), inside)


def _axis(step: NDArray[np.float64], count: int) -> int | None:
    """The axis of voxels that steps run along, None where they run across."""
    far = np.abs(step) * count
    axis = int(far.argmax())
    return axis if np.delete(far, axis).max() < _ASTRAY else None


def _between(values: NDArray[Any], line: _Line, axis: int) -> NDArray[np.float32]:
    first = np.take(values, line.below, axis).astype(np.float32, copy=False)
    if not line.share.any():
        return first
    last = min(1, values.shape[axis] - 1)
    after = np.take(values, line.below + last, axis).astype(np.float32, copy=False)
    share = line.share if axis == 1 else line.share[:, np.newaxis]
    mixed: NDArray[np.float32] = first + (after - first) * share
    return mixed


def sampled_straight(
    samples: NDArray[Any],
    corner: Corner,
    shape: tuple[int, int],
    outside: float,
    places: Places | None = None,
) -> NDArray[np.float32] | None:
    """(rows, columns) of values on a plane, trilinear, `outside` where there is no volume.

    `samples` (slices, rows, columns); `corner` is the voxel of the upper left pixel and the steps
    in voxels from row to row and from column to column, heights where `places` tells of slices
    that are not even. None where rows or columns run across the
    voxels.
    """
    start, down, right = corner
    row_axis, column_axis = _axis(down, shape[0]), _axis(right, shape[1])
    if row_axis is None or column_axis is None or row_axis == column_axis:
        return None
    normal_axis = 3 - row_axis - column_axis

    def line(axis: int, way: NDArray[np.float64]) -> _Line:
        voxels = start[axis] + way
        if axis == 0 and places is not None:
            voxels = places.slices(voxels)
        return _line(voxels, samples.shape[axis])

    at = line(normal_axis, np.zeros(1))
    if not at.inside[0]:
        return np.full(shape, outside, np.float32)
    rows = line(row_axis, down[row_axis] * np.arange(shape[0]))
    columns = line(column_axis, right[column_axis] * np.arange(shape[1]))
    layer = _layer(samples, at, normal_axis)
    if row_axis > column_axis:
        layer = layer.T
    found = _between(_between(layer, rows, 0), columns, 1)
    found[~rows.inside] = outside
    found[:, ~columns.inside] = outside
    return found


def _layer(samples: NDArray[Any], at: _Line, axis: int) -> NDArray[Any]:
    """The two remaining axes at one place of the third."""
    below, share = int(at.below[0]), float(at.share[0])
    first: NDArray[Any] = samples.take(below, axis)
    if share == 0:
        return first
    mixed: NDArray[np.float32] = first.astype(np.float32)
    mixed += (samples.take(below + 1, axis).astype(np.float32) - mixed) * np.float32(share)
    return mixed
