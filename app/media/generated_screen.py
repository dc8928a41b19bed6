"""A page as a screen shows it: fine lines, small text, sharp edges; it scrolls now and then.

For tests and the demo: a codec that blurs is seen at once in its lines of one pixel.
"""

import av
import cv2
import numpy as np

from app.media.colour import Pixels, frame_from_bgr
from app.media.sources import Clock, Pacer

FPS = 10
SCROLL_EVERY_S, SCROLL_ROWS = 4.0, 120
PITCH = 4
"""Columns of the finest lines: black and white change every second column of them."""


class GeneratedPage:
    """Pictures of `width` x `height` pixels; both even."""

    def __init__(self, width: int, height: int, clock: Clock) -> None:
        self._clock = clock
        self._pacer = Pacer(clock, 1 / FPS)
        self._width, self._height = width, height
        self._page = _page(width, height * 4)

    async def next_frame(self) -> av.VideoFrame:
        await self._pacer.next_turn()
        return frame_from_bgr(self.draw(self._clock.now()))

    def draw(self, now: float) -> Pixels:
        """The picture at a moment: shape (height, width, 3), BGR, 8 bits."""
        room = self._page.shape[0] - self._height
        top = int(now / SCROLL_EVERY_S) * SCROLL_ROWS % (room // SCROLL_ROWS * SCROLL_ROWS or 1)
        picture = self._page[top : top + self._height].copy()
        picture[: lines_height(self._height)] = fine_lines(self._width, self._height)[..., None]
        return picture

    def close(self) -> None:
        """Nothing is held."""


def lines_height(height: int) -> int:
    """Rows of the fixed band of fine lines along the upper edge."""
    return height // 16 & ~1


def fine_lines(width: int, height: int) -> Pixels:
    """The band: shape (lines_height, width), vertical lines, black and white."""
    columns = np.arange(width) // (PITCH // 2) % 2
    row = np.where(columns == 0, 24, 232).astype(np.uint8)
    return np.repeat(row[None, :], lines_height(height), axis=0)


def _page(width: int, height: int) -> Pixels:
    page = np.full((height, width, 3), 250, np.uint8)
    for number, top in enumerate(range(24, height - 12, 22)):
        text = (
            f"{number:03d}  WBC {number % 9 + 4}.{number % 10} 10^9/L   HGB {110 + number % 50} g/L"
        )
        cv2.putText(
            page, text, (16, top), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (30, 30, 30), 1, cv2.LINE_AA
        )
        cv2.line(page, (12, top + 6), (width - 12, top + 6), (200, 205, 210), 1)
    return page
