"""Pictures brought down to a rung's size; never up."""

import math

import av
import cv2
import numpy as np

from app.media.colour import I420, Pixels
from app.media.ladder import Rung

_STEP = 4
"""Width and height become multiples of it, so that the halved planes are even."""


def size_on(rung: Rung, width: int, height: int) -> tuple[int, int]:
    """(width, height) of a picture on a rung: its shape kept, its area that of 16:9 at most."""
    area = rung.height * rung.height * 16 / 9
    scale = min(1.0, math.sqrt(area / (width * height)))
    if scale > 0.98 and width % 2 == height % 2 == 0:
        return width, height
    return _even(width * scale), _even(height * scale)


def scaled(frame: av.VideoFrame, size: tuple[int, int]) -> av.VideoFrame:
    """An I420 frame of the size, averaged over areas, which takes noise away."""
    if (frame.width, frame.height) == size:
        return frame
    width, height = size
    if frame.width % 2 or frame.height % 2:  # I420 as one array halves both
        return _stamped(frame.reformat(width=width, height=height), frame)
    parts = []
    for plane, by in zip(_planes(frame), (1, 2, 2), strict=True):
        part = cv2.resize(plane, (width // by, height // by), interpolation=cv2.INTER_AREA)
        parts.append(np.asarray(part, np.uint8).reshape(-1))
    planes = np.concatenate(parts).reshape(-1, width)
    return _stamped(av.VideoFrame.from_ndarray(planes, format=I420), frame)


def _planes(frame: av.VideoFrame) -> tuple[Pixels, Pixels, Pixels]:
    width, height = frame.width, frame.height
    flat: Pixels = np.asarray(frame.to_ndarray(), np.uint8).reshape(-1)
    full, quarter = width * height, width * height // 4
    half = (height // 2, width // 2)
    return (
        flat[:full].reshape(height, width),
        flat[full : full + quarter].reshape(half),
        flat[full + quarter : full + 2 * quarter].reshape(half),
    )


def _stamped(made: av.VideoFrame, like: av.VideoFrame) -> av.VideoFrame:
    made.pts = like.pts
    if like.time_base is not None:
        made.time_base = like.time_base
    return made


def _even(value: float) -> int:
    return max(_STEP, round(value / _STEP) * _STEP)
