"""The media process: its pipe, its loop and, only for real devices, Qt on the main thread.

QtMultimedia wants a QGuiApplication on the main thread; aiortc wants a plain asyncio loop. So the
loop runs on a second thread from the start, and the main thread sleeps until the first real device
is asked for. Generated and file sources never load Qt.
"""

import asyncio
import logging
import os
import queue
import threading
from collections.abc import Callable

from app.ipc.host import Host, claim_standard_streams, log_to_parent
from app.media.devices.lazy import DeviceHardware
from app.media.engine import CallEngine
from app.media.hardware import Hardware
from app.media.messages import COMMANDS, EVENTS, Command, Event, Ready
from app.media.pictures import SharedPictures
from app.media.recording import OpenVault
from app.media.sources import MonotonicClock
from app.media.surfaces import CaptureLink


class MainThread:
    """Runs what must run on the main thread: nothing, until it is given work."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    def run(self) -> None:
        """Blocks until `finish`; each piece of work may block as long as it likes."""
        while (work := self._work.get()) is not None:
            work()

    def give(self, work: Callable[[], None]) -> None:
        self._work.put(work)

    def finish(self) -> None:
        self._work.put(None)


def run_media_process(open_vault: OpenVault | None = None) -> int:
    """Serves one parent until it closes the pipe; returns the exit status.

    Args:
        open_vault: where a recording of the call is kept.
    """
    streams = claim_standard_streams()
    log_to_parent()
    for library in ("aioice", "aiortc"):
        logging.getLogger(library).setLevel(logging.WARNING)  # their INFO names addresses
    main_thread = MainThread()
    hardware = DeviceHardware(main_thread)
    host = Host(COMMANDS, EVENTS, streams=streams)

    def loop_thread() -> None:
        try:
            asyncio.run(_serve(host, hardware, open_vault))
        finally:
            hardware.close()
            main_thread.finish()

    thread = threading.Thread(target=loop_thread, name="call")
    thread.start()
    main_thread.run()
    thread.join()
    return 0


async def _serve(
    host: Host[Command, Event], hardware: Hardware, open_vault: OpenVault | None
) -> None:
    pictures = SharedPictures(host.emit)
    surfaces = CaptureLink(host.emit)
    clock = MonotonicClock()
    engine = CallEngine(host.emit, pictures, hardware, clock, open_vault, surfaces)
    host.emit(Ready(pid=os.getpid()))
    try:
        async for command in host.commands():
            await engine.handle(command)
    finally:
        await engine.close()
        await surfaces.close()
        pictures.close()
