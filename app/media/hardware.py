"""The machine's cameras, microphones and loudspeakers as the engine sees them."""

from collections.abc import Callable
from typing import Protocol

from app.media.equipment import NO_DEVICES, Devices
from app.media.errors import SourceUnavailableError
from app.media.playout import Playout
from app.media.sources import AudioSource, VideoSource


class Hardware(Protocol):
    """Opens real devices; everything is slow and may fail."""

    async def camera(self, device_id: str | None) -> VideoSource:
        """
        Raises:
            SourceUnavailableError: there is none, it is in use, or it may not be used.
        """
        ...

    async def microphone(self, device_id: str | None) -> AudioSource:
        """
        Raises:
            SourceUnavailableError: there is none, it is in use, or it may not be used.
        """
        ...

    async def loudspeaker(self, device_id: str | None) -> Playout:
        """
        Raises:
            SourceUnavailableError: there is none, or it may not be used.
        """
        ...

    async def list_devices(self) -> Devices:
        """What there is; nothing when devices cannot be used at all."""
        ...

    def watch(self, changed: Callable[[Devices], None]) -> None:
        """Tells from now on, in the present loop, when a device comes or goes.

        Costs nothing until a device was asked for: before that, nobody waits for one.
        """
        ...


class NoHardware:
    """A participant that must not touch devices (tests, `huizhen join`)."""

    async def camera(self, device_id: str | None) -> VideoSource:
        raise SourceUnavailableError("no camera")

    async def microphone(self, device_id: str | None) -> AudioSource:
        raise SourceUnavailableError("no microphone")

    async def loudspeaker(self, device_id: str | None) -> Playout:
        raise SourceUnavailableError("no loudspeaker")

    async def list_devices(self) -> Devices:
        return NO_DEVICES

    def watch(self, changed: Callable[[Devices], None]) -> None:
        """Nothing ever changes."""
