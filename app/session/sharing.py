"""What this computer shares in the call, and what there is to share."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import assert_never
from uuid import UUID

from app.media.sharing import Shared, Surfaces, SurfaceTrouble
from app.session.call import CallEnded, CallEntered


class SharePhase(Enum):
    """ASKED: the server gives a seat. ON: the others see it."""

    OFF = auto()
    ASKED = auto()
    ON = auto()


@dataclass(frozen=True, slots=True)
class Sharing:
    """`chosen` is open and seen by oneself; the others see it when `phase` is ON.

    `allowed`: the site lets screens be shared. `generated`: a page made by the program may be.
    `lost`: what was chosen last gave no pictures, `trouble` why, where that is known.
    """

    surfaces: Surfaces | None = None
    chosen: Shared | None = None
    phase: SharePhase = SharePhase.OFF
    seat: UUID | None = None
    allowed: bool = True
    generated: bool = False
    lost: bool = False
    trouble: SurfaceTrouble | None = None


@dataclass(frozen=True, slots=True)
class SurfacesSeen:
    surfaces: Surfaces
    generated: bool = False


@dataclass(frozen=True, slots=True)
class SharingAllowed:
    allowed: bool


@dataclass(frozen=True, slots=True)
class ShareChosen:
    source: Shared | None


@dataclass(frozen=True, slots=True)
class ShareAsked:
    """The server was asked for a seat."""


@dataclass(frozen=True, slots=True)
class ShareBegan:
    seat: UUID


@dataclass(frozen=True, slots=True)
class ShareEnded:
    """Nothing is shared or chosen any more."""


@dataclass(frozen=True, slots=True)
class ShareSourceLost:
    """What was chosen gives no pictures."""

    trouble: SurfaceTrouble | None


SharingFact = (
    SurfacesSeen
    | SharingAllowed
    | ShareChosen
    | ShareAsked
    | ShareBegan
    | ShareEnded
    | ShareSourceLost
    | CallEntered
    | CallEnded
)


def reduce_sharing(state: Sharing, fact: SharingFact) -> Sharing:
    match fact:
        case SurfacesSeen(surfaces, generated):
            return replace(state, surfaces=surfaces, generated=generated)
        case SharingAllowed(allowed):
            return replace(state, allowed=allowed)
        case ShareChosen(source):
            return replace(state, chosen=source, lost=False, trouble=None)
        case ShareAsked():
            return replace(state, phase=SharePhase.ASKED)
        case ShareBegan(seat):
            return replace(state, phase=SharePhase.ON, seat=seat)
        case ShareSourceLost(trouble):
            return replace(_off(state), lost=True, trouble=trouble)
        case ShareEnded():
            return _off(state)
        case CallEntered() | CallEnded():
            off = state.phase is SharePhase.OFF and state.chosen is None and not state.lost
            return state if off else _off(state)
        case _:
            assert_never(fact)


def _off(state: Sharing) -> Sharing:
    return replace(state, chosen=None, phase=SharePhase.OFF, seat=None, lost=False, trouble=None)
