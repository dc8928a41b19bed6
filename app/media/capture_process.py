"""The capture process: takes screens and windows, and may die of it without ending a call.

A window that is closed while X11 copies it ends the program that copies; and the media process
shows nothing and needs no display (decision 5). So this is a process of its own, started for the
first look at what there is to share, ended with the share.
"""

import asyncio
import threading

from app.ipc.host import Host, claim_standard_streams, log_to_parent
from app.media.sharing import ListSurfaces, Surfaces, SurfaceTrouble
from app.media.surface_messages import (
    CAPTURE_COMMANDS,
    CAPTURE_EVENTS,
    CaptureCommand,
    CaptureEvent,
    CaptureFailed,
    EndCapture,
)


def run_capture_process() -> int:
    """Serves the media process until it closes the pipe; returns the exit status."""
    streams = claim_standard_streams()
    log_to_parent()
    host = Host(CAPTURE_COMMANDS, CAPTURE_EVENTS, streams=streams)
    try:
        from app.media.devices.screens import Screens, surfaces_trouble
    except ImportError:  # a system library is missing
        asyncio.run(_only_say(host, SurfaceTrouble.UNAVAILABLE))
        return 0
    if (trouble := surfaces_trouble()) is not None:
        asyncio.run(_only_say(host, trouble))
        return 0
    screens = Screens(host.emit)

    async def serve() -> None:
        async for command in host.commands():
            screens.give(command)
        screens.quit()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="commands")
    thread.start()
    screens.run()
    thread.join()
    return 0


async def _only_say(host: Host[CaptureCommand, CaptureEvent], trouble: SurfaceTrouble) -> None:
    async for command in host.commands():
        if isinstance(command, ListSurfaces):
            host.emit(Surfaces(trouble=trouble))
        elif not isinstance(command, EndCapture):
            host.emit(CaptureFailed(trouble=trouble))
