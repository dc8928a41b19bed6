"""Wishes about devices and speaking in a call."""

from dataclasses import dataclass

from app.media.equipment import DeviceSource, Equipment
from app.media.sharing import Shared


@dataclass(frozen=True, slots=True)
class WishLookForDevices:
    """What cameras, microphones and loudspeakers are there?"""


@dataclass(frozen=True, slots=True)
class WishDevice:
    """Use this one from now on; without an id the system's default."""

    what: Equipment
    source: DeviceSource


@dataclass(frozen=True, slots=True)
class WishTalk:
    """The key for talking is held down while muted, or was let go."""

    held: bool


@dataclass(frozen=True, slots=True)
class WishCheckCall:
    """Will a call work from this computer?"""


@dataclass(frozen=True, slots=True)
class WishStopCheck:
    """What was found so far is enough."""


@dataclass(frozen=True, slots=True)
class WishLookForShares:
    """Which screens, windows and devices could be shared?"""


@dataclass(frozen=True, slots=True)
class WishChooseShare:
    """Show it to oneself first; None lets go of what was chosen."""

    source: Shared | None


@dataclass(frozen=True, slots=True)
class WishStartShare:
    """Show what was chosen to everybody in the call."""


@dataclass(frozen=True, slots=True)
class WishStopShare:
    """Nobody is to see it any more."""


@dataclass(frozen=True, slots=True)
class WishRingTones:
    """Cases are heard when they ring; critical ones always are."""

    on: bool


CallSetupWish = (
    WishLookForDevices
    | WishDevice
    | WishTalk
    | WishRingTones
    | WishCheckCall
    | WishStopCheck
    | WishLookForShares
    | WishChooseShare
    | WishStartShare
    | WishStopShare
)
