"""A block while it is dragged or nudged, before anything is asked of the server."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from app.models.rota import BlockProps
from app.models.rota_change import STEP, lasting, later, snapped
from protocol.rota import RotaKind


class Grip(Enum):
    NEW = auto()
    BEGIN = auto()
    END = auto()
    WHOLE = auto()


@dataclass(frozen=True, slots=True)
class Ghost:
    """What is about to be made or changed; `block` is None for a new one."""

    grip: Grip
    row: int
    kind: RotaKind
    begin: datetime
    end: datetime
    block: BlockProps | None = None
    held_at: datetime | None = None


def dragged(ghost: Ghost, at: datetime) -> Ghost:
    """The same with the pointer elsewhere; on half hours, and never shorter than one."""
    if ghost.grip is Grip.NEW:
        assert ghost.held_at is not None
        one, two = sorted((ghost.held_at, snapped(at)))
        return replace(ghost, begin=one, end=two)
    if ghost.grip is Grip.END:
        return replace(ghost, end=max(snapped(at), later(ghost.begin, STEP)))
    if ghost.grip is Grip.BEGIN:
        return replace(ghost, begin=min(snapped(at), later(ghost.end, -STEP)))
    assert ghost.held_at is not None
    assert ghost.block is not None
    moved = lasting(ghost.held_at, at)
    begin = snapped(later(ghost.block.begin, moved))
    return replace(
        ghost, begin=begin, end=later(begin, lasting(ghost.block.begin, ghost.block.end))
    )
