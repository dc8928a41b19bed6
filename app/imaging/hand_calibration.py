"""A reader's word for how long something is: calibration by hand, of one picture or of a series."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.imaging.calibration import PIXELS, Point, Scale, Scales, by_hand, from_spacing
from app.imaging.geometry import Calibration, Spacing
from app.imaging.series import SliceRef

if TYPE_CHECKING:
    from app.imaging.picture import Picture

LEAST_PIXELS = 5.0
"""A shorter line says too little: a pixel more or less would be a fifth of it."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """What a calibration is asked for: a frame, its series, and (rows, columns) of it.

    Only pictures of one size share a calibration: a series of radiographs may hold several.
    """

    ref: SliceRef
    series_instance_uid: str
    shape: tuple[int, int]


@dataclass(frozen=True, slots=True)
class HandCalibration:
    """`line` on the frame of `of` is `millimetres` long; `aspect` as `Spacing.aspect`.

    Raises:
        ValueError: the line is shorter than `LEAST_PIXELS`, or the length is not above 0.
    """

    of: Pictures
    line: tuple[Point, Point]
    millimetres: float
    whole_series: bool = False
    aspect: float = 1.0

    def __post_init__(self) -> None:
        if self.pixels < LEAST_PIXELS:
            raise ValueError("the line is too short to calibrate by")
        by_hand(*self.line, self.millimetres, aspect=self.aspect)

    @property
    def pixels(self) -> float:
        """How long the line is, counted in columns."""
        return self.millimetres / self.spacing.column

    @property
    def spacing(self) -> Spacing:
        """What it says of the pixels."""
        return by_hand(*self.line, self.millimetres, aspect=self.aspect)

    @property
    def scale(self) -> Scale:
        """The scale it gives a whole picture."""
        return from_spacing(self.spacing, f"{self.millimetres:g} mm = {self.pixels:.1f} px")

    def holds_for(self, asked: Pictures) -> bool:
        """Whether it was made for this picture."""
        if not self.whole_series:
            return asked.ref == self.of.ref
        return (asked.series_instance_uid, asked.shape) == (
            self.of.series_instance_uid,
            self.of.shape,
        )


Calibrations = tuple[HandCalibration, ...]


def valid_for(known: Iterable[HandCalibration], asked: Pictures) -> HandCalibration | None:
    """The calibration of a picture: its own before that of its series."""
    found = [one for one in known if one.holds_for(asked)]
    return min(found, key=lambda one: one.whole_series, default=None)


def with_calibration(known: Calibrations, new: HandCalibration) -> Calibrations:
    """The new one holds for its picture, whatever held before; others' own ones stay."""

    def gone(one: HandCalibration) -> bool:
        own = not one.whole_series and one.of.ref == new.of.ref
        return own or (new.whole_series and one.whole_series and one.holds_for(new.of))

    return (*(one for one in known if not gone(one)), new)


def without_calibration(known: Calibrations, asked: Pictures) -> Calibrations:
    """What holds for a picture is taken off: its own, else that of its series."""
    valid = valid_for(known, asked)
    return tuple(one for one in known if one is not valid)


def can_be_calibrated(scales: Scales) -> bool:
    """Whether one length can hold for a whole picture: not where regions of it have seconds or
    velocities."""
    kinds = {
        unit for region in scales.regions for unit in (region.scale.x_unit, region.scale.y_unit)
    }
    return kinds <= {"mm", PIXELS}


def calibrated(picture: Picture, by: HandCalibration) -> Picture:
    """The same picture with the lengths a reader told."""
    return replace(picture, spacing=by.spacing, scales=Scales(by.scale))


def is_by_hand(picture: Picture) -> bool:
    """Whether the lengths of a picture rest on a reader's word."""
    return picture.spacing.calibration is Calibration.MANUAL
