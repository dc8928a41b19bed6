"""Display levels to QImage, without copying them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage


def to_image(levels: NDArray[np.uint8], ratio: float = 1.0) -> QImage:
    """A QImage that looks at `levels`, which must stay alive and unchanged as long as it does.

    (height, width) becomes Grayscale8, (height, width, 3) RGB888; `ratio` is the device pixel
    ratio.
    """
    height, width = levels.shape[:2]
    colour = levels.ndim == 3
    form = QImage.Format.Format_RGB888 if colour else QImage.Format.Format_Grayscale8
    flat = np.ascontiguousarray(levels)
    image = QImage(flat.data, width, height, flat.strides[0], form)
    image.setDevicePixelRatio(ratio)
    return image
