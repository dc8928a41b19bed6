"""Where a picture lies in the patient: spacing, normals, orientation letters, order.

PS3.3 C.7.6.2 (Image Plane), 10.7 (Basic Pixel Spacing Calibration), C.8.5.5 (US regions).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from app.imaging.attributes import functional_group, integer, items, number, numbers

if TYPE_CHECKING:
    from pydicom import Dataset

Vector: TypeAlias = tuple[float, float, float]
Orientation: TypeAlias = tuple[float, float, float, float, float, float]


class Calibration(StrEnum):
    """What a length in millimetres rests on."""

    PATIENT = "patient"
    DETECTOR = "detector"
    MAGNIFICATION = "magnification-corrected"
    FIDUCIAL = "calibrated"
    ULTRASOUND = "ultrasound-region"
    MANUAL = "manual"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Spacing:
    """Millimetres between rows and between columns; with `NONE` they only tell the shape."""

    row: float = 1.0
    column: float = 1.0
    calibration: Calibration = Calibration.NONE

    @property
    def aspect(self) -> float:
        """Row spacing divided by column spacing."""
        return self.row / self.column


def _pair(values: tuple[float, ...]) -> tuple[float, float] | None:
    if len(values) < 2 or values[0] <= 0 or values[1] <= 0:
        return None
    return values[0], values[1]


def pixel_spacing(dataset: Dataset, frame: int = 0) -> Spacing:
    """The spacing of a frame and what it rests on; never a guessed millimetre."""
    measures = functional_group(dataset, frame, "PixelMeasuresSequence")
    patient = _pair(numbers(dataset if measures is None else measures, "PixelSpacing"))
    detector = _pair(numbers(dataset, "ImagerPixelSpacing"))
    if patient is not None and (detector is None or patient != detector):
        return Spacing(*patient, Calibration.PATIENT if detector is None else Calibration.FIDUCIAL)
    if detector is not None:
        factor = number(dataset, "EstimatedRadiographicMagnificationFactor")
        if factor is not None and factor > 0:
            row, column = detector[0] / factor, detector[1] / factor
            return Spacing(row, column, Calibration.MAGNIFICATION)
        return Spacing(*detector, Calibration.DETECTOR)
    region = _ultrasound(dataset)
    if region is not None:
        return region
    ratio = _pair(numbers(dataset, "PixelAspectRatio"))
    return Spacing(row=ratio[0] / ratio[1]) if ratio is not None else Spacing()


def _ultrasound(dataset: Dataset) -> Spacing | None:
    """The first region whose both axes are lengths in centimetres (unit code 3)."""
    for region in items(dataset, "SequenceOfUltrasoundRegions"):
        units = (
            integer(region, "PhysicalUnitsXDirection"),
            integer(region, "PhysicalUnitsYDirection"),
        )
        across, down = number(region, "PhysicalDeltaX"), number(region, "PhysicalDeltaY")
        if units == (3, 3) and across and down:
            return Spacing(abs(down) * 10, abs(across) * 10, Calibration.ULTRASOUND)
    return None


def orientation(dataset: Dataset, frame: int = 0) -> Orientation | None:
    """ImageOrientationPatient: direction of rows, then of columns; None where absent or broken."""
    group = functional_group(dataset, frame, "PlaneOrientationSequence")
    values = numbers(dataset if group is None else group, "ImageOrientationPatient")
    if len(values) != 6:
        return None
    row, column = values[:3], values[3:]
    if math.hypot(*row) < 0.5 or math.hypot(*column) < 0.5:
        return None
    return (row[0], row[1], row[2], column[0], column[1], column[2])


def position(dataset: Dataset, frame: int = 0) -> Vector | None:
    """ImagePositionPatient: centre of the first pixel, millimetres."""
    group = functional_group(dataset, frame, "PlanePositionSequence")
    values = numbers(dataset if group is None else group, "ImagePositionPatient")
    return (values[0], values[1], values[2]) if len(values) == 3 else None


def normal(plane: Orientation) -> Vector:
    """The direction that looks out of the picture: row × column."""
    a, b, c, d, e, f = plane
    return (b * f - c * e, c * d - a * f, a * e - b * d)


def along_normal(plane: Orientation, place: Vector) -> float:
    """How far a slice lies along its normal, millimetres."""
    return sum(n * p for n, p in zip(normal(plane), place, strict=True))


def direction_letters(direction: Vector) -> str:
    """The patient directions a vector points to, the strongest first: "L", "PH", "RAF".

    Components below 0.2 of the whole are not named.
    """
    names = (("L", "R"), ("P", "A"), ("H", "F"))
    length = math.hypot(*direction)
    if length == 0:
        return ""
    parts = sorted(zip(direction, names, strict=True), key=lambda part: -abs(part[0]))
    return "".join(
        pair[0] if value > 0 else pair[1] for value, pair in parts if abs(value) / length > 0.2
    )


@dataclass(frozen=True, slots=True)
class Turn:
    """How a picture is turned on the screen: mirrored left to right first, then by `quarters`
    clockwise quarter turns (0…3)."""

    quarters: int = 0
    mirrored: bool = False

    def rotated(self, quarters: int) -> Turn:
        """Turned on by clockwise quarter turns, as seen on the screen."""
        return Turn((self.quarters + quarters) % 4, self.mirrored)

    def flipped(self, *, vertically: bool = False) -> Turn:
        """Mirrored left to right as seen on the screen, or top to bottom."""
        return Turn((-self.quarters + (2 if vertically else 0)) % 4, not self.mirrored)

    @property
    def swaps(self) -> bool:
        """Whether picture rows run down the screen."""
        return self.quarters % 2 == 1

    def apply(self, x: float, y: float) -> tuple[float, float]:
        """A step to the right and down in the picture as a step on the screen."""
        if self.mirrored:
            x = -x
        for _ in range(self.quarters):
            x, y = -y, x
        return x, y

    def undo(self, x: float, y: float) -> tuple[float, float]:
        """A step on the screen as a step in the picture."""
        for _ in range(self.quarters):
            x, y = y, -x
        return (-x if self.mirrored else x), y


UNTURNED = Turn()


@dataclass(frozen=True, slots=True)
class EdgeLetters:
    """The letters at the four edges of a picture."""

    left: str
    right: str
    top: str
    bottom: str


def edge_letters(plane: Orientation, turn: Turn = UNTURNED) -> EdgeLetters:
    """Orientation letters of a picture turned on the screen (PS3.3 C.7.6.1.1.1)."""

    def towards(x: float, y: float) -> str:
        across, down = turn.undo(x, y)
        a, b, c = (across * plane[n] + down * plane[n + 3] for n in range(3))
        return direction_letters((a, b, c))

    return EdgeLetters(
        left=towards(-1, 0), right=towards(1, 0), top=towards(0, -1), bottom=towards(0, 1)
    )
