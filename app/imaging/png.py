"""Display levels to a PNG file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def png_bytes(levels: NDArray[np.uint8]) -> bytes:
    """(rows, columns) or (rows, columns, 3) RGB uint8 as an 8-bit PNG without metadata."""
    import imagecodecs

    encoded: Any = imagecodecs.png_encode(np.ascontiguousarray(levels))
    return bytes(encoded)


def write_png(path: Path, levels: NDArray[np.uint8]) -> None:
    """Write display levels as PNG.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_bytes(png_bytes(levels))
