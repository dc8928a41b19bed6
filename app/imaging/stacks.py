"""Pictures that are read together, and their order: what `series` makes its slices from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.imaging.frame_places import Mark
from app.imaging.geometry import Orientation, Vector, normal
from app.imaging.order import in_phases
from app.imaging.planes import angle, dot

if TYPE_CHECKING:
    from app.imaging.series import Instance

STACK_DEGREES = 30.0


@dataclass(frozen=True, slots=True)
class Entry:
    """What is sorted: an instance with all its frames, or one frame that has a place."""

    instance: Instance
    frames: range
    orientation: Orientation | None
    position: Vector | None
    marks: tuple[Mark, ...]

    @property
    def number(self) -> tuple[float, int]:
        """Instance number, the missing last, and first frame."""
        given = self.instance.instance_number
        return (float(given) if given is not None else float("inf"), self.frames.start)

    @property
    def rank(self) -> float:
        """`number` as one value: frames count within their instance."""
        number_, frame = self.number
        return number_ + frame / (1 << 20)

    @property
    def along(self) -> float:
        """Millimetres along the normal; `rank` where the place is unknown."""
        if self.orientation is None or self.position is None:
            return self.rank
        return round(dot(normal(self.orientation), self.position), 2)


def entries_of(instances: Iterable[Instance]) -> list[Entry]:
    """What is sorted of these instances."""
    found: list[Entry] = []
    for i in instances:
        if not i.frame_places:
            place = i.position if i.orientation is not None else None
            found.append(Entry(i, range(i.frames), i.orientation, place, i.marks))
            continue
        for frame, at in enumerate(i.frame_places[: i.frames]):
            place = at.position if at.orientation is not None else None
            one = range(frame, frame + 1)
            found.append(Entry(i, one, at.orientation, place, at.marks))
    return found


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Parallel pictures by position along their normal, phase after phase.

    The instance numbers only say at which end to begin. Other directions follow in the order of
    their first instance number; pictures without a position go by instance number.
    """
    stacks: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        key: tuple[object, ...] = ("unplaced",)
        if entry.position is not None and entry.orientation is not None:
            # Objects with marks of another length (a classic one beside an enhanced) stay apart.
            key = (len(entry.marks), *(round(part, 2) + 0.0 for part in entry.orientation))
        stacks.setdefault(key, []).append(entry)
    found: list[Entry] = []
    for stack in sorted(stacks.values(), key=lambda stack: min(e.number for e in stack)):
        if stack[0].position is None:
            found.extend(sorted(stack, key=lambda e: (e.number, e.instance.sop_instance_uid)))
            continue
        found.extend(in_phases(stack, lambda e: e.along, lambda e: e.marks, lambda e: e.rank))
    return found


def clusters(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Entries by direction, in the order of each direction's first entry.

    Pictures whose directions are linked by steps of at most `STACK_DEGREES` stay together, as
    the discs of a spine or a radial series do; the planes of a localiser do not, nor pictures
    with a place and those without.
    """
    found: list[tuple[list[Orientation], list[Entry]]] = []
    for entry in entries:
        plane = entry.orientation if entry.position is not None else None
        if plane is None:
            near = [cluster for cluster in found if not cluster[0]]
        else:
            near = [cluster for cluster in found if any(_linked(plane, p) for p in cluster[0])]
        if not near:
            found.append(([plane] if plane is not None else [], [entry]))
            continue
        home = near[0]
        for other in near[1:]:
            home[0].extend(other[0])
            home[1].extend(other[1])
            found.remove(other)
        if plane is not None and plane not in home[0]:
            home[0].append(plane)
        home[1].append(entry)
    return [members for _planes, members in found]


def _linked(a: Orientation, b: Orientation) -> bool:
    return a == b or angle(normal(a), normal(b)) <= STACK_DEGREES
