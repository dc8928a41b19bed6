"""The words in the four corners and the ruler, from facts alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSettings

from app.imaging.calibration import Scale
from app.imaging.corner_text import (
    OWN_FILE,
    CornerFileError,
    CornerText,
    filled,
    is_free,
    shipped_corner_text,
    with_own_corner_text,
)
from app.imaging.geometry import Calibration
from app.imaging.planes import StackShape
from app.imaging.series import Instance
from app.imaging.voi import Voi, Window
from app.viewers.dicom.reasons import preset_words

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Corners:
    """Lines of text in each corner; `badge` is a warning that always stays visible; `lean` says at
    which side all words stand, -1 left, 1 right, where the other is for the picture."""

    top_left: tuple[str, ...] = ()
    top_right: tuple[str, ...] = ()
    bottom_left: tuple[str, ...] = ()
    bottom_right: tuple[str, ...] = ()
    badge: str = ""
    lean: int = 0


@dataclass(frozen=True, slots=True)
class Ruler:
    """A length drawn to scale: `pixels` on the screen, and what it says."""

    pixels: float
    text: str


def person_name(value: str) -> str:
    """A DICOM person name for reading: ideographs first, then Latin letters (PS3.5 6.2.1)."""
    groups = [group.split("^") for group in value.split("=")]
    alphabetic = " ".join(part.strip() for part in groups[0] if part.strip())
    ideographic = "".join(part.strip() for part in groups[1]) if len(groups) > 1 else ""
    return "  ".join(part for part in (ideographic, alphabetic) if part)


def dicom_date(value: str) -> str:
    """YYYYMMDD as YYYY-MM-DD; anything else as it is."""
    if len(value) == 8 and value.isdigit():
        return f"{value[:4]}-{value[4:6]}-{value[6:]}"
    return value


def dicom_time(value: str) -> str:
    """HHMMSS.FFFFFF as HH:MM:SS or HH:MM; anything else as it is."""
    whole = value.split(".")[0]
    if len(whole) not in (4, 6) or not whole.isdigit():
        return value
    return ":".join(whole[at : at + 2] for at in range(0, len(whole), 2))


def number(value: float) -> str:
    """A window number without needless decimals."""
    if abs(value) >= 10 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.3g}"


def voi_words(voi: Voi | None) -> str:
    """Centre and width, or the name of a lookup table."""
    if voi is None:
        return ""
    if isinstance(voi, Window):
        return f"WL {number(voi.center)}  WW {number(voi.width)}"
    return voi.explanation or "VOI LUT"


def preset_line(preset: Voi) -> str:
    """A preset's name and numbers on one line."""
    name = preset_words(preset.explanation)
    numbers = voi_words(preset) if isinstance(preset, Window) else ""
    return "  ".join(part for part in (name, numbers) if part) or voi_words(preset)


def sex_words(sex: str) -> str:
    """PatientSex in words."""
    words = {
        "M": translate("DicomViewer", "Male"),
        "F": translate("DicomViewer", "Female"),
        "O": translate("DicomViewer", "Other"),
    }
    return words.get(sex.upper(), "")


def series_words(instance: Instance) -> str:
    """Modality, side and view, and what the series is called, unless that is the same."""
    facts, name = instance.hanging, instance.series_description
    view = " ".join(part for part in (facts.laterality, facts.view) if part)
    said = (instance.modality, "" if view == name.upper() else view, name)
    return " · ".join(part for part in said if part)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the captions speak about; `index` counts from 0 within `count` slices, of which `here`
    have come (None: all), of `listed` that the source has, 0 where it does not say; `place` is
    where the slice lies, in millimetres, for files that name no SliceLocation; `state` names the
    presentation state the picture is under; `objects` could be shown over the series; `by_hand`
    that its lengths rest on a reader's word; `resliced` that it is cut out of many slices, of which
    none can say how it was made; `coming` that the rest of the picture's bytes is on the
    way."""

    instance: Instance
    index: int
    count: int
    voi: Voi | None
    zoom: float
    partial: bool
    lossy: bool
    invert: bool
    here: int | None = None
    listed: int = 0
    shape: StackShape = StackShape()
    cine: str = ""
    place: float | None = None
    state: str = ""
    objects: int = 0
    by_hand: bool = False
    resliced: bool = False
    coming: bool = False
    corner_text: CornerText = field(default_factory=shipped_corner_text)


def shape_words(shape: StackShape) -> tuple[str, ...]:
    """What a reader must know about a stack that is not plain."""
    found: list[str] = []
    if shape.tilt:
        tilt = translate("DicomViewer", "Gantry tilt {angle}°")
        found.append(tilt.replace("{angle}", f"{shape.tilt:.0f}"))
    if shape.missing:
        missing = translate("DicomViewer", "Missing slices: {count}")
        found.append(missing.replace("{count}", str(shape.missing)))
    if shape.uneven:
        found.append(translate("DicomViewer", "Uneven slice spacing"))
    return tuple(found)


def _which(shown: Shown) -> tuple[str, ...]:
    """What is playing, what could lie over it, which series and which slice."""
    i = shown.instance
    objects = ""
    if shown.objects:
        objects = translate("DicomViewer", "Objects: {count}")
        objects = objects.replace("{count}", str(shown.objects))
    series = series_words(i)
    place = i.slice_location if i.frames == 1 else None
    place = shown.place if place is None else place
    at = f"  {place:.1f} mm" if place is not None else ""
    slice_ = f"{shown.index + 1} / {_count(shown)}{at}"
    return tuple(part for part in (shown.cine, objects, series, slice_) if part)


def _count(shown: Shown) -> str:
    """How many slices there are, and how many of them are here."""
    here, every = shown.here, shown.count
    if here is not None and here < every:
        words = translate("DicomViewer", "{all} ({here} here)")
    elif shown.listed > every:
        words = translate("DicomViewer", "{here} of {all}")
        here, every = every, shown.listed
    else:
        return str(every)
    return words.replace("{here}", str(here)).replace("{all}", str(every))


def kept_corner_text(
    settings: QSettings | None, refuse: Callable[[str, str], object]
) -> CornerText:
    """The corner texts that lie beside a person's settings, else those shipped; `refuse` is told
    the name of a file that cannot be used, and why."""
    if settings is None or not settings.fileName():
        return shipped_corner_text()
    try:
        return with_own_corner_text(Path(settings.fileName()).parent / OWN_FILE)
    except CornerFileError as error:
        refuse(OWN_FILE, str(error))
        return shipped_corner_text()


def _warnings(shown: Shown) -> tuple[str, ...]:
    """What a reader must know of the picture itself."""
    words = (
        (shown.state, bool(shown.state)),
        (translate("DicomViewer", "Not all of it is here: not sharp yet"), shown.coming),
        (translate("DicomViewer", "Incomplete picture"), shown.partial and not shown.coming),
        (translate("DicomViewer", "Lossy"), shown.lossy),
        (translate("DicomViewer", "Calibrated by hand"), shown.by_hand),
    )
    return tuple(word for word, present in words if present)


_STAYING = frozenset({"StudyDescription", "StudyDate"})
"""What the upper corners say also where it is hidden who it is."""


def _values(i: Instance) -> dict[str, str]:
    """What may stand in a corner, by attribute keyword, in words."""
    return {
        **dict(i.corner_values),
        "PatientName": person_name(i.patient.name),
        "PatientID": i.patient.patient_id,
        "PatientBirthDate": dicom_date(i.patient.birth_date),
        "PatientSex": sex_words(i.patient.sex),
        "InstitutionName": i.institution,
        "StudyDescription": i.study_description,
        "StudyDate": dicom_date(i.study_date),
        "StudyTime": dicom_time(i.study_time),
        "AcquisitionTime": dicom_time(dict(i.corner_values).get("AcquisitionTime", "")),
        "Modality": i.modality,
        "SeriesNumber": "" if i.series_number is None else str(i.series_number),
        "SeriesDescription": i.series_description,
        "InstanceNumber": "" if i.instance_number is None else str(i.instance_number),
        "ViewPosition": i.hanging.view,
        "ImageLaterality": i.hanging.laterality,
    }


def corners(shown: Shown, *, patient_texts: bool = True) -> Corners:
    """The corner texts; `patient_texts` False hides who it is, and all free text of the file but
    the description of the study, which the lower corners hide too.

    Above come the lines of the file of corner texts. What a reader must never miss stands at the
    end of the lower corners whatever that file says: series, slice, inversion, window, zoom.
    """
    chosen = shown.corner_text.lines(shown.instance.modality)
    every = _values(shown.instance)
    said = {name: text for name, text in every.items() if patient_texts or not is_free(name)}
    above = {**said, **{name: every[name] for name in _STAYING}}

    def lines(wanted: tuple[str, ...], values: dict[str, str]) -> tuple[str, ...]:
        return tuple(line for each in wanted if (line := filled(each, values)))

    always = (
        translate("DicomViewer", "Inverted") if shown.invert else "",
        voi_words(shown.voi),
        f"{shown.zoom * 100:.0f} %",
    )
    left, right = chosen.bottom_left, chosen.bottom_right
    return Corners(
        top_left=lines(chosen.top_left, above),
        top_right=lines(chosen.top_right, above),
        bottom_left=(*lines(() if shown.resliced else left, said), *_which(shown)),
        bottom_right=(
            *lines(() if shown.resliced else right, said),
            *(part for part in always if part),
        ),
        badge=" · ".join((*_warnings(shown), *shape_words(shown.shape))),
    )


def ruler(scale: Scale, zoom: float, room: float) -> Ruler | None:
    """The longest round length (1, 2, 5 × 10ⁿ) that fits into `room` screen pixels.

    `zoom` is screen pixels per picture column; `scale` that of most of the picture. Without
    calibration it counts picture pixels.
    """
    calibrated = scale.calibration is not Calibration.NONE
    per_unit = zoom / scale.x if calibrated else zoom
    longest = room / per_unit
    if not math.isfinite(longest) or longest <= 0:
        return None
    decade = 10.0 ** math.floor(math.log10(longest))
    length = max(step * decade for step in (1, 2, 5) if step * decade <= longest)
    if not calibrated:
        return Ruler(length * per_unit, f"{length:g} px")
    notes = {
        Calibration.PATIENT: translate("DicomViewer", "patient"),
        Calibration.FIDUCIAL: translate("DicomViewer", "calibrated"),
        Calibration.DETECTOR: translate("DicomViewer", "at the detector"),
        Calibration.MAGNIFICATION: translate("DicomViewer", "magnification corrected"),
        Calibration.ULTRASOUND: translate("DicomViewer", "ultrasound region"),
        Calibration.MANUAL: translate("DicomViewer", "calibrated by hand"),
    }
    note = notes.get(scale.calibration, "")
    return Ruler(length * per_unit, f"{length:g} mm" + (f" ({note})" if note else ""))
