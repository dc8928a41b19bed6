"""Secondary captures (PS3.3 A.8.1): a picture as it was seen, its annotations burnt in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.imaging.writing.origin import NewObject, finished, source_head
from app.imaging.writing.valid import shortened

if TYPE_CHECKING:
    from pydicom import Dataset


def write_secondary_capture(
    rgb: NDArray[np.uint8],
    source: Dataset,
    *,
    description: str = "",
    burned_in: bool = False,
    new: NewObject | None = None,
) -> Dataset:
    """`rgb` (rows, columns, 3) as a new picture of the study `source` belongs to.

    `burned_in` says that the patient can be read in the picture itself.

    Raises:
        MissingAttributeError: the source has no UID.
    """
    from highdicom.sc import SCImage

    capture = SCImage.from_ref_dataset(
        ref_dataset=source_head(source),
        pixel_array=np.ascontiguousarray(rgb),
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        patient_orientation=("L", "P"),  # the constructor insists; it is unknown, see below
        **(new or NewObject(series_number=905)).arguments(),
    )
    capture.PatientOrientation = []
    capture.BurnedInAnnotation = "YES" if burned_in else "NO"
    if description:
        capture.SeriesDescription = shortened("LO", description)
    return finished(capture, [source])
