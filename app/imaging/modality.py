"""Stored values to modality values: HU, SUV, … (PS3.3 C.11.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.imaging.attributes import functional_group, items, number, text
from app.imaging.lut import LookupTable, read_table

if TYPE_CHECKING:
    from pydicom import Dataset

Values: TypeAlias = NDArray[np.float64]
_PET_UNITS = {"BQML": "Bq/ml", "CNTS": "counts", "GML": "g/ml", "CM2ML": "cm²/ml", "NONE": ""}
"""Units of PET (PS3.3 C.8.9.1) as a reader writes them."""


@dataclass(frozen=True, slots=True)
class Rescale:
    """value = slope × stored + intercept; `unit` as RescaleType says (HU, US, OD, …)."""

    slope: float = 1.0
    intercept: float = 0.0
    unit: str = ""

    def apply(self, stored: NDArray[Any]) -> Values:
        """Modality values in double precision, same shape."""
        return np.asarray(stored, dtype=np.float64) * self.slope + self.intercept


@dataclass(frozen=True, slots=True, eq=False)
class ModalityLut:
    """A Modality LUT Sequence; `unit` as ModalityLUTType says."""

    table: LookupTable
    unit: str = ""

    def apply(self, stored: NDArray[Any]) -> Values:
        """Modality values in double precision, same shape."""
        return self.table.apply(stored).astype(np.float64)


ModalityTransform: TypeAlias = Rescale | ModalityLut


def modality_transform(
    dataset: Dataset, frame: int = 0, *, signed: bool = False
) -> ModalityTransform:
    """The transform of a frame: Modality LUT, else rescale of frame or object, else none."""
    for item in items(dataset, "ModalityLUTSequence"):
        table = read_table(item, signed_input=signed)
        if table is not None:
            return ModalityLut(table, text(item, "ModalityLUTType"))
    group = functional_group(dataset, frame, "PixelValueTransformationSequence")
    source = dataset if group is None else group
    slope, intercept = number(source, "RescaleSlope"), number(source, "RescaleIntercept")
    if slope is None or intercept is None or slope == 0:
        return Rescale(unit=_unit(dataset))
    return Rescale(slope, intercept, text(source, "RescaleType") or _unit(dataset))


def _unit(dataset: Dataset) -> str:
    """The unit that the kind of object brings, where rescaling names none."""
    match text(dataset, "Modality"):
        case "CT":
            return "HU"
        case "PT":
            named = text(dataset, "Units").upper()
            return _PET_UNITS.get(named, named)
    return ""
