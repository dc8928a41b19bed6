"""Large pictures of one frame, as a digital X-ray system makes them."""

import numpy as np
from numpy.typing import NDArray

from app.imaging.writing.recompress import Form, recompressed
from tests.imaging.objects import ct_object

ROWS, COLUMNS = 1600, 1200


def radiograph(rows: int = ROWS, columns: int = COLUMNS) -> NDArray[np.int16]:
    """Twelve bits with broad shapes and the noise of a detector."""
    y, x = np.mgrid[:rows, :columns]
    shapes = 2000 + 900 * np.sin(x / 140) * np.cos(y / 170)
    noise = np.random.default_rng(5).normal(0, 12, shapes.shape)
    return np.asarray(shapes + noise, np.int16)


def in_form(form: Form, pixels: NDArray[np.int16], **more: object) -> bytes:
    shape = {"BitsStored": 12, "HighBit": 11, "PixelRepresentation": 0, "Modality": "DX"}
    new = recompressed(ct_object(pixels, **shape, **more), form)
    assert new is not None
    return new.data
