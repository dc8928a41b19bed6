"""A folder of CT slices as one array, the way most programs read one."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread


def read_volume(folder: Path) -> NDArray[np.int16]:
    """(slices, rows, columns) in modality values, in the order of the file names."""
    read = [dcmread(path) for path in sorted(folder.iterdir())]
    return np.stack(
        [one.pixel_array.astype(np.int16) + np.int16(one.RescaleIntercept) for one in read]
    )
