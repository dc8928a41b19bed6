"""The loudspeaker of the call: what plays may change while the peers go on speaking."""

import asyncio
import logging
from collections.abc import Callable

import av

from app.media.equipment import NO_DEVICES, DeviceInUse, Devices, DeviceSource, Equipment, Place
from app.media.errors import SourceUnavailableError
from app.media.hardware import Hardware
from app.media.playout import Playout, SilentPlayout

log = logging.getLogger(__name__)


class Loudspeaker:
    """A `Playout` that stays while devices come and go.

    Args:
        told: each change of the device in use.
        listen: sees everything that is to be played, also when nothing can play it.
    """

    def __init__(
        self,
        hardware: Hardware,
        told: Callable[[DeviceInUse], None],
        listen: Callable[[str, av.AudioFrame], None] = lambda _peer, _frame: None,
    ) -> None:
        self._hardware = hardware
        self._told = told
        self._listen = listen
        self._place = Place(Equipment.SPEAKER)
        self._playing: Playout = SilentPlayout()
        self._lock = asyncio.Lock()
        self._devices = NO_DEVICES

    async def choose(self, wish: DeviceSource) -> None:
        """From now on this one, while it is there."""
        async with self._lock:
            self._place.choose(wish)
            self._devices = await self._hardware.list_devices()
            await self._open()

    async def devices_changed(self, devices: Devices) -> None:
        """Takes another one when the present one went, or the wished one came."""
        async with self._lock:
            self._devices = devices
            if self._place.stale(devices):
                await self._open()

    async def _open(self) -> None:
        device = self._place.best(self._devices)
        self._playing.close()
        self._playing = SilentPlayout()
        if device is not None:
            try:
                self._playing = await self._hardware.loudspeaker(device.device_id)
            except SourceUnavailableError as error:
                log.info("sound is not played: %s", error)
                device = None
        if (told := self._place.used(device, self._devices)) is not None:
            self._told(told)

    def play(self, peer_id: str, frame: av.AudioFrame) -> None:
        self._listen(peer_id, frame)
        self._playing.play(peer_id, frame)

    def forget(self, peer_id: str) -> None:
        self._playing.forget(peer_id)

    def close(self) -> None:
        self._playing.close()
