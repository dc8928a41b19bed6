"""Lengths, angles and regions of interest: plain arithmetic on picture coordinates.

The tools of the viewer and `huizhen measure` both come through here. Points are column and row
from the picture's upper left corner; a pixel's centre lies at +0.5.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.imaging.calibration import PIXELS, Point, Scale
from app.imaging.picture import GreyPicture, Picture, shape_of

Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with its unit: mm, px, deg, mm², px², s, Hz, cm/s, or the unit of the pixels."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class RoiStatistics:
    """Modality values of the pixels whose centres a region holds; padding does not count.

    `deviation` is the standard deviation of these pixels as a population (divided by their
    number).
    """

    count: int
    mean: float
    deviation: float
    minimum: float
    maximum: float
    unit: str


def _apart(p: Point, q: Point, scale: Scale) -> tuple[float, float]:
    return (q[0] - p[0]) * scale.x, (q[1] - p[1]) * scale.y


def length(p: Point, q: Point, scale: Scale) -> tuple[Quantity, ...]:
    """The distance of two points; where the axes have different units, one quantity an axis."""
    across, down = _apart(p, q, scale)
    if scale.uniform:
        return (Quantity(math.hypot(across, down), scale.x_unit),)
    return Quantity(abs(across), scale.x_unit), Quantity(abs(down), scale.y_unit)


def angle(p: Point, vertex: Point, q: Point, scale: Scale) -> Quantity | None:
    """The angle at `vertex` between the ways to `p` and `q`, 0 to 180 degrees.

    None where the points coincide or the axes have different units.
    """
    return _between(_apart(vertex, p, scale), _apart(vertex, q, scale), scale)


def cobb(first: tuple[Point, Point], second: tuple[Point, Point], scale: Scale) -> Quantity | None:
    """The acute angle between two lines, 0 to 90 degrees; None as in `angle`."""
    found = _between(_apart(*first, scale), _apart(*second, scale), scale)
    return found if found is None or found.value <= 90 else Quantity(180 - found.value, "deg")


def _between(u: tuple[float, float], v: tuple[float, float], scale: Scale) -> Quantity | None:
    if not scale.uniform or not math.hypot(*u) or not math.hypot(*v):
        return None
    cross, dot = u[0] * v[1] - u[1] * v[0], u[0] * v[0] + u[1] * v[1]
    return Quantity(math.degrees(abs(math.atan2(cross, dot))), "deg")


def polygon_area(points: Sequence[Point], scale: Scale) -> Quantity | None:
    """The area of a closed polygon that does not cross itself; None without one unit."""
    if not scale.uniform:
        return None
    following = [*points[1:], *points[:1]]
    twice = sum(p[0] * q[1] - q[0] * p[1] for p, q in zip(points, following, strict=True))
    return _area(abs(twice) / 2, scale)


def ellipse_area(p: Point, q: Point, scale: Scale) -> Quantity | None:
    """The area of the ellipse in the rectangle between two corners; None without one unit."""
    if not scale.uniform:
        return None
    return _area(math.pi * abs((q[0] - p[0]) * (q[1] - p[1])) / 4, scale)


def _area(pixels: float, scale: Scale) -> Quantity:
    if scale.x_unit == PIXELS:
        return Quantity(pixels, "px²")
    return Quantity(pixels * scale.x * scale.y, f"{scale.x_unit}²")


def rectangle(p: Point, q: Point) -> tuple[Point, Point, Point, Point]:
    """The corners of the upright rectangle between two points, in order around it."""
    return p, (q[0], p[1]), q, (p[0], q[1])


def polygon_mask(points: Sequence[Point], shape: tuple[int, int]) -> Mask:
    """(rows, columns): which pixels have their centre inside a polygon (even-odd rule)."""
    rows, columns = shape
    mask = np.zeros(shape, np.bool_)
    top = max(0, math.floor(min(y for _, y in points)))
    bottom = min(rows, math.ceil(max(y for _, y in points)))
    if top >= bottom or len(points) < 3:
        return mask
    centres = np.arange(columns) + 0.5
    following = [*points[1:], *points[:1]]
    for row in range(top, bottom):
        y = row + 0.5
        crossings = sorted(
            p[0] + (y - p[1]) * (q[0] - p[0]) / (q[1] - p[1])
            for p, q in zip(points, following, strict=True)
            if (p[1] <= y) != (q[1] <= y)
        )
        for start, end in zip(crossings[::2], crossings[1::2], strict=True):
            mask[row] |= (centres >= start) & (centres < end)
    return mask


def ellipse_mask(p: Point, q: Point, shape: tuple[int, int]) -> Mask:
    """(rows, columns): which pixels have their centre inside the ellipse between two corners."""
    rows, columns = shape
    middle_x, middle_y = (p[0] + q[0]) / 2, (p[1] + q[1]) / 2
    half_x, half_y = abs(q[0] - p[0]) / 2, abs(q[1] - p[1]) / 2
    if not half_x or not half_y:
        return np.zeros(shape, np.bool_)
    x = (np.arange(columns) + 0.5 - middle_x) / half_x
    y = (np.arange(rows) + 0.5 - middle_y) / half_y
    inside: Mask = (x * x)[np.newaxis, :] + (y * y)[:, np.newaxis] <= 1.0
    return inside


def statistics(picture: Picture, mask: Mask) -> RoiStatistics | None:
    """What a region holds; None for colours, or where it holds no pixel that counts."""
    if not isinstance(picture, GreyPicture) or mask.shape != shape_of(picture):
        return None
    if picture.padding is not None:
        mask = mask & ~picture.padding
    values = picture.modality.apply(picture.samples[mask])
    values = values[np.isfinite(values)]
    if not values.size:
        return None
    return RoiStatistics(
        count=int(values.size),
        mean=float(values.mean()),
        deviation=float(values.std()),
        minimum=float(values.min()),
        maximum=float(values.max()),
        unit=picture.modality.unit,
    )


def pixel_value(picture: Picture, point: Point) -> Quantity | tuple[int, int, int] | None:
    """The modality value under a point, or its colour; None outside and on padding."""
    rows, columns = shape_of(picture)
    column, row = math.floor(point[0]), math.floor(point[1])
    if not (0 <= column < columns and 0 <= row < rows):
        return None
    if not isinstance(picture, GreyPicture):
        red, green, blue = (int(part) for part in picture.rgb[row, column])
        return red, green, blue
    if picture.padding is not None and picture.padding[row, column]:
        return None
    value = float(picture.modality.apply(picture.samples[row : row + 1, column])[0])
    return Quantity(value, picture.modality.unit)
