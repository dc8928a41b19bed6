"""How a mammogram hangs: the chest wall towards the other breast, the upper or outer part above."""

from __future__ import annotations

from dataclasses import dataclass

from app.imaging.geometry import UNTURNED, Orientation, Turn, Vector
from app.imaging.hanging.facts import HangingFacts, facing

_BACK: Vector = (0.0, 1.0, 0.0)
_FEET: Vector = (0.0, 0.0, -1.0)
_TO_THE_LEFT: Vector = (1.0, 0.0, 0.0)
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class BreastPlace:
    """`turn` sets the picture upright; `side` is a step in the picture, to the right and down,
    towards the chest wall, (0, 0) where that is not known."""

    turn: Turn = UNTURNED
    side: tuple[int, int] = (0, 0)


def breast_place(facts: HangingFacts) -> BreastPlace:
    """The right breast with its chest wall at the right, the left with its at the left (IHE RAD
    Mammography Image: by Patient Orientation, laterality and view).

    A picture that names no directions is believed to be stored the way it hangs.
    """
    if facts.laterality not in ("L", "R"):
        return BreastPlace()
    wall = 1 if facts.laterality == "R" else -1
    seen = facing(facts.patient_orientation)
    if seen is None:
        return BreastPlace(UNTURNED, (wall, 0))
    below = _below(facts)
    for turn in (Turn(q, mirrored=m) for m in (False, True) for q in range(4)):
        back = _along(seen, turn.undo(wall, 0), _BACK)
        if back > _ENOUGH and _along(seen, turn.undo(0, 1), below) > _ENOUGH:
            across, down = turn.undo(wall, 0)
            return BreastPlace(turn, (round(across), round(down)))
    return BreastPlace()


def _below(facts: HangingFacts) -> Vector:
    """What lies at the bottom: the feet, in a view from above the inner side."""
    if "CC" not in facts.view:
        return _FEET
    sign = -1.0 if facts.laterality == "L" else 1.0
    return (sign * _TO_THE_LEFT[0], 0.0, 0.0)


def _along(seen: Orientation, step: tuple[float, float], direction: Vector) -> float:
    """How far a step in the picture goes in a direction of the patient."""
    across, down = step
    return sum((across * seen[n] + down * seen[n + 3]) * direction[n] for n in range(3))
