"""What else the values of a picture mean: SUV, and the file's own real world values.

PS3.3 C.7.6.16.2.11 (Real World Value Mapping): linear mappings; tables are not read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.imaging.attributes import integer, items, number, text
from app.imaging.modality import ModalityTransform, Rescale
from app.imaging.suv import Suv, SuvLack, suv_of

if TYPE_CHECKING:
    from pydicom import Dataset

_SUV_CODES = {
    "{SUVbw}g/ml": "SUVbw",
    "g/ml{SUVbw}": "SUVbw",
    "{SUVlbm}g/ml": "SUVlbm",
    "g/ml{SUVlbm}": "SUVlbm",
    "{SUVibw}g/ml": "SUVibw",
    "g/ml{SUVibw}": "SUVibw",
    "{SUVbsa}cm2/ml": "SUVbsa",
    "cm2/ml{SUVbsa}": "SUVbsa",
}
"""UCUM codes of SUV (PS3.16 CID 85) and those in use before them."""
NO_UNITS = "1"


@dataclass(frozen=True, slots=True)
class Reading:
    """value = slope × modality value + intercept, for modality values from `low` to `high`.

    `name` is what is read, empty where only the unit is known; `unit` is for reading, `code` and
    `meaning` are the unit in UCUM.
    """

    name: str
    unit: str
    slope: float
    intercept: float = 0.0
    low: float = -math.inf
    high: float = math.inf
    code: str = NO_UNITS
    meaning: str = "no units"

    def of(self, value: float) -> float | None:
        """What a modality value means, None where the mapping does not reach."""
        slack = 1e-9 * max(1.0, abs(value))
        if not self.low - slack <= value <= self.high + slack:
            return None
        return self.slope * value + self.intercept


@dataclass(frozen=True, slots=True)
class Readings:
    """All that is known; `no_suv` says why a PET picture has no SUV."""

    known: tuple[Reading, ...] = ()
    no_suv: SuvLack | None = None


def readings_of(
    dataset: Dataset, frame: int, transform: ModalityTransform, *, stored: bool = True
) -> Readings:
    """The other readings of a frame (from 0) whose modality values `transform` makes.

    `stored` False leaves real world values out: `transform` does not begin at stored values.
    """
    known = list(_mapped(dataset, frame, transform)) if stored else []
    if any(reading.name.startswith("SUV") for reading in known):
        return Readings(tuple(known))
    found = suv_of(dataset)
    if isinstance(found, Suv):
        code = f"{{{found.name}}}g/ml"
        known.append(
            Reading(
                found.name, "g/ml", found.factor, code=code, meaning="Standardized Uptake Value"
            )
        )
        return Readings(tuple(known))
    return Readings(tuple(known), found)


def _mapped(dataset: Dataset, frame: int, transform: ModalityTransform) -> list[Reading]:
    if not isinstance(transform, Rescale) or transform.slope == 0:
        return []
    found = [_reading(item, transform) for item in _mappings(dataset, frame)]
    return [reading for reading in found if reading is not None]


def _mappings(dataset: Dataset, frame: int) -> tuple[Dataset, ...]:
    per_frame = items(dataset, "PerFrameFunctionalGroupsSequence")
    groups = per_frame[frame : frame + 1] if frame >= 0 else ()
    for place in (*groups, *items(dataset, "SharedFunctionalGroupsSequence"), dataset):
        found = items(place, "RealWorldValueMappingSequence")
        if found:
            return found
    return ()


def _reading(item: Dataset, transform: Rescale) -> Reading | None:
    """A mapping of stored values, told as one of modality values."""
    slope, intercept = number(item, "RealWorldValueSlope"), number(item, "RealWorldValueIntercept")
    units = items(item, "MeasurementUnitsCodeSequence")
    if not slope or intercept is None or not units:
        return None
    code, meaning = text(units[0], "CodeValue"), text(units[0], "CodeMeaning")
    name = _SUV_CODES.get(code, "")
    unit = code if name == "" else code.replace("{" + name + "}", "")
    slope /= transform.slope
    intercept -= slope * transform.intercept
    if not name and slope == 1.0 and intercept == 0.0 and unit.upper() == transform.unit.upper():
        return None  # what the modality value says already
    ends = _range(item)
    low, high = -math.inf, math.inf
    if ends is not None:
        low, high = sorted(transform.slope * end + transform.intercept for end in ends)
    label = name or text(item, "LUTLabel") or text(item, "LUTExplanation")
    shown = meaning if unit in ("", NO_UNITS) else unit
    return Reading(label, shown, slope, intercept, low, high, code or NO_UNITS, meaning)


def _range(item: Dataset) -> tuple[float, float] | None:
    """First and last stored value mapped, as integers or as doubles."""
    for kind in ("", "DoubleFloat"):
        first = _end(item, f"{kind}RealWorldValueFirstValueMapped")
        last = _end(item, f"{kind}RealWorldValueLastValueMapped")
        if first is not None and last is not None and first < last:
            return first, last
    return None


def _end(item: Dataset, keyword: str) -> float | None:
    found = number(item, keyword)
    return found if found is not None else integer(item, keyword)
