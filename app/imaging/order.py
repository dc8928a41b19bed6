"""In which order slices are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

AHEAD_PER_BEHIND = 3


class Direction(IntEnum):
    """Which way the reader last scrolled."""

    BACKWARD = -1
    STILL = 0
    FORWARD = 1


def wanted_order(count: int, current: int, direction: Direction) -> Iterator[int]:
    """Every index of a stack once, the most wanted first.

    The current slice, then its neighbours by distance; while scrolling, three ahead for one
    behind. Standing still counts the next slice before the previous one.
    """
    if not 0 <= current < count:
        return
    yield current
    step = -1 if direction is Direction.BACKWARD else 1
    ahead = iter(range(current + step, count if step > 0 else -1, step))
    behind = iter(range(current - step, -1 if step > 0 else count, -step))
    turn = 1 if direction is Direction.STILL else AHEAD_PER_BEHIND
    while True:
        found = [index for _ in range(turn) if (index := next(ahead, None)) is not None]
        back = next(behind, None)
        if not found and back is None:
            return
        yield from found
        if back is not None:
            yield back
