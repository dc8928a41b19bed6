"""In which order slices are wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Generic, TypeVar, overload

AHEAD_PER_BEHIND = 3
ACTIVE_PER_OTHER = 3

T = TypeVar("T", bound=Hashable)
E = TypeVar("E")


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


@dataclass(frozen=True, slots=True)
class Looked(Generic[T]):
    """What one cell looks at: `key` names its stack, `current` counts from 0."""

    key: str
    slices: Sequence[T]
    current: int
    direction: Direction = Direction.STILL


class Wanted(Sequence[T]):
    """The slices of several cells as one list, the most wanted first, each once.

    First what the active cell (the first given) shows, then what the others show; then three
    slices of the active cell for one of the others, each cell's nearest first. The list is made
    as far as it is asked for. Of cells with the same key the first says what the slices are.
    """

    def __init__(self, cells: Sequence[Looked[T]]) -> None:
        stacks: dict[str, Sequence[T]] = {}
        agreed = [
            replace(cell, slices=stacks.setdefault(cell.key, cell.slices))
            for cell in cells
            if cell.slices
        ]
        agreed = [cell for cell in agreed if 0 <= cell.current < len(cell.slices)]
        keys = {cell.key for cell in agreed}
        self._length = sum(len(slices) for key, slices in stacks.items() if key in keys)
        self._made: list[T] = []
        self._rest = _unique(_interleaved(agreed))

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...

    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return [self[n] for n in range(*index.indices(self._length))]
        while len(self._made) <= index:
            found = next(self._rest, None)
            if found is None:
                raise IndexError(index)
            self._made.append(found)
        return self._made[index]


def _unique(slices: Iterator[T]) -> Iterator[T]:
    seen: set[T] = set()
    for ref in slices:
        if ref not in seen:
            seen.add(ref)
            yield ref


def _walk(cell: Looked[T]) -> Iterator[T]:
    """The neighbours of what the cell shows, the nearest first."""
    order = wanted_order(len(cell.slices), cell.current, cell.direction)
    return (cell.slices[index] for index in order if index != cell.current)


def _interleaved(cells: Sequence[Looked[T]]) -> Iterator[T]:
    yield from (cell.slices[cell.current] for cell in cells)
    active, others = (_walk(cell) for cell in cells[:1]), [_walk(cell) for cell in cells[1:]]
    first = next(active, iter(()))
    turn = 0
    while True:
        ahead = [ref for _ in range(ACTIVE_PER_OTHER) if (ref := next(first, None)) is not None]
        yield from ahead
        found = None
        while others and found is None:
            found = next(others[turn % len(others)], None)
            if found is None:
                del others[turn % len(others)]
        turn += 1
        if found is not None:
            yield found
        elif not ahead:
            return


def in_phases(
    entries: Sequence[E],
    place: Callable[[E], float],
    marks: Callable[[E], tuple[float | str | None, ...]],
    number: Callable[[E], float],
) -> list[E]:
    """A stack in reading order: phase after phase, in each by place along the normal.

    Where several entries lie at one place (echoes, time points, b values), the first of the
    `marks` that tells them all apart makes the phases; two or more together where one does not
    suffice; the rank by `number` at each place where nothing does. `number` also says at
    which end to begin.
    """
    ordered = sorted(entries, key=lambda entry: (place(entry), number(entry)))
    phase = _phases(ordered, place, marks)
    phases: dict[tuple[int, ...], list[E]] = {}
    for entry, key in zip(ordered, phase, strict=True):
        phases.setdefault(key, []).append(entry)
    first = phases[min(phases)] if phases else []
    backwards = bool(first) and number(first[0]) > number(first[-1])
    found: list[E] = []
    for key in sorted(phases):
        found.extend(reversed(phases[key]) if backwards else phases[key])
    return found


def _phases(
    ordered: Sequence[E],
    place: Callable[[E], float],
    marks: Callable[[E], tuple[float | str | None, ...]],
) -> list[tuple[int, ...]]:
    """For each entry, sorted by place and number, the phase it belongs to."""
    places = [place(entry) for entry in ordered]
    if len(set(places)) == len(places):
        return [(0,)] * len(places)
    most = 2 * max(Counter(places).values())

    def tells_apart(keys: list[tuple[int, ...]]) -> bool:
        # A mark that differs from slice to slice (a time of acquisition) makes no phases.
        return len(set(keys)) <= most and len(set(zip(keys, places, strict=True))) == len(places)

    columns = [_ranks(column) for column in zip(*(marks(e) for e in ordered), strict=True)]
    for column in columns:
        keys: list[tuple[int, ...]] = [(rank,) for rank in column]
        if tells_apart(keys):
            return keys
    useful = [column for column in columns if 1 < len(set(column)) <= most]
    together = list(zip(*useful, strict=True))
    if together and tells_apart(together):
        return together
    seen: dict[float, int] = {}
    ranks: list[tuple[int, ...]] = []
    for at in places:
        ranks.append((seen.get(at, 0),))
        seen[at] = seen.get(at, 0) + 1
    return ranks


def _ranks(column: Sequence[float | str | None]) -> list[int]:
    """Each value's rank among the different ones; what is missing comes first."""
    kinds = sorted({value for value in column if value is not None}, key=_sortable)
    ranks = {value: n + 1 for n, value in enumerate(kinds)}
    return [0 if value is None else ranks[value] for value in column]


def _sortable(value: float | str) -> tuple[bool, float, str]:
    return (True, 0.0, value) if isinstance(value, str) else (False, float(value), "")
