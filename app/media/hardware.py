"""The machine's cameras, microphones and loudspeakers as the engine sees them."""

from typing import Protocol

from app.media.errors import SourceUnavailableError
from app.media.messages import Devices
from app.media.playout import Playout, SilentPlayout
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

    async def loudspeaker(self) -> Playout:
        """The system's loudspeaker, or silence when there is none."""
        ...

    async def list_devices(self) -> Devices: ...


class NoHardware:
    """A participant that must not touch devices (tests, `huizhen join`)."""

    async def camera(self, device_id: str | None) -> VideoSource:
        raise SourceUnavailableError("no camera")

    async def microphone(self, device_id: str | None) -> AudioSource:
        raise SourceUnavailableError("no microphone")

    async def loudspeaker(self) -> Playout:
        return SilentPlayout()

    async def list_devices(self) -> Devices:
        return Devices(cameras=(), microphones=(), speakers=())
