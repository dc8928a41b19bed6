"""Graphics and texts that lie on a picture, as values (PS3.3 C.10.5, C.10.7).

PIXEL positions are picture coordinates: columns, then rows, from the upper left corner of
the upper left pixel. DISPLAY positions are fractions of the displayed area as it is seen,
after rotation and mirroring.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from app.imaging.lab import Colour

Point: TypeAlias = tuple[float, float]
_CURVE_STEPS = 16


class Units(StrEnum):
    """What positions are counted in; MATRIX differs from PIXEL in tiled pictures only."""

    PIXEL = "PIXEL"
    DISPLAY = "DISPLAY"
    MATRIX = "MATRIX"


class GraphicType(StrEnum):
    """GraphicType (0070,0023)."""

    POINT = "POINT"
    POLYLINE = "POLYLINE"
    INTERPOLATED = "INTERPOLATED"
    CIRCLE = "CIRCLE"
    ELLIPSE = "ELLIPSE"


@dataclass(frozen=True, slots=True)
class Style:
    """How one object wants to be drawn; None leaves it to its layer.

    `width` in device pixels of a display with average resolution; `opacity` 0…1 of `fill`.
    """

    line: Colour | None = None
    fill: Colour | None = None
    text: Colour | None = None
    width: float | None = None
    dashed: bool = False
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Graphic:
    """One graphic object.

    POINT has one point, CIRCLE its centre and a point on it, ELLIPSE the ends of its major
    and then of its minor axis, the others their vertices.
    """

    kind: GraphicType
    units: Units
    points: tuple[Point, ...]
    filled: bool = False
    style: Style = field(default_factory=Style)

    def outline(self) -> tuple[Point, ...]:
        """The line to draw, in the units of its points; a point stays one point.

        INTERPOLATED is a Catmull-Rom curve, which passes through every vertex.
        """
        match self.kind:
            case GraphicType.INTERPOLATED:
                return _curve(self.points)
            case GraphicType.CIRCLE:
                center, edge = self.points
                radius = math.dist(center, edge)
                return _ellipse(center, (radius, 0.0), (0.0, radius))
            case GraphicType.ELLIPSE:
                first, second, third, fourth = self.points
                major = ((second[0] - first[0]) / 2, (second[1] - first[1]) / 2)
                minor = ((fourth[0] - third[0]) / 2, (fourth[1] - third[1]) / 2)
                middle = ((first[0] + second[0]) / 2, (first[1] + second[1]) / 2)
                return _ellipse(middle, major, minor)
            case _:
                return self.points

    @property
    def is_closed(self) -> bool:
        """Whether the outline ends where it begins, so that it can be filled."""
        round_ = self.kind in (GraphicType.CIRCLE, GraphicType.ELLIPSE)
        return round_ or (len(self.points) > 2 and self.points[0] == self.points[-1])


class Justification(StrEnum):
    """Where text stands in its box (0070,0012)."""

    LEFT = "LEFT"
    RIGHT = "RIGHT"
    CENTER = "CENTER"


@dataclass(frozen=True, slots=True)
class TextBox:
    """Two opposite corners of the room a text is given, upper left and lower right as seen."""

    units: Units
    first: Point
    second: Point
    justification: Justification = Justification.LEFT


@dataclass(frozen=True, slots=True)
class Anchor:
    """The point a text is about; `visible` asks for a line to it."""

    units: Units
    point: Point
    visible: bool = False


@dataclass(frozen=True, slots=True)
class TextObject:
    """A text with a box, an anchor, or both; lines are separated by newline."""

    text: str
    box: TextBox | None = None
    anchor: Anchor | None = None
    style: Style = field(default_factory=Style)


@dataclass(frozen=True, slots=True)
class GraphicLayer:
    """What is drawn together; lower `order` first. `colour` wins over `level` 0…255."""

    name: str
    order: int = 0
    level: int = 255
    colour: Colour | None = None
    description: str = ""

    @property
    def ink(self) -> Colour:
        """The colour to draw with where an object has none of its own."""
        return self.colour if self.colour is not None else (self.level, self.level, self.level)


def _ellipse(center: Point, major: Point, minor: Point) -> tuple[Point, ...]:
    """180 chords; the last point is the first."""
    turns = [math.tau * step / 180 for step in range(180)]
    around = [
        (
            center[0] + math.cos(t) * major[0] + math.sin(t) * minor[0],
            center[1] + math.cos(t) * major[1] + math.sin(t) * minor[1],
        )
        for t in turns
    ]
    return (*around, around[0])


def _curve(points: Sequence[Point]) -> tuple[Point, ...]:
    if len(points) < 3:
        return tuple(points)
    closed = points[0] == points[-1]
    before = points[-2] if closed else points[0]
    after = points[1] if closed else points[-1]
    ring = [before, *points, after]
    found: list[Point] = []
    for index in range(1, len(ring) - 2):
        corners = ring[index - 1 : index + 3]
        for step in range(_CURVE_STEPS):
            found.append(_catmull_rom(corners, step / _CURVE_STEPS))
    return (*found, points[-1])


def _catmull_rom(corners: Sequence[Point], t: float) -> Point:
    def along(axis: int) -> float:
        a, b, c, d = (corner[axis] for corner in corners)
        square, cube = 2 * a - 5 * b + 4 * c - d, 3 * b - a - 3 * c + d
        return 0.5 * (2 * b + (c - a) * t + square * t**2 + cube * t**3)

    return along(0), along(1)
