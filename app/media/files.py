"""Media files as sources, played in a loop at their own pace."""

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

import av
from av.container import InputContainer

from app.media.errors import SourceEndedError, SourceUnavailableError
from app.media.sources import AUDIO_RATE, AUDIO_SAMPLES, Clock, Pacer

FrameT = TypeVar("FrameT")


class _LoopedFile(ABC, Generic[FrameT]):
    """One stream of a file, decoded in a thread; at its end it starts again."""

    def __init__(self, path: Path) -> None:
        try:
            self._container: InputContainer = av.open(path, "r")
        except (OSError, av.FFmpegError) as error:
            raise SourceUnavailableError("the media file cannot be opened") from error
        self._lock = threading.Lock()
        self._closed = False
        self._frames = self._loop()

    @abstractmethod
    def _one_pass(self) -> Iterator[FrameT]:
        """Every frame from the present place to the end of the file."""

    def _loop(self) -> Iterator[FrameT]:
        while True:
            empty = True
            for frame in self._one_pass():
                empty = False
                yield frame
            if empty:
                return
            self._container.seek(0)

    def _decode(self) -> FrameT | None:
        with self._lock:
            if self._closed:
                return None
            try:
                return next(self._frames, None)
            except av.FFmpegError:
                return None

    async def _take(self) -> FrameT:
        frame = await asyncio.to_thread(self._decode)
        if frame is None:
            raise SourceEndedError("the file gives no more frames")
        return frame

    def close(self) -> None:
        """Waits for the frame in work: closing a file that is being decoded would crash."""
        with self._lock:
            self._closed = True
            self._container.close()


def shows_or_sounds(path: Path) -> bool:
    """Whether a file has a picture or sound that can be decoded; text, which FFmpeg draws, not."""
    try:
        with av.open(path, "r") as container:
            if container.format.name == "tty":
                return False
            streams = (*container.streams.video, *container.streams.audio)
            return any(True for _ in container.decode(*streams[:1])) if streams else False
    except (OSError, av.FFmpegError):
        return False


class FileVideo(_LoopedFile[av.VideoFrame]):
    """The first video stream of a file, at its average frame rate.

    Raises:
        SourceUnavailableError: there is no such file, or no picture in it.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        super().__init__(path)
        streams = self._container.streams.video
        if not streams:
            self.close()
            raise SourceUnavailableError("the file has no picture")
        rate = streams[0].average_rate
        self._pacer = Pacer(clock, 1 / float(rate) if rate else 1 / 25)

    async def next_frame(self) -> av.VideoFrame:
        frame = await self._take()
        await self._pacer.next_turn()
        return frame

    def _one_pass(self) -> Iterator[av.VideoFrame]:
        yield from self._container.decode(video=0)


class FileAudio(_LoopedFile[av.AudioFrame]):
    """The first audio stream of a file, as 20 ms frames of s16 mono at 48 kHz.

    Raises:
        SourceUnavailableError: there is no such file, or no sound in it.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        super().__init__(path)
        if not self._container.streams.audio:
            self.close()
            raise SourceUnavailableError("the file has no sound")
        self._pacer = Pacer(clock, AUDIO_SAMPLES / AUDIO_RATE, patience=10)

    async def next_frame(self) -> av.AudioFrame:
        frame = await self._take()
        await self._pacer.next_turn()
        return frame

    def _one_pass(self) -> Iterator[av.AudioFrame]:
        resampler = av.AudioResampler("s16", "mono", AUDIO_RATE, frame_size=AUDIO_SAMPLES)
        for frame in self._container.decode(audio=0):
            yield from resampler.resample(frame)
