"""Conversions between the codecs' I420 (BT.601, studio range) and the screen's BGRA.

OpenCV takes a quarter of swscale's time for the two that every frame needs; swscale does the rest.
"""

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

I420 = "yuv420p"


def frame_from_bgr(picture: Pixels) -> av.VideoFrame:
    """An I420 frame of a BGR picture, shape (height, width, 3)."""
    height, width = picture.shape[:2]
    if height % 2 or width % 2:  # I420 as one array halves both
        return av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format=I420)
    planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
    return av.VideoFrame.from_ndarray(planes, format=I420)


def bgra_from_frame(frame: av.VideoFrame) -> Pixels:
    """BGRA of any frame, shape (height, width, 4), contiguous."""
    if frame.format.name != I420 or frame.width % 2 or frame.height % 2:
        return np.ascontiguousarray(frame.to_ndarray(format="bgra"), np.uint8)
    return np.asarray(cv2.cvtColor(frame.to_ndarray(), cv2.COLOR_YUV2BGRA_I420), np.uint8)
