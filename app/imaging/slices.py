"""Which slices fill space, and where they lie in it when the gaps between them differ."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.imaging.planes import Plane, are_parallel, dot

LEAST_SLICES = 3
PARALLEL_DEGREES = 0.5
WIDEST_GAP = 5.0
"""Usual gaps across which nothing is interpolated any more."""


LEAST_SHARE = 0.8
"""Of a series that must fit together, and can be opened, for the rest to be left out."""


class NotAVolume(ValueError):
    """The slices do not fill space; `reason` says in what they differ."""

    def __init__(self, reason: Uneven) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Uneven(StrEnum):
    """Why slices make no volume."""

    TOO_FEW = "too few slices"
    COLOUR = "colour pictures"
    DIRECTIONS = "slices of different directions"
    SIZES = "slices of different sizes"
    GAPS = "several slices at one place"
    MISSING = "a gap that is too wide"
    PLACES = "slices without a place"


def fitting(planes: Sequence[Plane | None]) -> list[int]:
    """Which slices can make a volume together, where few are unlike the others or have no place;
    all of them where too many would be left out."""
    sizes = Counter(_size(plane) for plane in planes if plane is not None)
    if not sizes:
        return list(range(len(planes)))
    ((usual, count),) = sizes.most_common(1)
    if count < LEAST_SHARE * len(planes):
        return list(range(len(planes)))
    return [n for n, plane in enumerate(planes) if plane is not None and _size(plane) == usual]


def _size(plane: Plane) -> tuple[float, float, int, int]:
    return plane.row_spacing, plane.column_spacing, plane.rows, plane.columns


def check_planes(planes: Sequence[Plane | None]) -> list[Plane]:
    """The planes of slices that can make a volume, before any of them is decoded.

    Raises:
        NotAVolume: with what they differ in.
    """
    if len(planes) < LEAST_SLICES:
        raise NotAVolume(Uneven.TOO_FEW)
    known = [plane for plane in planes if plane is not None]
    if len(known) < len(planes):
        raise NotAVolume(Uneven.PLACES)
    first = known[0]
    if not all(are_parallel(first, plane, PARALLEL_DEGREES) for plane in known):
        raise NotAVolume(Uneven.DIRECTIONS)
    if len({_size(plane) for plane in known}) > 1:
        raise NotAVolume(Uneven.SIZES)
    along = sorted({round(dot(first.normal, plane.position), 2) for plane in known})
    if len(along) < len(known):
        raise NotAVolume(Uneven.GAPS)
    gaps = [b - a for a, b in pairwise(along)]
    if max(gaps) > WIDEST_GAP * statistics.median_low(gaps):
        raise NotAVolume(Uneven.MISSING)
    return known


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where slices lie along their normal, `heights` in usual gaps from the first, rising."""

    heights: NDArray[np.float64]

    @classmethod
    def of(cls, millimetres: NDArray[np.float64]) -> Places:
        """From places along the normal."""
        usual = statistics.median_low(np.diff(millimetres).tolist())
        return cls((millimetres - millimetres[0]) / usual)

    @property
    def top(self) -> float:
        """The height of the last slice."""
        return float(self.heights[-1])

    def slices(self, heights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Heights as slices and parts of the way to the next; beyond the ends a usual gap is one
        slice."""
        last = len(self.heights) - 1
        found: NDArray[np.float64] = np.interp(heights, self.heights, np.arange(last + 1.0))
        return found + np.minimum(heights, 0) + np.maximum(heights - self.top, 0)
