"""The window's side of the call: commands down, events up, pictures from shared memory.

Qt-free and light: neither aiortc nor PyAV nor numpy is imported here.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence

from app.ipc.child import ChildProcess, ChildSpec, huizhen_argv
from app.ipc.errors import ChildNotRunningError, ChildStartError
from app.media.errors import FrameMemoryError
from app.media.frames import FrameReader, PictureFrame
from app.media.loudness import SILENCE_DB, SoundLevels
from app.media.messages import (
    COMMANDS,
    EVENTS,
    Command,
    EndCall,
    Event,
    Frames,
    FramesGone,
    StartCall,
    Statistics,
)
from app.media.watchdog import LOOK_EVERY, Verdict, Watchdog

log = logging.getLogger(__name__)

RESTARTS = 3
"""How often the process is started again within `RESTART_WINDOW` seconds before giving up."""
RESTART_WINDOW = 60.0


class MediaLink:
    """Owns the media process, restarts it when it dies, and reads the pictures.

    Args:
        on_event: every event of the process, in order, in the loop that awaited `start`.
        on_lost: the process died with this return code. The call's media is gone; it is being
            started again, and the `Ready` event that follows is the moment to rejoin the call.
            `will_restart` is False when it died too often: offer the user to try again.
        on_stalled: the process stands still in a call (True), or works again (False). One that
            goes on standing still is killed, and `on_lost` follows.
        argv: another program than `huizhen media` (tests).
    """

    def __init__(
        self,
        *,
        on_event: Callable[[Event], None],
        on_lost: Callable[[int, bool], None],
        on_stalled: Callable[[bool], None] = lambda _stalled: None,
        argv: Sequence[str] | None = None,
    ) -> None:
        self._on_event = on_event
        self._on_lost = on_lost
        self._on_stalled = on_stalled
        self._watchdog = Watchdog()
        self._stalled = False
        self._watching: asyncio.Task[None] | None = None
        self._readers: dict[str, FrameReader] = {}
        self._levels: dict[str, float] = {}
        self._deaths: deque[float] = deque(maxlen=RESTARTS + 1)
        self._restart: asyncio.Task[None] | None = None
        self._wanted = False
        spec = ChildSpec(
            name="media",
            argv=tuple(argv or huizhen_argv("media")),
            commands=COMMANDS,
            events=EVENTS,
        )
        self._child: ChildProcess[Command, Event] = ChildProcess(
            spec, on_event=self._heard, on_exit=self._died
        )

    @property
    def running(self) -> bool:
        return self._child.running

    @property
    def pid(self) -> int | None:
        return self._child.pid

    @property
    def streams(self) -> frozenset[str]:
        """The streams that have a picture now."""
        return frozenset(self._readers)

    async def start(self) -> None:
        """Starts the process; the `Ready` event follows.

        Raises:
            ChildStartError: it cannot be started.
        """
        self._wanted = True
        self._deaths.clear()
        await self._child.start()
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch(), name="media watchdog")

    def send(self, command: Command) -> None:
        """Queues a command; never blocks.

        Raises:
            ChildNotRunningError: the process is not running (`on_lost` tells when it died).
        """
        self._child.send(command)
        if isinstance(command, StartCall):
            self._watchdog.call_began(asyncio.get_running_loop().time())
        elif isinstance(command, EndCall):
            self._watchdog.call_ended()
            if self._stalled:
                self._child.kill()  # the next call is not to wait for it

    def latest_frame(self, stream: str) -> PictureFrame | None:
        """The newest picture of a peer or of `SELF_VIEW`; the same object while unchanged."""
        reader = self._readers.get(stream)
        return reader.latest() if reader is not None else None

    def latest_level(self, stream: str) -> float:
        """How loud a peer or `SELF_VIEW` is now, in dBFS."""
        return self._levels.get(stream, SILENCE_DB)

    async def close(self) -> None:
        """Ends the process and lets the pictures go."""
        self._wanted = False
        for task in (self._restart, self._watching):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        self._watching = None
        if self._child.running:
            await self._child.stop()
        self._forget_pictures()

    # --- what the process says -----------------------------------------------------------

    def _heard(self, event: Event) -> None:
        match event:
            case Frames():
                self._attach(event)
            case FramesGone():
                self._detach(event.stream)
            case SoundLevels():
                self._levels = event.levels
                return  # ten a second, for meters only
            case Statistics():
                self._watchdog.counted(asyncio.get_running_loop().time())
                self._tell_stalled(stalled=False)
            case _:
                pass
        self._on_event(event)

    def _attach(self, event: Frames) -> None:
        try:
            reader = FrameReader(event.memory)
        except FrameMemoryError:
            return  # replaced already: the event of its successor is on the way
        self._detach(event.stream)
        self._readers[event.stream] = reader

    def _detach(self, stream: str) -> None:
        if (reader := self._readers.pop(stream, None)) is not None:
            reader.close()

    def _forget_pictures(self) -> None:
        for stream in tuple(self._readers):
            self._detach(stream)
        self._levels = {}

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            match self._watchdog.look(loop.time()):
                case Verdict.STALLS:
                    self._tell_stalled(stalled=True)
                case Verdict.HANGS if self._child.running:
                    log.error("the media process stands still and is ended")
                    self._watchdog.call_ended()
                    self._child.kill()
                case _:
                    pass

    def _tell_stalled(self, *, stalled: bool) -> None:
        if stalled is not self._stalled:
            self._stalled = stalled
            self._on_stalled(stalled)

    def _died(self, returncode: int) -> None:
        self._forget_pictures()
        self._watchdog.call_ended()
        self._stalled = False
        if not self._wanted:
            return
        loop = asyncio.get_running_loop()
        self._deaths.append(loop.time())
        recent = [moment for moment in self._deaths if moment > loop.time() - RESTART_WINDOW]
        will_restart = len(recent) <= RESTARTS
        log.error("the media process ended with %d", returncode)
        if will_restart:
            self._restart = loop.create_task(self._start_again())
        self._on_lost(returncode, will_restart)

    async def _start_again(self) -> None:
        try:
            await self._child.start()
        except (ChildStartError, ChildNotRunningError):
            log.exception("the media process cannot be started again")
            self._on_lost(-1, False)
