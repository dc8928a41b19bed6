"""Display shutters (PS3.3 C.7.6.11, C.7.6.15): what of a picture is covered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.imaging.attributes import integer, number, numbers, texts
from app.imaging.lab import Colour, lab_colour, level_of
from app.imaging.overlays import OverlayPlane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydicom import Dataset

Mask = NDArray[np.bool_]
_FAR = 1 << 20
_STEPS = 4  # binary digits of a fraction that cv2 keeps for a polygon's corners


@dataclass(frozen=True, slots=True)
class Rectangle:
    """The first and last column and row that stay visible, counted from 1."""

    left: float
    right: float
    upper: float
    lower: float


@dataclass(frozen=True, slots=True)
class Circle:
    """Centre as row and column counted from 1; radius in pixels along a row."""

    row: float
    column: float
    radius: float


@dataclass(frozen=True, slots=True)
class Shutter:
    """What stays visible is inside of every shape and outside of the bitmap.

    `polygon` holds (row, column) counted from 1; `level` is the grey 0…255 and `colour` the
    RGB of what is covered, for grey and for colour displays.
    """

    rectangle: Rectangle | None = None
    circle: Circle | None = None
    polygon: tuple[tuple[float, float], ...] = ()
    bitmap: OverlayPlane | None = None
    level: int = 0
    colour: Colour | None = None

    def covered(self, rows: int, columns: int, aspect: float = 1.0) -> Mask:
        """The mask (rows, columns), True where the picture is covered.

        `aspect` is row spacing divided by column spacing: a circle is round on the screen, so
        it spans fewer rows than columns where rows lie further apart.
        """
        hidden = np.zeros((rows, columns), np.bool_)
        row = np.arange(1, rows + 1, dtype=np.float64)[:, None]
        column = np.arange(1, columns + 1, dtype=np.float64)[None, :]
        if self.rectangle is not None:
            shape = self.rectangle
            hidden |= (column < shape.left) | (column > shape.right)
            hidden |= (row < shape.upper) | (row > shape.lower)
        if self.circle is not None:
            down, across = (row - self.circle.row) * aspect, column - self.circle.column
            hidden |= down * down + across * across > self.circle.radius**2
        if len(self.polygon) >= 3:
            hidden |= _outside(self.polygon, rows, columns)
        if self.bitmap is not None:
            hidden |= self.bitmap.placed(rows, columns)
        return hidden


def _outside(corners: Sequence[tuple[float, float]], rows: int, columns: int) -> Mask:
    import cv2

    inside = np.zeros((rows, columns), np.uint8)
    points = np.array([(column - 1, row - 1) for row, column in corners])
    points = np.rint(np.clip(points, -_FAR, _FAR) * (1 << _STEPS)).astype(np.int32)
    cv2.fillPoly(inside, [points], (1,), shift=_STEPS)
    outside: Mask = inside == 0
    return outside


def _rectangle(dataset: Dataset) -> Rectangle | None:
    edges = [
        number(dataset, f"Shutter{edge}Edge")
        for edge in ("LeftVertical", "RightVertical", "UpperHorizontal", "LowerHorizontal")
    ]
    left, right, upper, lower = edges
    if left is None or right is None or upper is None or lower is None:
        return None
    return Rectangle(min(left, right), max(left, right), min(upper, lower), max(upper, lower))


def _circle(dataset: Dataset) -> Circle | None:
    center, radius = (
        numbers(dataset, "CenterOfCircularShutter"),
        number(dataset, "RadiusOfCircularShutter"),
    )
    if len(center) != 2 or radius is None or not 0 < radius < math.inf:
        return None
    return Circle(center[0], center[1], radius)


def _polygon(dataset: Dataset) -> tuple[tuple[float, float], ...]:
    flat = numbers(dataset, "VerticesOfThePolygonalShutter")
    return tuple(zip(flat[0::2], flat[1::2], strict=False)) if len(flat) >= 6 else ()


def read_shutter(dataset: Dataset, planes: Sequence[OverlayPlane] = ()) -> Shutter | None:
    """The shutter of an image or a presentation state, None where there is none.

    A bitmap shutter is looked for among `planes`. Shapes that are named but not told are
    left out.
    """
    shapes = {shape.upper() for shape in texts(dataset, "ShutterShape")}
    if not shapes:
        return None
    group = integer(dataset, "ShutterOverlayGroup")
    bitmap = next((plane for plane in planes if plane.group == group), None)
    found = Shutter(
        rectangle=_rectangle(dataset) if "RECTANGULAR" in shapes else None,
        circle=_circle(dataset) if "CIRCULAR" in shapes else None,
        polygon=_polygon(dataset) if "POLYGONAL" in shapes else (),
        bitmap=bitmap if "BITMAP" in shapes else None,
        level=level_of(integer(dataset, "ShutterPresentationValue") or 0),
        colour=lab_colour(numbers(dataset, "ShutterPresentationColorCIELabValue")),
    )
    empty = found.rectangle is None and found.circle is None and found.bitmap is None
    return None if empty and not found.polygon else found
