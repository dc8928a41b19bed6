"""What a picture of the call is to the widget that shows it."""

from typing import Protocol


class VideoFrame(Protocol):
    """One picture: `height` rows of `width * 4` bytes, BGRA, 8 bits; A is ignored.

    `sequence` grows with every picture of the stream.
    """

    @property
    def sequence(self) -> int: ...

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    @property
    def pixels(self) -> bytes: ...
