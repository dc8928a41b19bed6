"""What a distance on a picture means: millimetres, seconds, velocities, or only pixels.

PS3.3 10.7 (pixel spacing and its calibration), C.8.5.5 (ultrasound regions).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from app.imaging.attributes import integer, items, number, text
from app.imaging.geometry import Calibration, Spacing, pixel_spacing

if TYPE_CHECKING:
    from pydicom import Dataset

Point: TypeAlias = tuple[float, float]
"""Column and row, counted from the upper left corner of the picture (PS3.3 C.10.5.1.2)."""

PIXELS = "px"
_UNITS = {3: ("mm", 10.0), 4: ("s", 1.0), 5: ("Hz", 1.0), 7: ("cm/s", 1.0)}
"""PhysicalUnitsXDirection and …YDirection (C.8.5.5.1.15): our unit, and the factor to it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What one step along a column (`x`) and along a row (`y`) is, each in its unit.

    `note` is what the file says of its calibration.
    """

    x: float = 1.0
    y: float = 1.0
    x_unit: str = PIXELS
    y_unit: str = PIXELS
    calibration: Calibration = Calibration.NONE
    note: str = ""

    @property
    def uniform(self) -> bool:
        """Whether both axes have one unit, so that slanting lengths and areas have a meaning."""
        return self.x_unit == self.y_unit


@dataclass(frozen=True, slots=True)
class Region:
    """One ultrasound region: its corner pixels, ends included, and its scale."""

    left: int
    top: int
    right: int
    bottom: int
    scale: Scale

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        x, y = point
        return self.left <= x <= self.right + 1 and self.top <= y <= self.bottom + 1

    def touches(self, points: Sequence[Point]) -> bool:
        """Whether the upright box around some points reaches into it."""
        across, down = [x for x, _ in points], [y for _, y in points]
        beside = max(across) < self.left or min(across) > self.right + 1
        return not (beside or max(down) < self.top or min(down) > self.bottom + 1)

    def shared(self, other: Region) -> int:
        """Pixels that both cover."""
        across = min(self.right, other.right) + 1 - max(self.left, other.left)
        down = min(self.bottom, other.bottom) + 1 - max(self.top, other.top)
        return max(0, across) * max(0, down)

    @property
    def area(self) -> int:
        """Pixels it covers."""
        return (self.right + 1 - self.left) * (self.bottom + 1 - self.top)


def ultrasound_regions(dataset: Dataset) -> tuple[Region, ...]:
    """Every region with a place; one whose axes have no unit we know counts in pixels.

    Where regions overlap, the first is the one whose pixels are there: those of high priority
    (RegionFlags, C.8.5.5.1.16) come before the others, and what is known before what is not.
    """
    found = []
    for item in items(dataset, "SequenceOfUltrasoundRegions"):
        box = tuple(
            integer(item, f"RegionLocation{corner}")
            for corner in ("MinX0", "MinY0", "MaxX1", "MaxY1")
        )
        across, down = number(item, "PhysicalDeltaX"), number(item, "PhysicalDeltaY")
        x_unit = _UNITS.get(integer(item, "PhysicalUnitsXDirection") or 0)
        y_unit = _UNITS.get(integer(item, "PhysicalUnitsYDirection") or 0)
        if None in box:
            continue
        left, top, right, bottom = (side or 0 for side in box)
        scale = Scale()
        if across and down and x_unit is not None and y_unit is not None:
            scale = Scale(
                abs(across) * x_unit[1],
                abs(down) * y_unit[1],
                x_unit[0],
                y_unit[0],
                Calibration.ULTRASOUND,
            )
        low = (integer(item, "RegionFlags") or 0) & 1
        rank = (low, scale.calibration is Calibration.NONE)
        found.append((rank, Region(left, top, right, bottom, scale)))
    return tuple(region for _, region in sorted(found, key=lambda one: one[0]))


def from_spacing(spacing: Spacing, note: str = "") -> Scale:
    """The scale a whole picture has; without calibration the shape of its pixels stays."""
    if spacing.calibration is Calibration.NONE:
        return Scale(1.0, spacing.aspect)
    return Scale(spacing.column, spacing.row, "mm", "mm", spacing.calibration, note)


@dataclass(frozen=True, slots=True)
class Scales:
    """Every scale of a picture: that of its ultrasound regions where they lie, elsewhere that of
    the whole where the file gives one."""

    whole: Scale = Scale()
    regions: tuple[Region, ...] = ()

    def at(self, points: Sequence[Point]) -> Scale:
        """The scale that holds for all of some points: that of the region they share, or of the
        whole outside of every region; pixels where scales differ, so that no millimetre is ever
        guessed."""
        for region in self.regions:
            if all(region.holds(point) for point in points):
                return region.scale
        touched = [region for region in self.regions if region.touches(points)]
        if not self.regions or (self._is_spaced and all(map(self._agrees, touched))):
            return self.whole
        return Scale()

    @property
    def _is_spaced(self) -> bool:
        """Whether there is a scale outside of regions: what a region says holds within it only."""
        return self.whole.calibration not in (Calibration.ULTRASOUND, Calibration.NONE)

    def _agrees(self, region: Region) -> bool:
        """Whether a region says the same as the whole, to a thousandth."""
        said, whole = region.scale, self.whole
        same = (said.x_unit, said.y_unit) == (whole.x_unit, whole.y_unit)
        near = math.isclose(said.x, whole.x, rel_tol=1e-3)
        return same and near and math.isclose(said.y, whole.y, rel_tol=1e-3)

    @property
    def main(self) -> Scale:
        """The scale of most of the picture: that of the region to which most pixels belong; where
        regions overlap, pixels belong to the first."""
        best, most = self.whole, 0
        for place, region in enumerate(self.regions):
            own = region.area - sum(region.shared(before) for before in self.regions[:place])
            if own > most:
                best, most = region.scale, own
        return best


def scales_of(dataset: Dataset, frame: int = 0) -> Scales:
    """What the file says of one frame. Regions win where they lie (C.8.5.5), whatever Pixel Spacing
    says; where one of them is a trace, it is no distance in the patient."""
    spacing = pixel_spacing(dataset, frame)
    whole = from_spacing(spacing, text(dataset, "PixelSpacingCalibrationDescription"))
    return Scales(whole, ultrasound_regions(dataset))


def by_hand(p: Point, q: Point, millimetres: float, *, aspect: float = 1.0) -> Spacing:
    """The spacing under which two points lie that far apart; `aspect` is the shape of the pixels,
    as `Spacing.aspect`.

    Raises:
        ValueError: the points are the same, or the length is not above 0.
    """
    length = math.hypot(p[0] - q[0], (p[1] - q[1]) * aspect)
    if length == 0 or millimetres <= 0:
        raise ValueError("a calibration needs two points and a length above 0")
    across = millimetres / length
    return Spacing(across * aspect, across, Calibration.MANUAL)
