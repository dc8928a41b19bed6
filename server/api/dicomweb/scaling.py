"""The `viewport` parameter (PS3.18 8.3.5.1.3): a part of the picture, fitted into a size."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.domain.errors import Invalid, invalid_field

MOST = 8192


@dataclass(frozen=True, slots=True)
class Viewport:
    """`width,height`, or with the part to show: `…,x,y,width,height` in pixels of the source."""

    width: int
    height: int
    part: tuple[int, int, int, int] | None = None

    @classmethod
    def of(cls, text: str) -> "Viewport":
        """Raises `Invalid`."""
        parts = [part.strip() for part in text.split(",")]
        try:
            numbers = [int(float(part)) for part in parts]
        except (ValueError, OverflowError) as error:
            raise _wrong() from error
        if len(numbers) not in (2, 6) or not all(0 < size <= MOST for size in numbers[:2]):
            raise _wrong()
        if len(numbers) == 2:
            return cls(numbers[0], numbers[1])
        x, y, width, height = numbers[2:]
        if min(x, y) < 0 or width == 0 or height == 0:
            raise _wrong()
        return cls(numbers[0], numbers[1], (x, y, width, height))

    def show(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The part, fitted with its proportions kept; (rows, columns) or (rows, columns, 3).

        A negative width or height of the part mirrors it.
        """
        if self.part is not None:
            x, y, width, height = self.part
            picture = picture[y : y + abs(height), x : x + abs(width)]
            picture = picture[:: -1 if height < 0 else 1, :: -1 if width < 0 else 1]
            if not picture.size:
                raise invalid_field("the part lies outside the picture", "viewport")
        rows, columns = picture.shape[:2]
        scale = min(self.width / columns, self.height / rows)
        return resized(picture, max(1, round(rows * scale)), max(1, round(columns * scale)))


def _wrong() -> Invalid:
    return invalid_field(f"give width,height (at most {MOST}) or also x,y,width,height", "viewport")


def resized(picture: NDArray[np.uint8], rows: int, columns: int) -> NDArray[np.uint8]:
    """Averages where it shrinks, interpolates linearly where it grows."""
    shrink = min(picture.shape[0] // rows, picture.shape[1] // columns)
    if shrink >= 2:  # blocks first: a weight matrix of everything would take seconds
        height, width = (size // shrink * shrink for size in picture.shape[:2])
        blocks = (height // shrink, shrink, width // shrink, shrink, *picture.shape[2:])
        values = picture[:height, :width].reshape(blocks).mean(axis=(1, 3), dtype=np.float32)
    else:
        values = picture.astype(np.float32)
    down, across = _weights(values.shape[0], rows), _weights(values.shape[1], columns)
    if values.ndim == 2:
        out: NDArray[Any] = down @ values @ across.T
    else:
        planes = [down @ values[..., n] @ across.T for n in range(values.shape[2])]
        out = np.stack(planes, axis=-1)
    shown: NDArray[np.uint8] = np.clip(np.rint(out), 0, 255).astype(np.uint8)
    return shown


def _weights(size: int, wanted: int) -> NDArray[np.float32]:
    """(wanted, size): how much of each sample a new one has (a triangle as wide as it must be)."""
    scale = size / wanted
    reach = max(1.0, scale)
    centres = (np.arange(wanted) + 0.5) * scale - 0.5
    distance = np.abs(np.arange(size)[None, :] - centres[:, None]) / reach
    weights = np.clip(1 - distance, 0, None)
    normal: NDArray[np.float32] = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return normal
