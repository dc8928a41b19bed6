"""Capture: one source feeds every peer and the self view.

A feed pulls frames from its present source, stamps them with the call's own clock (so that sources
can change while RTP timestamps only grow) and hands each to the tracks of all peers. A track that
is slow loses its oldest frame: late pictures and sound are worth nothing in a talk.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

import av
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av.frame import Frame

from app.media.colour import I420
from app.media.errors import SourceEndedError
from app.media.sources import (
    AUDIO_RATE,
    AUDIO_SAMPLES,
    AUDIO_TIME_BASE,
    VIDEO_CLOCK,
    VIDEO_TIME_BASE,
    Clock,
)

log = logging.getLogger(__name__)

FrameT = TypeVar("FrameT", bound=Frame)
FrameT_co = TypeVar("FrameT_co", bound=Frame, covariant=True)

VIDEO_DEPTH = 2
AUDIO_DEPTH = 10
_DRIFT = AUDIO_RATE // 5
"""Samples that sound may be off the clock before its timestamps jump (after muting): 200 ms."""


class Source(Protocol[FrameT_co]):
    async def next_frame(self) -> FrameT_co: ...

    def close(self) -> None: ...


class LocalTrack(MediaStreamTrack, Generic[FrameT]):
    """What one peer's sender reads. `frames_sent` counts what it took, `offered` what came.

    `off()` says that nothing comes because its owner wants it so, or has no device.
    """

    def __init__(
        self,
        kind: str,
        depth: int,
        leave: Callable[["LocalTrack[FrameT]"], None],
        off: Callable[[], bool],
    ) -> None:
        super().__init__()
        self.off = off
        self.kind = kind
        self.frames_sent = 0
        self.offered = 0
        self._leave = leave
        self._frames: asyncio.Queue[FrameT | None] = asyncio.Queue(depth)

    def offer(self, frame: FrameT | None) -> None:
        """Queues a frame (None: the end), dropping the oldest when the sender is slow."""
        self.offered += frame is not None
        if self._frames.full():
            self._frames.get_nowait()
        self._frames.put_nowait(frame)

    async def recv(self) -> FrameT:
        if self.readyState != "live":
            raise MediaStreamError
        frame = await self._frames.get()
        if frame is None:
            raise MediaStreamError
        self.frames_sent += 1
        return frame

    def stop(self) -> None:
        super().stop()
        self._leave(self)
        self.offer(None)


class Feed(Generic[FrameT]):
    """Pulls one source at a time for any number of tracks.

    Args:
        kind: `video` or `audio`.
        prepare: makes the frame that is sent from the source's, timestamp included.
        treat: sees every frame of the source, also while muted, and may give another for it.
        on_frame: sees every prepared frame (the self view).
        on_ended: the source ended by itself (unplugged, end of a broken file).
    """

    def __init__(
        self,
        kind: str,
        depth: int,
        prepare: Callable[[FrameT], FrameT],
        *,
        treat: Callable[[FrameT], FrameT] = lambda frame: frame,
        on_frame: Callable[[FrameT], None] = lambda _: None,
        on_ended: Callable[[], None] = lambda: None,
    ) -> None:
        self._kind = kind
        self._depth = depth
        self._prepare = prepare
        self._treat = treat
        self._on_frame = on_frame
        self._on_ended = on_ended
        self._tracks: set[LocalTrack[FrameT]] = set()
        self._task: asyncio.Task[None] | None = None
        self.muted = False

    def track(self) -> LocalTrack[FrameT]:
        """A new track for one peer's sender."""
        track: LocalTrack[FrameT] = LocalTrack(
            self._kind, self._depth, self._tracks.discard, lambda: self.muted or self._task is None
        )
        self._tracks.add(track)
        return track

    async def use(self, source: Source[FrameT] | None) -> None:
        """Ends the present source and begins to pull this one."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        if source is not None:
            self._task = asyncio.create_task(self._pull(source), name=f"{self._kind}-feed")

    async def close(self) -> None:
        await self.use(None)
        for track in tuple(self._tracks):
            track.stop()

    async def _pull(self, source: Source[FrameT]) -> None:
        try:
            while True:
                frame = self._treat(await source.next_frame())
                if self.muted:
                    continue
                sent = self._prepare(frame)
                for track in self._tracks:
                    track.offer(sent)
                self._on_frame(sent)
        except SourceEndedError:
            log.warning("the %s source ended", self._kind)
            self._on_ended()
        finally:
            source.close()


class VideoStamper:
    """Makes pictures yuv420p (converted once for all peers) and stamps the moment they came."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._start = clock.now()
        self._last = -1

    def __call__(self, frame: av.VideoFrame) -> av.VideoFrame:
        made = frame if frame.format.name == I420 else frame.reformat(format=I420)
        self._last = max(self._last + 1, round((self._clock.now() - self._start) * VIDEO_CLOCK))
        made.pts = self._last
        made.time_base = VIDEO_TIME_BASE
        return made


class AudioStamper:
    """Stamps sound by counting samples, and follows the clock after a pause."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._start = clock.now()
        self._next = 0

    def __call__(self, frame: av.AudioFrame) -> av.AudioFrame:
        expected = int((self._clock.now() - self._start) * AUDIO_RATE)
        if expected - self._next > _DRIFT:
            self._next = expected - expected % AUDIO_SAMPLES
        frame.pts = self._next
        frame.time_base = AUDIO_TIME_BASE
        self._next += frame.samples
        return frame
