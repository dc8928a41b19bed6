"""Loads QtMultimedia on the main thread when the first real device is asked for."""

import asyncio
import concurrent.futures
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from app.media.errors import SourceUnavailableError
from app.media.messages import Devices
from app.media.playout import Playout, SilentPlayout
from app.media.sources import AudioSource, VideoSource

if TYPE_CHECKING:
    from app.media.devices.qt import QtRuntime

log = logging.getLogger(__name__)

ResultT = TypeVar("ResultT")


class MainThreadWork(Protocol):
    """Whoever owns the main thread."""

    def give(self, work: Callable[[], None]) -> None: ...


class DeviceHardware:
    """`app.media.hardware.Hardware` on QtMultimedia; used from the call's loop."""

    def __init__(self, main_thread: MainThreadWork) -> None:
        self._main_thread = main_thread
        self._starting: concurrent.futures.Future[QtRuntime] | None = None

    async def camera(self, device_id: str | None) -> VideoSource:
        qt = await self._qt()
        loop = asyncio.get_running_loop()
        return await self._on_qt(qt, lambda: qt.camera(device_id, loop))

    async def microphone(self, device_id: str | None) -> AudioSource:
        qt = await self._qt()
        loop = asyncio.get_running_loop()
        return await self._on_qt(qt, lambda: qt.microphone(device_id, loop))

    async def loudspeaker(self) -> Playout:
        try:
            qt = await self._qt()
            return await self._on_qt(qt, qt.loudspeaker)
        except SourceUnavailableError as error:
            log.info("sound is not played: %s", error)
            return SilentPlayout()

    async def list_devices(self) -> Devices:
        try:
            qt = await self._qt()
            return await self._on_qt(qt, qt.list_devices)
        except SourceUnavailableError:
            return Devices(cameras=(), microphones=(), speakers=())

    def close(self) -> None:
        """Ends Qt's loop, if it was started."""
        if self._starting is not None and self._starting.done() and not self._starting.exception():
            self._starting.result().quit()

    async def _qt(self) -> "QtRuntime":
        if self._starting is None:
            self._starting = concurrent.futures.Future()
            self._main_thread.give(lambda: _run_qt(self._require_starting()))
        return await asyncio.wrap_future(self._starting)

    def _require_starting(self) -> "concurrent.futures.Future[QtRuntime]":
        assert self._starting is not None
        return self._starting

    async def _on_qt(self, qt: "QtRuntime", work: Callable[[], ResultT]) -> ResultT:
        return await asyncio.wrap_future(qt.call(work))


def _run_qt(started: "concurrent.futures.Future[QtRuntime]") -> None:
    """On the main thread: starts Qt, and runs its loop until `quit`."""
    try:
        from app.media.devices.qt import QtRuntime
    except ImportError:
        # A system library (libpulse0 on Debian) is missing.
        started.set_exception(SourceUnavailableError("QtMultimedia cannot be loaded"))
        return
    runtime = QtRuntime()
    started.set_result(runtime)
    runtime.run()
