"""Modality values to display levels: windows and VOI LUTs (PS3.3 C.11.2).

Levels run from 0 to 255 in double precision here; `pipeline` rounds them once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from app.imaging.attributes import functional_group, items, numbers, text, texts
from app.imaging.lut import LookupTable, read_table

if TYPE_CHECKING:
    from pydicom import Dataset

TOP = 255.0
Levels: TypeAlias = NDArray[np.float64]


class VoiFunction(StrEnum):
    """VOILUTFunction (0028,1056)."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, slots=True)
class Window:
    """Window centre and width in modality values, with the function between them.

    `width` is at least 1 for LINEAR and above 0 otherwise; `window` mends what a file says.
    """

    center: float
    width: float
    function: VoiFunction = VoiFunction.LINEAR
    explanation: str = ""

    def levels(self, values: NDArray[Any]) -> Levels:
        """Display levels 0…255 for modality values of any shape (PS3.3 C.11.2.1.2)."""
        x = np.asarray(values, dtype=np.float64)
        center, width, function = self.center, self.width, self.function
        match function:
            case VoiFunction.LINEAR:
                return _ramp(x, center - 0.5, width - 1.0)
            case VoiFunction.LINEAR_EXACT:
                return _ramp(x, center, width)
            case VoiFunction.SIGMOID:
                exponent = np.clip(-4.0 * (x - center) / width, -700.0, 700.0)
                return TOP / (1.0 + np.exp(exponent))
            case _:
                assert_never(function)


@dataclass(frozen=True, slots=True, eq=False)
class VoiLut:
    """One item of the VOI LUT Sequence."""

    table: LookupTable

    @property
    def explanation(self) -> str:
        """LUTExplanation, empty where there is none."""
        return self.table.explanation

    def levels(self, values: NDArray[Any]) -> Levels:
        """Display levels 0…255 for modality values of any shape (PS3.3 C.11.2.1.1)."""
        return self.table.apply(values).astype(np.float64) * (TOP / self.table.top)

    @property
    def falls(self) -> bool:
        """Whether high values are dark, which no window can do."""
        return bool(self.table.data[-1] < self.table.data[0])

    def as_window(self) -> Window:
        """The window nearest to the table, or to its negative where it falls.

        Its ramp goes through the ends of the inputs between which the table rises or falls, so that
        brightness changes no more than a straight line in place of a curve has to.
        """
        data = self.table.data.astype(np.float64) * (TOP / self.table.top)
        moving = np.flatnonzero(np.diff(data))
        first, last = (int(moving[0]), int(moving[-1]) + 1) if moving.size else (0, 0)
        rise, exact = float(data[last] - data[first]), VoiFunction.LINEAR_EXACT
        if not rise:  # nothing to follow: all inputs
            middle = self.table.first + (data.size - 1) / 2
            return window(middle, max(1, data.size - 1), exact, self.explanation)
        slope = rise / (last - first)
        middle = self.table.first + first + (TOP / 2 - float(data[first])) / slope
        return window(middle, TOP / abs(slope), exact, self.explanation)


Voi: TypeAlias = Window | VoiLut


def _ramp(x: Levels, middle: float, span: float) -> Levels:
    low, high = middle - span / 2, middle + span / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = ((x - middle) / span + 0.5) * TOP
    return np.where(x <= low, 0.0, np.where(x > high, TOP, inside))


def window(
    center: float, width: float, function: VoiFunction = VoiFunction.LINEAR, explanation: str = ""
) -> Window:
    """A window whose width the function can work with: at least 1 for LINEAR, above 0 otherwise."""
    least = 1.0 if function is VoiFunction.LINEAR else 1e-6
    return Window(float(center), max(least, float(width)), function, explanation)


def _function(dataset: Dataset) -> VoiFunction:
    try:
        return VoiFunction(text(dataset, "VOILUTFunction").upper() or VoiFunction.LINEAR)
    except ValueError:
        return VoiFunction.LINEAR


def file_presets(dataset: Dataset, frame: int = 0, *, signed: bool = False) -> tuple[Voi, ...]:
    """What the file proposes: its windows in order, then its VOI LUTs.

    `signed` tells whether modality values can be negative, which the first mapped value of a
    VOI LUT depends on.
    """
    group = functional_group(dataset, frame, "FrameVOILUTSequence")
    source = dataset if group is None else group
    centers, widths = numbers(source, "WindowCenter"), numbers(source, "WindowWidth")
    names, function = texts(source, "WindowCenterWidthExplanation"), _function(source)
    found: list[Voi] = []
    for index, (center, width) in enumerate(zip(centers, widths, strict=False)):
        if width > 0:
            name = names[index] if index < len(names) else ""
            found.append(window(center, width, function, name))
    for item in items(source, "VOILUTSequence"):
        table = read_table(item, signed_input=signed)
        if table is not None:
            found.append(VoiLut(table))
    return tuple(found)


_CT_PRESETS = (
    Window(40, 400, explanation="Soft tissue"),
    Window(-600, 1500, explanation="Lung"),
    Window(300, 1500, explanation="Bone"),
    Window(40, 80, explanation="Brain"),
    Window(40, 350, explanation="Mediastinum"),
    Window(80, 200, explanation="Subdural"),
    Window(60, 160, explanation="Liver"),
    Window(200, 600, explanation="Angiography"),
    Window(600, 2800, explanation="Temporal bone"),
)


@dataclass(frozen=True, slots=True)
class Percentiles:
    """A window found in the picture that is seen, from the `low` to the `high` percentile."""

    low: float
    high: float
    explanation: str


_RELATIVE = (
    Percentiles(1, 99, "Auto"),
    Percentiles(0, 100, "Full range"),
    Percentiles(5, 95, "More contrast"),
    Percentiles(50, 99.9, "Bright parts"),
)


def keyed_presets(modality: str) -> tuple[Window | Percentiles, ...]:
    """What the keys 1 to 9 choose, in their order: absolute windows where values mean the same in
    every file, parts of the range of the picture elsewhere."""
    return modality_presets(modality) or _RELATIVE


def modality_presets(modality: str) -> tuple[Window, ...]:
    """Windows that suit a modality wherever they come from; only CT values are absolute."""
    return _CT_PRESETS if modality == "CT" else ()


def auto_window(values: NDArray[Any], low: float = 1.0, high: float = 99.0) -> Window:
    """A window from the `low` to the `high` percentile of modality values of any shape."""
    if values.size == 0:
        return Window(0.0, 1.0, VoiFunction.LINEAR_EXACT, "Auto")
    finite = np.asarray(values, dtype=np.float64).ravel()
    finite = finite[np.isfinite(finite)]
    if finite.size == 0:
        return Window(0.0, 1.0, VoiFunction.LINEAR_EXACT, "Auto")
    bottom, top = (float(v) for v in np.percentile(finite, (low, high)))
    if top <= bottom:
        bottom, top = float(finite.min()), float(finite.max())
    return window((bottom + top) / 2, top - bottom, VoiFunction.LINEAR_EXACT, "Auto")
