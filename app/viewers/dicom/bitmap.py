"""Display levels to QImage, in the layout the screen has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage


def to_image(
    levels: NDArray[np.uint8],
    ratio: float = 1.0,
    *,
    reused: QImage | None = None,
    columns: slice = slice(None),
) -> QImage:
    """(height, width) grey or (height, width, 3) RGB as RGB32; `ratio` is the device pixel ratio.

    Qt would convert other formats at every painting, which costs more than the window itself.
    `reused` is an image nobody looks at any more: fresh memory costs as much as the conversion.
    Where it has the right size, only `columns` of it are made again.
    """
    import cv2

    height, width = levels.shape[:2]
    code = cv2.COLOR_RGB2BGRA if levels.ndim == 3 else cv2.COLOR_GRAY2BGRA
    image = reused
    if image is None or (image.width(), image.height()) != (width, height):
        image, columns = QImage(width, height, QImage.Format.Format_RGB32), slice(None)
    pixels = np.frombuffer(image.bits(), np.uint8).reshape(height, width, 4)
    made = pixels[:, columns]
    cv2.cvtColor(np.ascontiguousarray(levels[:, columns]), code, dst=made)
    image.setDevicePixelRatio(ratio)
    return image
