"""Where the words beside shapes stand: where nothing else lies, else with a line to their shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF

GAP = 8.0
_STEP = 12.0
_NEAR = 2.5 * GAP
"""Further off than this from its shape, a label needs a line to it."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A label's place, and the line to its shape where it does not stand beside it."""

    room: QRectF
    leader: tuple[QPointF, QPointF] | None = None


def place(
    shape: QRectF, size: QSizeF, area: QRectF, taken: Sequence[QRectF], shapes: Sequence[QRectF]
) -> Placed:
    """Right of the shape, left, below or above it, where none of `taken` lies and, if that can be,
    none of the other `shapes`; else the nearest free place, with a leader. Where all is taken, at
    the right and inside the area."""
    inner = area.adjusted(GAP, GAP, -GAP, -GAP)
    beside = list(_beside(shape, size))
    for corner in beside:
        room = QRectF(corner, size)
        if inner.contains(room) and not _hits(room, (*taken, *shapes)):
            return Placed(room)
    around = sorted(_around(inner, size), key=lambda corner: _apart(QRectF(corner, size), shape))
    for hindrances in ((*taken, shape, *shapes), (*taken, shape)):
        for corner in around:
            room = QRectF(corner, size)
            if not _hits(room, hindrances):
                return Placed(room, _leader(room, shape))
    return Placed(QRectF(_into(beside[0], size, inner), size))


def _beside(shape: QRectF, size: QSizeF) -> Iterator[QPointF]:
    """Upper left corners of the places beside a shape, the best first."""
    middle = shape.center()
    across, down = middle.x() - size.width() / 2, middle.y() - size.height() / 2
    left, above = shape.left() - GAP - size.width(), shape.top() - GAP - size.height()
    right, below = shape.right() + GAP, shape.bottom() + GAP
    yield QPointF(right, down)
    yield QPointF(left, down)
    yield QPointF(across, below)
    yield QPointF(across, above)
    for x in (right, left):
        for y in (below, above, shape.top(), shape.bottom() - size.height()):
            yield QPointF(x, y)


def _around(inner: QRectF, size: QSizeF) -> Iterator[QPointF]:
    """Every place of a grid over the area."""
    across = int((inner.width() - size.width()) // _STEP)
    down = int((inner.height() - size.height()) // _STEP)
    for column in range(across + 1):
        for row in range(down + 1):
            yield QPointF(inner.left() + column * _STEP, inner.top() + row * _STEP)


def _hits(room: QRectF, others: Sequence[QRectF]) -> bool:
    wide = room.adjusted(-2, -1, 2, 1)
    return any(wide.intersects(other) for other in others)


def _apart(a: QRectF, b: QRectF) -> float:
    """How far two rectangles are from each other."""
    across = max(0.0, a.left() - b.right(), b.left() - a.right())
    down = max(0.0, a.top() - b.bottom(), b.top() - a.bottom())
    return across * across + down * down


def _leader(room: QRectF, shape: QRectF) -> tuple[QPointF, QPointF] | None:
    if _apart(room, shape) <= _NEAR * _NEAR:
        return None
    middle = shape.center()
    start = _nearest(room, middle)
    return start, _nearest(shape, start)


def _nearest(room: QRectF, to: QPointF) -> QPointF:
    return QPointF(
        min(max(to.x(), room.left()), room.right()), min(max(to.y(), room.top()), room.bottom())
    )


def _into(corner: QPointF, size: QSizeF, inner: QRectF) -> QPointF:
    x = max(inner.left(), min(corner.x(), inner.right() - size.width()))
    y = max(inner.top(), min(corner.y(), inner.bottom() - size.height()))
    return QPointF(x, y)
