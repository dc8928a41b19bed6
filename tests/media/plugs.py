"""A computer whose devices the test plugs in and pulls out."""

import asyncio
from collections.abc import Callable

import av

from app.media.equipment import Device, Devices
from app.media.errors import SourceEndedError, SourceUnavailableError
from app.media.generated import GeneratedAudio, GeneratedVideo
from app.media.playout import Playout, SilentPlayout
from app.media.sources import AudioSource, MonotonicClock, VideoSource


def device(name: str, *, default: bool = False) -> Device:
    return Device(device_id=f"id of {name}", name=name, default=default)


class PluggedCamera:
    """Gives pictures until the test says that it gives nothing any more."""

    def __init__(self) -> None:
        self._inner = GeneratedVideo(64, 64, 25, MonotonicClock())
        self.ended = False

    async def next_frame(self) -> av.VideoFrame:
        if self.ended:
            raise SourceEndedError
        return await self._inner.next_frame()

    def close(self) -> None:
        """Nothing is held."""


class Computer:
    """`app.media.hardware.Hardware` with cables."""

    def __init__(self) -> None:
        self.devices = Devices(cameras=(), microphones=(), speakers=())
        self.held: set[str] = set()
        """Ids that another program holds."""
        self.opened: list[str] = []
        self.camera_in_use: PluggedCamera | None = None
        self._changed: Callable[[Devices], None] = lambda _: None

    def plug(
        self,
        *,
        cameras: tuple[Device, ...] = (),
        microphones: tuple[Device, ...] = (),
        speakers: tuple[Device, ...] = (),
    ) -> None:
        """From now on there are these, and no others."""
        self.devices = Devices(cameras=cameras, microphones=microphones, speakers=speakers)
        self._changed(self.devices)

    def _open(self, device_id: str | None, there: tuple[Device, ...]) -> None:
        if device_id in self.held or device_id not in {one.device_id for one in there}:
            raise SourceUnavailableError("it cannot be opened")
        self.opened.append(device_id)

    async def camera(self, device_id: str | None) -> VideoSource:
        self._open(device_id, self.devices.cameras)
        self.camera_in_use = PluggedCamera()
        return self.camera_in_use

    async def microphone(self, device_id: str | None) -> AudioSource:
        self._open(device_id, self.devices.microphones)
        return GeneratedAudio(MonotonicClock())

    async def loudspeaker(self, device_id: str | None) -> Playout:
        self._open(device_id, self.devices.speakers)
        return SilentPlayout()

    async def list_devices(self) -> Devices:
        await asyncio.sleep(0)
        return self.devices

    def watch(self, changed: Callable[[Devices], None]) -> None:
        self._changed = changed
