"""What is shared: opens it, feeds the connections of the share, and shows what the others see."""

import asyncio
import logging
from collections.abc import Callable

import av

from app.media.capture import VIDEO_DEPTH, Feed, VideoStamper
from app.media.equipment import DeviceSource
from app.media.errors import SourceUnavailableError
from app.media.generated_screen import GeneratedPage
from app.media.hardware import Hardware
from app.media.messages import MediaKind
from app.media.pictures import Pictures
from app.media.scaling import scaled
from app.media.share_ladder import Content
from app.media.sharing import (
    SHARE_VIEW,
    GeneratedScreen,
    NoShare,
    ScreenSource,
    Shared,
    ShareLost,
    SurfaceTrouble,
    WindowSource,
)
from app.media.sources import Clock, VideoSource
from app.media.surfaces import SurfaceError, SurfaceHardware

log = logging.getLogger(__name__)

VIEW_EVERY, VIEW_WIDTH = 0.2, 640
"""How often, and at most how large, one sees oneself what one shares."""


class ShareStudio:
    """One's own share.

    Args:
        tell: what was chosen gives no pictures (any more).
    """

    def __init__(
        self,
        hardware: Hardware,
        surfaces: SurfaceHardware,
        pictures: Pictures,
        clock: Clock,
        tell: Callable[[ShareLost], None],
    ) -> None:
        self._hardware, self._surfaces = hardware, surfaces
        self._pictures, self._clock, self._tell = pictures, clock, tell
        self._source: Shared | NoShare = NoShare()
        self._shown_at = -VIEW_EVERY
        self._lock = asyncio.Lock()
        self._ending: set[asyncio.Task[None]] = set()
        self.video = Feed(
            MediaKind.VIDEO.value,
            VIDEO_DEPTH,
            VideoStamper(clock),
            on_frame=self._show,
            on_ended=self._ended,
        )
        self.nothing: Feed[av.VideoFrame] = Feed(
            MediaKind.VIDEO.value, VIDEO_DEPTH, VideoStamper(clock)
        )
        """For connections on which we send no pictures."""

    @property
    def content(self) -> Content | None:
        """What is shared; None while nothing is."""
        match self._source:
            case NoShare():
                return None
            case DeviceSource():
                return Content.MOVING
            case _:
                return Content.SCREEN

    async def choose(self, source: Shared | NoShare) -> None:
        """Opens it in place of what was open; what cannot be opened is told as lost."""
        async with self._lock:
            await self.video.use(None)
            self._source = source
            if isinstance(source, NoShare):
                self._pictures.forget(SHARE_VIEW)
                await self._surfaces.close()
                return
            try:
                await self.video.use(await self._open(source))
            except SourceUnavailableError as error:
                trouble = error.trouble if isinstance(error, SurfaceError) else None
                self._lose(source, trouble)

    async def close(self) -> None:
        for task in self._ending:
            task.cancel()
        await self.video.close()
        await self.nothing.close()
        await self._surfaces.close()
        self._pictures.forget(SHARE_VIEW)

    async def _open(self, source: Shared) -> VideoSource:
        match source:
            case ScreenSource() | WindowSource():
                return await self._surfaces.open(source, self._clock)
            case DeviceSource():
                return await self._hardware.camera(source.device_id)
            case GeneratedScreen():
                return GeneratedPage(source.width, source.height, self._clock)

    def _lose(self, source: Shared, trouble: SurfaceTrouble | None) -> None:
        log.info("what is shared gives no pictures: %s", source.kind)
        self._source = NoShare()
        self._pictures.forget(SHARE_VIEW)
        self._tell(ShareLost(source=source, trouble=trouble))

    # A source that ends by itself cannot be let go of from inside its own feed's task.
    def _ended(self) -> None:
        async def end(source: Shared) -> None:
            async with self._lock:
                if self._source is source:
                    await self.video.use(None)
                    self._lose(source, None)

        if not isinstance(self._source, NoShare):
            task = asyncio.create_task(end(self._source), name="share ended")
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    def _show(self, frame: av.VideoFrame) -> None:
        now = self._clock.now()
        if now - self._shown_at < VIEW_EVERY:
            return
        self._shown_at = now
        width = min(frame.width, VIEW_WIDTH)
        height = round(frame.height * width / frame.width)
        size = (frame.width, frame.height) if width == frame.width else (width, height & ~3)
        self._pictures.show(SHARE_VIEW, scaled(frame, size))
