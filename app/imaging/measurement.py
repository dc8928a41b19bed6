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

from app.imaging.calibration import Point, Scale
from app.imaging.picture import GreyPicture, Picture, shape_of
from app.imaging.readings import Reading

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

    def read_as(self, reading: Reading) -> RoiStatistics | None:
        """The same pixels in another reading, None where it does not reach all of them."""
        ends = reading.of(self.minimum), reading.of(self.maximum)
        mean = reading.of(self.mean)
        if mean is None or ends[0] is None or ends[1] is None:
            return None
        return RoiStatistics(
            count=self.count,
            mean=mean,
            deviation=self.deviation * abs(reading.slope),
            minimum=min(ends[0], ends[1]),
            maximum=max(ends[0], ends[1]),
            unit=reading.unit,
        )


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
    # Of pixels that are not square too: a px is as wide as one is across (PS3.3 C.7.6.3.1.7).
    return Quantity(pixels * scale.x * scale.y, f"{scale.x_unit}²")


def rectangle(p: Point, q: Point) -> tuple[Point, Point, Point, Point]:
    """The corners of the upright rectangle between two points, in order around it."""
    return p, (q[0], p[1]), q, (p[0], q[1])


_AROUND = 720
"""Points of an ellipse's outline: its area is true to 2 in 100,000."""


def ellipse_outline(p: Point, q: Point, count: int = _AROUND) -> list[Point]:
    """`count` points around the ellipse in the rectangle between two corners."""
    x, y = (p[0] + q[0]) / 2, (p[1] + q[1]) / 2
    across, down = (q[0] - p[0]) / 2, (q[1] - p[1]) / 2
    turns = (2 * math.pi * step / count for step in range(count))
    return [(x + across * math.cos(turn), y + down * math.sin(turn)) for turn in turns]


def clipped(points: Sequence[Point], shape: tuple[int, int]) -> list[Point]:
    """The part of a closed polygon inside a picture of (rows, columns), empty where there is none
    (Sutherland and Hodgman)."""
    rows, columns = shape
    found = list(points)
    for axis, end, sign in ((0, 0, 1), (0, columns, -1), (1, 0, 1), (1, rows, -1)):
        before, found = found, []
        for p, q in zip([*before[-1:], *before[:-1]], before, strict=True):
            a, b = sign * (p[axis] - end), sign * (q[axis] - end)
            if (a < 0) != (b < 0):
                part = a / (a - b)
                found.append((p[0] + part * (q[0] - p[0]), p[1] + part * (q[1] - p[1])))
            if b >= 0:
                found.append(q)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Pixels of a picture: `mask` (rows, columns) covers the box whose first row and column are
    `top` and `left`, so that a small region of a large picture costs little."""

    top: int
    left: int
    mask: Mask

    def whole(self, shape: tuple[int, int]) -> Mask:
        """The same pixels as a mask of the whole picture."""
        mask = np.zeros(shape, np.bool_)
        rows, columns = self.mask.shape
        mask[self.top : self.top + rows, self.left : self.left + columns] = self.mask
        return mask


def _box(points: Sequence[Point], shape: tuple[int, int]) -> tuple[int, int, int, int]:
    """First and last + 1 row and column that points enclose, within a picture."""
    rows, columns = shape
    xs, ys = [x for x, _ in points], [y for _, y in points]
    top, left = max(0, math.floor(min(ys))), max(0, math.floor(min(xs)))
    bottom, right = min(rows, math.ceil(max(ys))), min(columns, math.ceil(max(xs)))
    return top, max(top, bottom), left, max(left, right)


def polygon_patch(points: Sequence[Point], shape: tuple[int, int]) -> Patch:
    """The pixels whose centres lie inside a polygon (even-odd rule); `shape` is the picture's."""
    top, bottom, left, right = _box(points, shape)
    mask = np.zeros((bottom - top, right - left), np.bool_)
    centres = np.arange(left, right) + 0.5
    following = [*points[1:], *points[:1]]
    for row in range(bottom - top):
        y = top + row + 0.5
        crossings = sorted(
            p[0] + (y - p[1]) * (q[0] - p[0]) / (q[1] - p[1])
            for p, q in zip(points, following, strict=True)
            if (p[1] <= y) != (q[1] <= y)
        )
        for start, end in zip(crossings[::2], crossings[1::2], strict=True):
            mask[row] |= (centres >= start) & (centres < end)
    return Patch(top, left, mask)


def ellipse_patch(p: Point, q: Point, shape: tuple[int, int]) -> Patch:
    """The pixels whose centres lie inside the ellipse between two corners."""
    top, bottom, left, right = _box((p, q), shape)
    middle_x, middle_y = (p[0] + q[0]) / 2, (p[1] + q[1]) / 2
    half_x, half_y = abs(q[0] - p[0]) / 2, abs(q[1] - p[1]) / 2
    if not half_x or not half_y:
        return Patch(top, left, np.zeros((bottom - top, right - left), np.bool_))
    x = (np.arange(left, right) + 0.5 - middle_x) / half_x
    y = (np.arange(top, bottom) + 0.5 - middle_y) / half_y
    return Patch(top, left, (x * x)[np.newaxis, :] + (y * y)[:, np.newaxis] <= 1.0)


def statistics(picture: Picture, patch: Patch) -> RoiStatistics | None:
    """What a region holds; None for colours, for a picture that is still coming, or where it
    holds no pixel that counts."""
    if not isinstance(picture, GreyPicture) or picture.coming:
        return None
    picture = picture.measurable
    rows, columns = patch.mask.shape
    box = slice(patch.top, patch.top + rows), slice(patch.left, patch.left + columns)
    mask = patch.mask if picture.padding is None else patch.mask & ~picture.padding[box]
    values = picture.modality.apply(picture.samples[box][mask])
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
    """The modality value under a point, or its colour; None outside, on padding, and while the
    picture is still coming."""
    rows, columns = shape_of(picture)
    column, row = math.floor(point[0]), math.floor(point[1])
    if not (0 <= column < columns and 0 <= row < rows) or picture.coming:
        return None
    if not isinstance(picture, GreyPicture):
        red, green, blue = (int(part) for part in picture.rgb[row, column])
        return red, green, blue
    picture = picture.measurable
    if picture.padding is not None and picture.padding[row, column]:
        return None
    value = float(picture.modality.apply(picture.samples[row : row + 1, column])[0])
    return Quantity(value, picture.modality.unit)
