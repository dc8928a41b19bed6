"""Screens and windows as the media process has them: pictures of the capture process."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

import av
import cv2
import numpy as np

from app.ipc.child import ChildProcess, ChildSpec, huizhen_argv
from app.ipc.errors import ChildNotRunningError, ChildStartError
from app.media.colour import I420
from app.media.errors import FrameMemoryError, SourceEndedError, SourceUnavailableError
from app.media.frames import FrameReader, PictureFrame
from app.media.scaling import size_on
from app.media.share_ladder import SCREEN
from app.media.sharing import (
    ListSurfaces,
    ScreenSource,
    Surfaces,
    SurfaceTrouble,
    WindowSource,
)
from app.media.sources import Clock, Pacer, VideoSource
from app.media.surface_messages import (
    CAPTURE_COMMANDS,
    CAPTURE_EVENTS,
    BeginCapture,
    CaptureCommand,
    Captured,
    CaptureEvent,
    CaptureFailed,
    EndCapture,
)

log = logging.getLogger(__name__)

FIRST_PICTURE_S = 8.0
"""So long a screen may take to give its first picture: the system may ask the person first."""
REFINED_S, REFINE_EVERY, REPEAT_EVERY = 2.0, 0.2, 1.0
"""A still screen is sent again for so long, so often, so that it gets sharp; then once a second."""


class SurfaceError(SourceUnavailableError):
    """A screen or window cannot be taken; `trouble` says why."""

    def __init__(self, trouble: SurfaceTrouble) -> None:
        super().__init__(f"no pictures of a screen: {trouble.value}")
        self.trouble = trouble


class SurfaceHardware(Protocol):
    """Where screens and windows come from."""

    def look(self) -> None:
        """Asks which there are; the answer is told."""
        ...

    async def open(self, source: ScreenSource | WindowSource, clock: Clock) -> VideoSource:
        """
        Raises:
            SurfaceError: it gives no pictures.
        """
        ...

    async def close(self) -> None: ...


class NoSurfaces:
    """A participant without a screen (tests, `huizhen join`)."""

    def __init__(self, tell: Callable[[Surfaces], None] = lambda _: None) -> None:
        self._tell = tell

    def look(self) -> None:
        self._tell(Surfaces(trouble=SurfaceTrouble.NO_DISPLAY))

    async def open(self, source: ScreenSource | WindowSource, clock: Clock) -> VideoSource:
        raise SurfaceError(SurfaceTrouble.NO_DISPLAY)

    async def close(self) -> None:
        """Nothing is held."""


class CaptureLink:
    """Owns the capture process, started when it is first needed.

    Args:
        tell: which surfaces there are.
        argv: another program than `huizhen capture` (tests).
    """

    def __init__(self, tell: Callable[[Surfaces], None], argv: Sequence[str] | None = None) -> None:
        self._tell = tell
        self._reader: FrameReader | None = None
        self._first: asyncio.Future[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._ended = True
        self._wanted = ""
        spec = ChildSpec(
            name="capture",
            argv=tuple(argv or huizhen_argv("capture")),
            commands=CAPTURE_COMMANDS,
            events=CAPTURE_EVENTS,
        )
        self._child: ChildProcess[CaptureCommand, CaptureEvent] = ChildProcess(
            spec, on_event=self._heard, on_exit=self._died
        )

    @property
    def pid(self) -> int | None:
        """Of the capture process, while it runs."""
        return self._child.pid

    def look(self) -> None:
        self._starting = asyncio.create_task(self._look(), name="surfaces")

    async def _look(self) -> None:
        try:
            await self._send(ListSurfaces())
        except SurfaceError as error:
            self._tell(Surfaces(trouble=error.trouble))

    async def open(self, source: ScreenSource | WindowSource, clock: Clock) -> VideoSource:
        self._forget()
        self._ended, self._wanted = False, source.surface_id
        self._first = asyncio.get_running_loop().create_future()
        await self._send(BeginCapture(source=source))
        try:
            await asyncio.wait_for(asyncio.shield(self._first), FIRST_PICTURE_S)
        except TimeoutError:
            raise SurfaceError(SurfaceTrouble.UNAVAILABLE) from None
        return SurfaceVideo(self, clock)

    def latest(self) -> PictureFrame | None:
        """The newest picture.

        Raises:
            SourceEndedError: there will be none any more.
        """
        if self._ended:
            raise SourceEndedError("the screen gives no pictures any more")
        return self._reader.latest() if self._reader is not None else None

    def end(self) -> None:
        """No more pictures are wanted; the process stays for another look."""
        self._forget()
        try:
            self._child.send(EndCapture())
        except ChildNotRunningError:
            return

    async def close(self) -> None:
        self._forget()
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._child.running:
            await self._child.stop()

    async def _send(self, command: CaptureCommand) -> None:
        try:
            if not self._child.running:
                await self._child.start()
            self._child.send(command)
        except (ChildStartError, ChildNotRunningError) as error:
            raise SurfaceError(SurfaceTrouble.UNAVAILABLE) from error

    def _heard(self, event: CaptureEvent) -> None:
        match event:
            case Surfaces():
                self._tell(event)
            case Captured():
                if event.surface_id == self._wanted:
                    self._attach(event.memory)
            case CaptureFailed():
                self._fail(event.trouble)

    def _attach(self, memory: str) -> None:
        try:
            reader = FrameReader(memory)
        except FrameMemoryError:
            return  # replaced already
        if self._reader is not None:
            self._reader.close()
        self._reader = reader
        if self._first is not None and not self._first.done():
            self._first.set_result(None)

    def _fail(self, trouble: SurfaceTrouble) -> None:
        self._ended = True
        if self._first is not None and not self._first.done():
            self._first.set_exception(SurfaceError(trouble))

    def _died(self, returncode: int) -> None:
        log.info("the capture process ended with %d", returncode)
        self._fail(SurfaceTrouble.UNAVAILABLE)

    def _forget(self) -> None:
        self._ended, self._wanted = True, ""
        if self._first is not None and not self._first.done():
            self._first.cancel()
        self._first = None
        if self._reader is not None:
            self._reader.close()
            self._reader = None


class SurfaceVideo:
    """A screen's or window's pictures: at once when it changes, and again while it gets sharp."""

    def __init__(self, link: CaptureLink, clock: Clock) -> None:
        self._link, self._clock = link, clock
        self._pacer = Pacer(clock, 1 / SCREEN.fps)
        self._sequence = 0
        self._changed_at = self._given_at = -REPEAT_EVERY

    async def next_frame(self) -> av.VideoFrame:
        while True:
            await self._pacer.next_turn()
            picture = self._link.latest()
            if picture is not None and self._is_due(picture):
                return await asyncio.to_thread(frame_of, picture)

    def close(self) -> None:
        self._link.end()

    def _is_due(self, picture: PictureFrame) -> bool:
        now = self._clock.now()
        if picture.sequence != self._sequence:
            self._sequence, self._changed_at = picture.sequence, now
        else:
            fresh = now - self._changed_at < REFINED_S
            if now - self._given_at < (REFINE_EVERY if fresh else REPEAT_EVERY):
                return False
        self._given_at = now
        return True


def frame_of(picture: PictureFrame) -> av.VideoFrame:
    """An I420 frame of it, of as many pixels as may be sent."""
    pixels = np.frombuffer(picture.pixels, np.uint8)
    pixels = pixels.reshape(picture.height, picture.width, 4)
    size = size_on(SCREEN, picture.width, picture.height)
    if size != (picture.width, picture.height):
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    planes = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2YUV_I420), np.uint8)
    return av.VideoFrame.from_ndarray(planes, format=I420)
