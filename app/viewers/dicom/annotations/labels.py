"""Where the words beside shapes stand: where nothing else lies, else with a line to their shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from PySide6.QtCore import QPointF, QRectF

GAP = 8.0
_STEP = 12.0
_RINGS = 40
"""How far around a shape a place is looked for, in steps."""
_NEAR = 2.5 * GAP
"""Further off than this from its shape, a label needs a line to it."""
_CLEAR = 2.0 * GAP
"""So much farther than its own must another shape be for words without a line."""
_KEPT = 32
"""Arrangements: one or two of every pane."""

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom: thousands are compared, which Qt's rectangles are too slow for."""
Size: TypeAlias = tuple[float, float]
"""Width and height."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A label's place, and the line to its shape where it does not stand beside it."""

    room: QRectF
    leader: tuple[QPointF, QPointF] | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """The words of one shape: their `sizes`, what says most first. One that is `chosen` stands
    somewhere in any case, by its last size."""

    shape: Box
    sizes: tuple[Size, ...]
    chosen: bool = False


@lru_cache(maxsize=_KEPT)  # while a window is dragged, everything stays where it is
def arrange(
    labels: tuple[Label, ...], area: Box, taken: tuple[Box, ...], shapes: tuple[Box, ...]
) -> tuple[tuple[int, Placed] | None, ...]:
    """Where each label stands and by which of its sizes, one after the other: upon none of `taken`,
    on no label before it, and on none of the other `shapes` if that can be (see `place`)."""
    hindrances = list(taken)
    found: list[tuple[int, Placed] | None] = []
    for label in labels:
        others = [shape for shape in shapes if shape != label.shape]
        rooms = (place(label.shape, size, area, hindrances, others) for size in label.sizes)
        one = next(((n, room) for n, room in enumerate(rooms) if room is not None), None)
        if one is None and label.chosen:
            one = len(label.sizes) - 1, place_anyway(label.shape, label.sizes[-1], area)
        if one is not None:
            hindrances.append(box_of(one[1].room))
        found.append(one)
    return tuple(found)


def place(
    shape: Box, size: Size, area: Box, taken: Sequence[Box], shapes: Sequence[Box]
) -> Placed | None:
    """Right of the shape, left, below or above it, where none of `taken` lies and none of the other
    `shapes`; else the nearest free place, upon other shapes if it must be; None where all is taken.

    A line leads to the shape where the label is far from it, or another shape is hardly farther:
    words must not be taken for those of a neighbour.
    """
    room = _place(shape, size, _inner(area), taken, shapes)
    if room is None:
        return None
    return Placed(_rect(room), None if _belongs(room, shape, shapes) else _leader(room, shape))


def place_anyway(shape: Box, size: Size, area: Box) -> Placed:
    """At the right of the shape and inside the area, whatever lies there."""
    inner, corner = _inner(area), next(_beside(shape, size))
    left = max(inner[0], min(corner[0], inner[2] - size[0]))
    top = max(inner[1], min(corner[1], inner[3] - size[1]))
    room = _sized((left, top), size)
    return Placed(_rect(room), _leader(room, shape))


def box_of(rect: QRectF) -> Box:
    """A rectangle's sides."""
    return rect.left(), rect.top(), rect.right(), rect.bottom()


def _rect(box: Box) -> QRectF:
    return QRectF(box[0], box[1], box[2] - box[0], box[3] - box[1])


def _inner(area: Box) -> Box:
    return area[0] + GAP, area[1] + GAP, area[2] - GAP, area[3] - GAP


def _place(
    shape: Box, size: Size, inner: Box, taken: Sequence[Box], shapes: Sequence[Box]
) -> Box | None:
    beside = [_sized(corner, size) for corner in _beside(shape, size)]
    free = [r for r in beside if _within(r, inner) and not _hits(r, (*taken, *shapes))]
    if free:
        return next((room for room in free if _belongs(room, shape, shapes)), free[0])
    for hindrances in ((*taken, shape, *shapes), (*taken, shape)):
        for ring in range(1, _RINGS + 1):
            rooms = [_sized(corner, size) for corner in _around(shape, size, ring)]
            free = [r for r in rooms if _within(r, inner) and not _hits(r, hindrances)]
            if free:
                return min(free, key=lambda room: _apart(room, shape))
    return None


def _belongs(room: Box, shape: Box, others: Sequence[Box]) -> bool:
    """Whether it is plain whose words stand there: near to their shape, and to no other."""
    near = _apart(room, shape)
    clear = (near**0.5 + _CLEAR) ** 2
    return near <= _NEAR * _NEAR and all(_apart(room, other) > clear for other in others)


def _sized(corner: tuple[float, float], size: Size) -> Box:
    return corner[0], corner[1], corner[0] + size[0], corner[1] + size[1]


def _beside(shape: Box, size: Size) -> Iterator[tuple[float, float]]:
    """Upper left corners of the places beside a shape, the best first."""
    across = (shape[0] + shape[2] - size[0]) / 2
    down = (shape[1] + shape[3] - size[1]) / 2
    left, above = shape[0] - GAP - size[0], shape[1] - GAP - size[1]
    right, below = shape[2] + GAP, shape[3] + GAP
    yield right, down
    yield left, down
    yield across, below
    yield across, above
    for x in (right, left):
        for y in (below, above, shape[1], shape[3] - size[1]):
            yield x, y


def _around(shape: Box, size: Size, ring: int) -> Iterator[tuple[float, float]]:
    """Places on a square around the middle of a shape, `ring` steps away."""
    across = (shape[0] + shape[2] - size[0]) / 2
    down = (shape[1] + shape[3] - size[1]) / 2
    for n in range(-ring, ring + 1):
        for i, j in ((n, -ring), (n, ring), (-ring, n), (ring, n)):
            yield across + i * _STEP, down + j * _STEP


def _within(room: Box, inner: Box) -> bool:
    return (
        room[0] >= inner[0] and room[1] >= inner[1] and room[2] <= inner[2] and room[3] <= inner[3]
    )


def _hits(room: Box, others: Sequence[Box]) -> bool:
    left, top, right, bottom = room[0] - 2, room[1] - 1, room[2] + 2, room[3] + 1
    return any(
        left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
        for other in others
    )


def _apart(a: Box, b: Box) -> float:
    """How far two boxes are from each other, squared."""
    across = max(0.0, a[0] - b[2], b[0] - a[2])
    down = max(0.0, a[1] - b[3], b[1] - a[3])
    return across * across + down * down


def _leader(room: Box, shape: Box) -> tuple[QPointF, QPointF]:
    middle = (shape[0] + shape[2]) / 2, (shape[1] + shape[3]) / 2
    start = _nearest(room, middle)
    return QPointF(*start), QPointF(*_nearest(shape, start))


def _nearest(box: Box, to: tuple[float, float]) -> tuple[float, float]:
    return min(max(to[0], box[0]), box[2]), min(max(to[1], box[1]), box[3])
