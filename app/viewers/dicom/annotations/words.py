"""What an annotation says on the screen and in the list."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.imaging.annotation import Annotation, AnnotationKind, Measured
from app.imaging.geometry import Calibration
from app.imaging.measurement import Quantity
from app.viewers.dicom.reading_words import lack_words, statistics_words

translate = QCoreApplication.translate


def kind_words(kind: AnnotationKind) -> str:
    """The name of a kind of annotation."""
    names = {
        AnnotationKind.LENGTH: translate("annotations", "Length"),
        AnnotationKind.ANGLE: translate("annotations", "Angle"),
        AnnotationKind.COBB: translate("annotations", "Cobb angle"),
        AnnotationKind.RECTANGLE: translate("annotations", "Rectangle"),
        AnnotationKind.ELLIPSE: translate("annotations", "Ellipse"),
        AnnotationKind.POLYGON: translate("annotations", "Polygon"),
        AnnotationKind.ARROW: translate("annotations", "Arrow"),
        AnnotationKind.TEXT: translate("annotations", "Text"),
    }
    return names[kind]


def calibration_words(calibration: Calibration) -> str:
    """What a length rests on, in a word or two."""
    names = {
        Calibration.PATIENT: translate("annotations", "patient"),
        Calibration.DETECTOR: translate("annotations", "at the detector"),
        Calibration.MAGNIFICATION: translate("annotations", "magnification corrected"),
        Calibration.FIDUCIAL: translate("annotations", "calibrated"),
        Calibration.ULTRASOUND: translate("annotations", "ultrasound region"),
        Calibration.MANUAL: translate("annotations", "calibrated by hand"),
        Calibration.NONE: translate("annotations", "not calibrated"),
    }
    return names[calibration]


def calibration_told(calibration: Calibration) -> str:
    """What a length rests on, in a sentence."""
    told = {
        Calibration.PATIENT: translate(
            "annotations", "Millimetres in the patient, from the picture's Pixel Spacing."
        ),
        Calibration.DETECTOR: translate(
            "annotations", "Millimetres at the detector: in the patient it is shorter."
        ),
        Calibration.MAGNIFICATION: translate(
            "annotations", "Millimetres in the patient, by the magnification the file estimates."
        ),
        Calibration.FIDUCIAL: translate(
            "annotations", "Millimetres in the patient, by a calibration the file brings."
        ),
        Calibration.ULTRASOUND: translate(
            "annotations", "By the scale of the ultrasound region it lies in."
        ),
        Calibration.MANUAL: translate(
            "annotations", "By a length that a reader told for this picture or series."
        ),
        Calibration.NONE: translate(
            "annotations", "Pixels: the file does not say how long anything is here."
        ),
    }
    return told[calibration]


def has_length(annotation: Annotation, found: Measured | None) -> bool:
    """Whether its numbers are lengths or areas, which rest on a calibration."""
    angles = (AnnotationKind.ANGLE, AnnotationKind.COBB)
    return found is not None and bool(found.quantities) and annotation.kind not in angles


def quantity_words(quantity: Quantity) -> str:
    """A value with as many digits as it is worth, and its unit."""
    if quantity.unit == "deg":
        return f"{quantity.value:.1f}°"
    digits = 1 if abs(quantity.value) < 1000 else 0
    if quantity.unit == "s":
        digits = 3
    return f"{quantity.value:.{digits}f} {quantity.unit}".rstrip()


def lines(annotation: Annotation, found: Measured | None) -> tuple[str, ...]:
    """The lines that stand beside a shape; the reader's own words come first."""
    told = [annotation.text] if annotation.text else []
    if found is None:
        return tuple(told)
    numbers = "  ".join(quantity_words(quantity) for quantity in found.quantities)
    lengths = has_length(annotation, found)
    note = calibration_words(found.scale.calibration) if lengths else ""
    if numbers:
        told.append(f"{numbers} ({note})" if note else numbers)
    elif annotation.kind not in (AnnotationKind.ARROW, AnnotationKind.TEXT):
        told.append(translate("annotations", "no common unit"))
    values = found.statistics
    if values is not None:
        unit = f" {values.unit}" if values.unit else ""
        mean = translate("annotations", "Mean {mean} ± {deviation}{unit}")
        ends = translate("annotations", "Min {minimum}  Max {maximum}  n = {count}")
        told.append(
            mean.format(mean=f"{values.mean:.1f}", deviation=f"{values.deviation:.1f}", unit=unit)
        )
        told.append(
            ends.format(
                minimum=f"{values.minimum:g}", maximum=f"{values.maximum:g}", count=values.count
            )
        )
        told += [statistics_words(reading, read) for reading, read in found.further]
        if found.readings.no_suv is not None:
            told.append(lack_words(found.readings.no_suv))
    return tuple(told)
