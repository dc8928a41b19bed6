"""Where the words beside shapes stand: where nothing else lies, else with a line to their shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from PySide6.QtCore import QPointF, QRectF, QSizeF

GAP = 8.0
_STEP = 12.0
_RINGS = 40
"""How far around a shape a place is looked for, in steps."""
_NEAR = 2.5 * GAP
"""Further off than this from its shape, a label needs a line to it."""
_CLEAR = 2.0 * GAP
"""So much farther than its own must another shape be for words without a line."""
_KEPT = 128

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom: thousands are compared, which Qt's rectangles are too slow for."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A label's place, and the line to its shape where it does not stand beside it."""

    room: QRectF
    leader: tuple[QPointF, QPointF] | None = None


def place(
    shape: QRectF, size: QSizeF, area: QRectF, taken: Sequence[QRectF], shapes: Sequence[QRectF]
) -> Placed | None:
    """Right of the shape, left, below or above it, where none of `taken` lies and none of the other
    `shapes`; else the nearest free place, upon other shapes if it must be; None where all is taken.

    A line leads to the shape where the label is far from it, or another shape is hardly farther:
    words must not be taken for those of a neighbour.
    """
    room = _place(
        _box(shape),
        (size.width(), size.height()),
        _inner(area),
        tuple(map(_box, taken)),
        tuple(map(_box, shapes)),
    )
    if room is None:
        return None
    found = QRectF(room[0], room[1], room[2] - room[0], room[3] - room[1])
    told = _belongs(room, _box(shape), [_box(one) for one in shapes])
    return Placed(found, None if told else _leader(found, shape))


def place_anyway(shape: QRectF, size: QSizeF, area: QRectF) -> Placed:
    """At the right of the shape and inside the area, whatever lies there."""
    inner, corner = _inner(area), next(_beside(_box(shape), (size.width(), size.height())))
    left = max(inner[0], min(corner[0], inner[2] - size.width()))
    top = max(inner[1], min(corner[1], inner[3] - size.height()))
    found = QRectF(QPointF(left, top), size)
    return Placed(found, _leader(found, shape))


def _inner(area: QRectF) -> Box:
    return _box(area.adjusted(GAP, GAP, -GAP, -GAP))


def _box(rect: QRectF) -> Box:
    return rect.left(), rect.top(), rect.right(), rect.bottom()


@lru_cache(maxsize=_KEPT)  # while a window is dragged, everything stays where it is
def _place(
    shape: Box,
    size: tuple[float, float],
    inner: Box,
    taken: tuple[Box, ...],
    shapes: tuple[Box, ...],
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


def _sized(corner: tuple[float, float], size: tuple[float, float]) -> Box:
    return corner[0], corner[1], corner[0] + size[0], corner[1] + size[1]


def _beside(shape: Box, size: tuple[float, float]) -> Iterator[tuple[float, float]]:
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


def _around(shape: Box, size: tuple[float, float], ring: int) -> Iterator[tuple[float, float]]:
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


def _leader(room: QRectF, shape: QRectF) -> tuple[QPointF, QPointF]:
    start = _nearest(room, shape.center())
    return start, _nearest(shape, start)


def _nearest(room: QRectF, to: QPointF) -> QPointF:
    return QPointF(
        min(max(to.x(), room.left()), room.right()), min(max(to.y(), room.top()), room.bottom())
    )
