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


CallSetupWish = WishLookForDevices | WishDevice | WishTalk
