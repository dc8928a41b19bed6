"""Loads QtMultimedia on the main thread when the first real device is asked for."""

import asyncio
import concurrent.futures
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from app.media.equipment import NO_DEVICES, Devices
from app.media.errors import SourceUnavailableError
from app.media.playout import Playout
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
        self._watching: tuple[Callable[[Devices], None], asyncio.AbstractEventLoop] | None = None

    async def camera(self, device_id: str | None) -> VideoSource:
        qt = await self._qt()
        loop = asyncio.get_running_loop()
        return await self._on_qt(qt, lambda: qt.camera(device_id, loop))

    async def microphone(self, device_id: str | None) -> AudioSource:
        qt = await self._qt()
        loop = asyncio.get_running_loop()
        return await self._on_qt(qt, lambda: qt.microphone(device_id, loop))

    async def loudspeaker(self, device_id: str | None) -> Playout:
        qt = await self._qt()
        return await self._on_qt(qt, lambda: qt.loudspeaker(device_id))

    async def list_devices(self) -> Devices:
        try:
            qt = await self._qt()
            return await self._on_qt(qt, qt.list_devices)
        except SourceUnavailableError:
            return NO_DEVICES

    def watch(self, changed: Callable[[Devices], None]) -> None:
        self._watching = (changed, asyncio.get_running_loop())

    def close(self) -> None:
        """Ends Qt's loop, if it was started."""
        if self._starting is not None and self._starting.done() and not self._starting.exception():
            self._starting.result().quit()

    async def _qt(self) -> "QtRuntime":
        if self._starting is None:
            self._starting = concurrent.futures.Future()
            self._main_thread.give(lambda: _run_qt(self._require_starting(), self._changed))
        return await asyncio.wrap_future(self._starting)

    def _changed(self, devices: Devices) -> None:
        """From Qt's thread."""
        if self._watching is not None:
            changed, loop = self._watching
            with contextlib.suppress(RuntimeError):  # the call's loop has ended
                loop.call_soon_threadsafe(changed, devices)

    def _require_starting(self) -> "concurrent.futures.Future[QtRuntime]":
        assert self._starting is not None
        return self._starting

    async def _on_qt(self, qt: "QtRuntime", work: Callable[[], ResultT]) -> ResultT:
        return await asyncio.wrap_future(qt.call(work))


def _run_qt(
    started: "concurrent.futures.Future[QtRuntime]", changed: Callable[[Devices], None]
) -> None:
    """On the main thread: starts Qt, and runs its loop until `quit`."""
    try:
        from app.media.devices.qt import QtRuntime
    except ImportError:
        # A system library (libpulse0 on Debian) is missing.
        started.set_exception(SourceUnavailableError("QtMultimedia cannot be loaded"))
        return
    runtime = QtRuntime(changed)
    started.set_result(runtime)
    runtime.run()
