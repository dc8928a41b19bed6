"""Where pictures to be shown go: into shared memory for the window, or nowhere without one."""

from collections.abc import Callable
from typing import Protocol

import av

from app.media.colour import bgra_from_frame
from app.media.frames import FrameWriter
from app.media.messages import Frames, FramesGone


class Pictures(Protocol):
    """Shows the streams of a call."""

    def show(self, stream: str, frame: av.VideoFrame) -> None: ...

    def forget(self, stream: str) -> None:
        """The stream has no picture any more."""
        ...

    def close(self) -> None: ...


class SharedPictures:
    """Writes each stream into its shared memory and tells the window where it is."""

    def __init__(self, emit: Callable[[Frames | FramesGone], None]) -> None:
        self._emit = emit
        self._writers: dict[str, FrameWriter] = {}

    def show(self, stream: str, frame: av.VideoFrame) -> None:
        pixels = bgra_from_frame(frame).data
        writer = self._writers.get(stream)
        if writer is None or not writer.fits(frame.width, frame.height):
            if writer is not None:
                writer.close()
            writer = self._writers[stream] = FrameWriter(frame.width, frame.height)
            writer.write(pixels, frame.width, frame.height)
            self._emit(
                Frames(stream=stream, memory=writer.name, width=frame.width, height=frame.height)
            )
            return
        writer.write(pixels, frame.width, frame.height)

    def forget(self, stream: str) -> None:
        if (writer := self._writers.pop(stream, None)) is not None:
            self._emit(FramesGone(stream=stream))
            writer.close()

    def close(self) -> None:
        for stream in tuple(self._writers):
            self.forget(stream)


class NoPictures:
    """A participant without a window: pictures are counted by the peer and discarded here."""

    def show(self, stream: str, frame: av.VideoFrame) -> None:
        """Discards it."""

    def forget(self, stream: str) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Nothing is held."""
