"""The local side of a call: opens the wished sources and feeds them, and follows the devices."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import TypeVar, assert_never

import av

from app.media.capture import AUDIO_DEPTH, VIDEO_DEPTH, AudioStamper, Feed, VideoStamper
from app.media.equipment import NO_DEVICES, DeviceInUse, Devices, DeviceSource, Equipment, Place
from app.media.errors import SourceUnavailableError
from app.media.files import FileAudio, FileVideo
from app.media.generated import GeneratedAudio, GeneratedVideo
from app.media.hardware import Hardware
from app.media.messages import (
    SELF_VIEW,
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

SourceT = TypeVar("SourceT", VideoSource, AudioSource)


class Studio:
    """One's own picture and sound.

    A wished device that is away is stood in for by another, and taken again when it is back. Where
    there is no device at all a generated picture is sent, and no sound.

    Args:
        tell: a wished device or file cannot be used; which device is in use now.
        treat: sees all sound before it is muted, and may give another in its place.
    """

    def __init__(
        self,
        hardware: Hardware,
        pictures: Pictures,
        clock: Clock,
        tell: Callable[[SourceFallback | DeviceInUse], None],
        treat: Callable[[av.AudioFrame], av.AudioFrame] = lambda frame: frame,
    ) -> None:
        self._hardware = hardware
        self._pictures = pictures
        self._clock = clock
        self._tell = tell
        self._video_wish: Source = NoSource()
        self._audio_wish: Source = NoSource()
        self._video_muted = False
        self._recovery: set[asyncio.Task[None]] = set()
        self._camera, self._microphone = Place(Equipment.CAMERA), Place(Equipment.MICROPHONE)
        self._devices = NO_DEVICES
        self._lock = asyncio.Lock()
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
            treat=treat,
            on_ended=lambda: self._recover(self._replace_audio()),
        )

    async def choose(self, video: Source | None, audio: Source | None) -> None:
        """Changes the sources that are given; None leaves one as it is."""
        async with self._lock:
            if isinstance(video, DeviceSource) or isinstance(audio, DeviceSource):
                self._devices = await self._hardware.list_devices()
            if video is not None:
                self._video_wish = video
                self._camera.choose(video if isinstance(video, DeviceSource) else None)
                await self._use_video()
            if audio is not None:
                self._audio_wish = audio
                self._microphone.choose(audio if isinstance(audio, DeviceSource) else None)
                await self._use_audio()

    async def mute(self, *, audio: bool, video: bool) -> None:
        """Muting the video closes the camera; muting the audio drops every frame of it."""
        self.audio.muted = audio
        async with self._lock:
            if video is not self._video_muted:
                self._video_muted = video
                await self._use_video()

    async def devices_changed(self, devices: Devices) -> None:
        """Takes another device when the present one went, or the wished one came."""
        async with self._lock:
            self._devices = devices
            if self._camera.stale(devices):
                await self._use_video()
            if self._microphone.stale(devices):
                await self._use_audio()

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

    async def _use_audio(self) -> None:
        await self.audio.use(None)
        await self.audio.use(await self._open_audio(self._audio_wish))

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
                    return await self._device(self._camera, self._hardware.camera)
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
                    return await self._device(self._microphone, self._hardware.microphone)
                case NoSource():
                    return None
                case _:
                    assert_never(wish)
        except SourceUnavailableError as error:
            log.info("the wished sound cannot be sent: %s", error)
            self._fell_back(MediaKind.AUDIO, wish)
            silent = isinstance(wish, DeviceSource)
            return await self._open_audio(NoSource() if silent else GeneratedSource())

    async def _device(
        self, place: Place, opened: Callable[[str | None], Coroutine[None, None, SourceT]]
    ) -> SourceT:
        """The device that should serve; one that cannot be opened is passed over."""
        while (device := place.best(self._devices)) is not None:
            place.device = device
            try:
                source = await opened(device.device_id)
            except SourceUnavailableError as error:
                log.info("a %s cannot be opened: %s", place.what, error)
                place.gave_nothing()
                continue
            self._in_use(place)
            return source
        place.device = None
        self._in_use(place)
        raise SourceUnavailableError(f"no {place.what}")

    def _in_use(self, place: Place) -> None:
        if (told := place.used(place.device, self._devices)) is not None:
            self._tell(told)

    def _fell_back(self, media: MediaKind, wish: Source) -> None:
        if isinstance(wish, DeviceSource | FileSource):
            self._tell(SourceFallback(media=media, wished=wish.kind))

    # A source that ends by itself cannot be replaced from inside its own feed's task.
    def _recover(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._recovery.add(task)
        task.add_done_callback(self._recovery.discard)

    async def _replace_video(self) -> None:
        async with self._lock:
            if isinstance(self._video_wish, DeviceSource):
                self._camera.gave_nothing()
            else:
                self._fell_back(MediaKind.VIDEO, self._video_wish)
                self._video_wish = GeneratedSource()
            await self._use_video()

    async def _replace_audio(self) -> None:
        async with self._lock:
            if isinstance(self._audio_wish, DeviceSource):
                self._microphone.gave_nothing()
            else:
                self._fell_back(MediaKind.AUDIO, self._audio_wish)
                self._audio_wish = GeneratedSource()
            await self._use_audio()
