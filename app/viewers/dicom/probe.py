"""What a picture says at one point."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.imaging.geometry import Vector
from app.imaging.modality import Rescale
from app.imaging.picture import GreyPicture, Picture, shape_of
from app.imaging.readings import Reading
from app.imaging.suv import SuvLack
from app.viewers.dicom.reading_words import reading_words

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Probed:
    """One picture pixel, counted from 0.

    `value` is the modality value in `unit`; `stored` the stored value, None where it is the value
    itself or only the value is kept; `colour` is (red, green, blue) of a colour picture;
    `padding` marks pixels that stand for nothing; `further` is what else the value means, or why
    it has no SUV; `coming` that the value is not here yet.
    """

    column: int
    row: int
    value: float | None = None
    unit: str = ""
    stored: float | None = None
    colour: tuple[int, int, int] | None = None
    padding: bool = False
    further: tuple[Reading | SuvLack, ...] = ()
    coming: bool = False


def probe(picture: Picture, x: float, y: float) -> Probed | None:
    """The pixel under a picture point, None outside of the picture."""
    rows, columns = shape_of(picture)
    column, row = math.floor(x), math.floor(y)
    if not (0 <= row < rows and 0 <= column < columns):
        return None
    if picture.coming:
        return Probed(column, row, coming=True)
    if not isinstance(picture, GreyPicture):
        red, green, blue = (int(part) for part in picture.rgb[row, column])
        return Probed(column, row, colour=(red, green, blue))
    picture = picture.measurable
    padding = picture.padding is not None and bool(picture.padding[row, column])
    sample = picture.samples[row, column]
    value = float(picture.modality.apply(np.asarray(sample)))
    unit = picture.modality.unit
    # After a Modality LUT the samples are values already, and an unscaled value is what is stored.
    known = isinstance(picture.modality, Rescale) and not _from_table(picture.modality)
    readings = picture.readings
    further = (*readings.known, *((readings.no_suv,) if readings.no_suv is not None else ()))
    stored = float(sample) if known else None
    return Probed(column, row, value, unit, stored, padding=padding, further=further)


def _from_table(modality: Rescale) -> bool:
    """Whether samples went through a table: identity with the unit of a Modality LUT."""
    return modality.slope == 1.0 and modality.intercept == 0.0 and bool(modality.unit)


def probe_words(found: Probed, place: Vector | None) -> tuple[str, ...]:
    """Lines for the screen; `place` is the point in the patient, millimetres."""
    lines = [f"({found.column + 1}, {found.row + 1})"]
    if found.colour is not None:
        lines.append("RGB {} {} {}".format(*found.colour))
    elif found.coming:
        lines.append(translate("DicomViewer", "Not all of it is here: not sharp yet"))
    elif found.padding:
        lines.append(translate("DicomViewer", "Outside of the picture"))
    elif found.value is not None:
        unit = f" {found.unit}" if found.unit and found.unit != "US" else ""
        lines.append(f"{found.value:.6g}{unit}")
        lines += [words for one in found.further if (words := reading_words(one, found.value))]
        if found.stored is not None and found.stored != found.value:
            stored = translate("DicomViewer", "stored {value}")
            lines.append(stored.replace("{value}", f"{found.stored:.6g}"))
    if place is not None:
        lines.append("{:.1f}  {:.1f}  {:.1f} mm".format(*place))
    return tuple(lines)
