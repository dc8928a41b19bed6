"""Wishes about devices and speaking in a call."""

from dataclasses import dataclass

from app.media.equipment import DeviceSource, Equipment


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


CallSetupWish = WishLookForDevices | WishDevice | WishTalk | WishCheckCall | WishStopCheck
