"""The window of the client: Qt, its event loop, and the program in it."""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import qasync
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app.store.profile import profile_folder
from resources import resource

if TYPE_CHECKING:
    from app.composition.program import Program
    from app.net.emr.launch import Launch

log = logging.getLogger(__name__)
SWITCH_S = 0.001
"""So long may a thread that works (reads a record, unpacks) keep the window waiting for the
interpreter's lock, each time."""


def _has_screen(environment: Mapping[str, str]) -> bool:
    """Qt ends the whole program where it finds none."""
    return any(environment.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def run_window(
    folder: Path | None,
    *,
    generated_media: bool = False,
    launch: "Launch | None" = None,
    play: "Callable[[Program], Awaitable[None]] | None" = None,
) -> int:
    """Opens the program and returns its exit status when it was closed. A `launch` goes to the one
    that is open with this profile, where one is."""
    _begin_log()
    if sys.platform.startswith("linux") and not _has_screen(os.environ):
        print(
            "huizhen: there is no screen here (DISPLAY, WAYLAND_DISPLAY); "
            "start it in a desktop session",
            file=sys.stderr,
        )
        return 2
    app = QApplication(sys.argv[:1])
    app.setApplicationName("huizhen")
    app.setDesktopFileName("huizhen")
    app.setWindowIcon(QIcon(str(resource("huizhen.svg"))))
    app.setQuitOnLastWindowClosed(False)
    from app.composition.garbage import GuiThreadCollector
    from app.composition.program import Program

    sys.setswitchinterval(SWITCH_S)
    collector = GuiThreadCollector(app)

    profile = profile_folder(folder)
    if launch is not None and _given(profile, launch):
        return 0
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        program = Program(app, profile, generated_media=generated_media, launch=launch)
        loop.run_until_complete(program.run(play))
    collector.stop()
    return 0


def _begin_log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for wordy in ("httpx", "urllib3"):
        logging.getLogger(wordy).setLevel(logging.WARNING)  # its lines carry URLs
    logging.getLogger("qasync").setLevel(logging.WARNING)


def _given(profile: Path, launch: "Launch") -> bool:
    from app.composition.handover import give

    return give(profile, launch)
