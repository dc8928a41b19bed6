"""The local side of a call: opens the wished sources and feeds them, falling back to generated."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import assert_never

from app.media.capture import AUDIO_DEPTH, VIDEO_DEPTH, AudioStamper, Feed, VideoStamper
from app.media.errors import SourceUnavailableError
from app.media.files import FileAudio, FileVideo
from app.media.generated import GeneratedAudio, GeneratedVideo
from app.media.hardware import Hardware
from app.media.messages import (
    SELF_VIEW,
    DeviceSource,
    FileSource,
    GeneratedSource,
    MediaKind,
    NoSource,
    Source,
    SourceFallback,
)
from app.media.pictures import Pictures
from app.media.sources import AudioSource, Clock, VideoSource

log = logging.getLogger(__name__)


class Studio:
    """One's own picture and sound.

    Args:
        on_fallback: a wished device or file cannot be used; a generated source stands in.
    """

    def __init__(
        self,
        hardware: Hardware,
        pictures: Pictures,
        clock: Clock,
        on_fallback: Callable[[SourceFallback], None],
    ) -> None:
        self._hardware = hardware
        self._pictures = pictures
        self._clock = clock
        self._on_fallback = on_fallback
        self._video_wish: Source = NoSource()
        self._audio_wish: Source = NoSource()
        self._video_muted = False
        self._recovery: set[asyncio.Task[None]] = set()
        self.video = Feed(
            MediaKind.VIDEO.value,
            VIDEO_DEPTH,
            VideoStamper(clock),
            on_frame=lambda frame: pictures.show(SELF_VIEW, frame),
            on_ended=lambda: self._recover(self._replace_video()),
        )
        self.audio = Feed(
            MediaKind.AUDIO.value,
            AUDIO_DEPTH,
            AudioStamper(clock),
            on_ended=lambda: self._recover(self._replace_audio()),
        )

    async def choose(self, video: Source | None, audio: Source | None) -> None:
        """Changes the sources that are given; None leaves one as it is."""
        if video is not None:
            self._video_wish = video
            await self._use_video()
        if audio is not None:
            self._audio_wish = audio
            await self.audio.use(None)
            await self.audio.use(await self._open_audio(audio))

    async def mute(self, *, audio: bool, video: bool) -> None:
        """Muting the video closes the camera; muting the audio drops every frame of it."""
        self.audio.muted = audio
        if video is not self._video_muted:
            self._video_muted = video
            await self._use_video()

    async def close(self) -> None:
        for task in self._recovery:
            task.cancel()
        await self.video.close()
        await self.audio.close()
        self._pictures.forget(SELF_VIEW)

    async def _use_video(self) -> None:
        await self.video.use(None)
        if self._video_muted or isinstance(self._video_wish, NoSource):
            self._pictures.forget(SELF_VIEW)
            return
        await self.video.use(await self._open_video(self._video_wish))

    async def _open_video(self, wish: Source) -> VideoSource | None:
        try:
            match wish:
                case GeneratedSource():
                    return GeneratedVideo(
                        wish.width, wish.height, wish.fps, self._clock, wish.noise
                    )
                case FileSource():
                    return await asyncio.to_thread(FileVideo, wish.path, self._clock)
                case DeviceSource():
                    return await self._hardware.camera(wish.device_id)
                case NoSource():
                    return None
                case _:
                    assert_never(wish)
        except SourceUnavailableError as error:
            log.info("video falls back to generated: %s", error)
            self._fell_back(MediaKind.VIDEO, wish)
            return await self._open_video(GeneratedSource())

    async def _open_audio(self, wish: Source) -> AudioSource | None:
        try:
            match wish:
                case GeneratedSource():
                    return GeneratedAudio(self._clock)
                case FileSource():
                    return await asyncio.to_thread(FileAudio, wish.path, self._clock)
                case DeviceSource():
                    return await self._hardware.microphone(wish.device_id)
                case NoSource():
                    return None
                case _:
                    assert_never(wish)
        except SourceUnavailableError as error:
            log.info("audio falls back to generated: %s", error)
            self._fell_back(MediaKind.AUDIO, wish)
            return await self._open_audio(GeneratedSource())

    def _fell_back(self, media: MediaKind, wish: Source) -> None:
        if isinstance(wish, DeviceSource | FileSource):
            self._on_fallback(SourceFallback(media=media, wished=wish.kind))

    # A source that ends by itself cannot be replaced from inside its own feed's task.
    def _recover(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._recovery.add(task)
        task.add_done_callback(self._recovery.discard)

    async def _replace_video(self) -> None:
        self._fell_back(MediaKind.VIDEO, self._video_wish)
        self._video_wish = GeneratedSource()
        await self._use_video()

    async def _replace_audio(self) -> None:
        self._fell_back(MediaKind.AUDIO, self._audio_wish)
        self._audio_wish = GeneratedSource()
        await self.audio.use(await self._open_audio(self._audio_wish))
