"""Measurement reports (PS3.16 TID 1500, Comprehensive SR): what was measured, where, by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from app.imaging.annotation import (
    REGIONS,
    Annotation,
    AnnotationKind,
    Measured,
    PlaneRef,
    ellipse_axes,
    outline,
)
from app.imaging.calibration import Point, Scale
from app.imaging.errors import MissingAttributeError
from app.imaging.geometry import Calibration
from app.imaging.measurement import Quantity
from app.imaging.readings import Reading
from app.imaging.writing.origin import (
    Author,
    NewObject,
    distinct,
    finished,
    frames_of,
    need_one_patient,
    observer,
    source_head,
)
from app.imaging.writing.wording import ENGLISH, Wording

if TYPE_CHECKING:
    from highdicom.sr import CodedConcept, Measurement, SourceImageForRegion, TrackingIdentifier
    from pydicom import Dataset
    from pydicom.sr.coding import Code

Finding = tuple[Annotation, Measured]
MEASURED = tuple(
    kind for kind in AnnotationKind if kind not in (AnnotationKind.ARROW, AnnotationKind.TEXT)
)
"""The kinds that a report holds; arrows and texts go into presentation states."""

_UNITS = {
    "mm": ("mm", "mm"),
    "mm²": ("mm2", "square millimeter"),
    "px": ("{pixels}", "pixels"),
    "px²": ("{pixels}", "pixels"),
    "deg": ("deg", "degree"),
    "s": ("s", "second"),
    "Hz": ("Hz", "hertz"),
    "cm/s": ("cm/s", "centimeter per second"),
    "HU": ("[hnsf'U]", "Hounsfield unit"),
    "Bq/ml": ("Bq/ml", "Becquerels/milliliter"),
    "": ("1", "no units"),
}
"""Our unit to its UCUM code and meaning."""


def write_measurement_report(
    findings: Sequence[Finding],
    pictures: Mapping[str, Dataset],
    author: Author,
    wording: Wording = ENGLISH,
    *,
    new: NewObject | None = None,
) -> Dataset:
    """A report of measurements on pictures of one study of one patient; `pictures` by SOP Instance
    UID.

    Raises:
        MissingAttributeError: a picture has no UID.
        ValueError: nothing was measured, a picture is missing, or they are of several studies or
            patients.
    """
    from highdicom import sr

    measured = [finding for finding in findings if finding[0].kind in MEASURED]
    heads = _heads(measured, pictures)
    arguments = (new or NewObject(series_number=903)).arguments()
    spatial = any(isinstance(one.ref, PlaneRef) for one, _ in measured)
    document = (sr.Comprehensive3DSR if spatial else sr.ComprehensiveSR)(
        evidence=distinct(heads.values()),
        content=_content(measured, heads, author, wording),
        institution_name=author.institution_name,
        is_complete=True,
        **arguments,
    )
    return finished(document, [pictures[uid] for uid in heads])


def _content(
    measured: Sequence[Finding], heads: Mapping[str, Dataset], author: Author, wording: Wording
) -> Dataset:
    """The content tree (TID 1500)."""
    from highdicom import sr
    from pydicom.sr.codedict import codes

    groups = [
        _group(
            _tracking(number, finding[0], wording), finding, heads[finding[0].ref.sop_instance_uid]
        )
        for number, finding in enumerate(measured, start=1)
    ]
    report = sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_person_context=observer(author)),
        procedure_reported=codes.SCT.ImagingProcedure,
        imaging_measurements=groups,
        title=codes.DCM.ImagingMeasurementReport,
        language_of_content_item_and_descendants=wording.language_item(),
    )
    root: Dataset = report[0]
    return root


def _heads(measured: Sequence[Finding], pictures: Mapping[str, Dataset]) -> dict[str, Dataset]:
    """What is needed of each picture that was measured, by SOP Instance UID."""
    if not measured:
        raise ValueError("nothing was measured")
    uids = dict.fromkeys(one.ref.sop_instance_uid for one, _ in measured)
    if not all(uid in pictures for uid in uids):
        raise ValueError("a picture that was measured is missing")
    need_one_patient(pictures[uid] for uid in uids)
    return {uid: source_head(pictures[uid]) for uid in uids}


def _group(tracking: TrackingIdentifier, finding: Finding, head: Dataset) -> Any:
    """One measurement group; a region keeps its outline, a line its coordinates. On a picture they
    are SCOORD, on a plane through a volume SCOORD3D.

    Raises:
        MissingAttributeError: the volume's files name no Frame of Reference.
    """
    from highdicom import sr

    annotation, found = finding
    spatial, where = isinstance(annotation.ref, PlaneRef), _where(annotation, head)
    if annotation.kind in REGIONS:
        region = sr.ImageRegion3D(*where) if spatial else sr.ImageRegion(*where)
        return sr.PlanarROIMeasurementsAndQualitativeEvaluations(
            tracking_identifier=tracking,
            referenced_region=region,
            measurements=_measurements(annotation, found),
        )
    line = sr.CoordinatesForMeasurement3D if spatial else sr.CoordinatesForMeasurement
    return sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracking,
        measurements=_measurements(annotation, found, [line(*where)]),
    )


def _tracking(number: int, annotation: Annotation, wording: Wording) -> TrackingIdentifier:
    from highdicom.sr import TrackingIdentifier as Tracking

    return Tracking(
        identifier=annotation.text or wording.tracking(annotation.kind, number),
        uid=f"2.25.{annotation.id.int}",
    )


def _where(annotation: Annotation, head: Dataset) -> tuple[str, Any, Any]:
    """Graphic type, graphic data, and what they lie on: a picture, or the patient's Frame of
    Reference in millimetres (PS3.3 C.18.6, C.18.9)."""
    graphic, data = _graphic(annotation)
    if not isinstance(annotation.ref, PlaneRef):
        return graphic, data, _source(annotation, head)
    plane = annotation.ref.plane
    if not plane.frame_of_reference_uid:
        raise MissingAttributeError("FrameOfReferenceUID")
    if annotation.kind in REGIONS and graphic == "POLYLINE":
        graphic = "POLYGON"
    points = np.array([plane.point(x, y) for x, y in data], np.float64)
    return graphic, points, plane.frame_of_reference_uid


def _source(annotation: Annotation, head: Dataset) -> SourceImageForRegion:
    from highdicom.sr import SourceImageForRegion

    return SourceImageForRegion(
        referenced_sop_class_uid=head.SOPClassUID,
        referenced_sop_instance_uid=head.SOPInstanceUID,
        referenced_frame_numbers=[annotation.ref.frame + 1] if frames_of(head) > 1 else None,
    )


def _graphic(annotation: Annotation) -> tuple[str, np.ndarray[Any, np.dtype[np.float64]]]:
    """Graphic type and data of SCOORD (PS3.3 C.18.6); coordinates as ours."""
    if annotation.kind is AnnotationKind.ELLIPSE:
        return "ELLIPSE", np.array(ellipse_axes(annotation))
    points: Sequence[Point] = annotation.points
    if annotation.kind in REGIONS:
        corners = outline(annotation)
        points = (*corners, corners[0])
    return "POLYLINE", np.array(points, dtype=np.float64)


def _measurements(
    annotation: Annotation, found: Measured, coordinates: list[Any] | None = None
) -> list[Measurement]:
    from highdicom.sr import Measurement
    from pydicom.sr.codedict import codes
    from pydicom.sr.coding import Code

    made = [
        Measurement(
            name=_concept(annotation.kind, quantity),
            value=quantity.value,
            unit=_unit(quantity.unit),
            referenced_coordinates=coordinates,
            method=_method(quantity, found.scale),
        )
        for quantity in found.quantities
    ]
    values = found.statistics
    told = [] if values is None else [(_value_concept(values.unit), _unit(values.unit), values)]
    for reading, read in found.further:
        told.append((_reading_concept(reading), Code(reading.code, "UCUM", reading.meaning), read))
    for name, unit, values in told:
        for derivation, value in (
            (codes.SCT.Mean, values.mean),
            (codes.SCT.StandardDeviation, values.deviation),
            (codes.SCT.Minimum, values.minimum),
            (codes.SCT.Maximum, values.maximum),
        ):
            made.append(Measurement(name, value, unit, derivation=derivation))
    return made


def _method(quantity: Quantity, scale: Scale) -> CodedConcept | None:
    """What rests on a reader's word says so (PS3.16 TID 300, Measurement Method)."""
    from highdicom.sr import CodedConcept

    if scale.calibration is not Calibration.MANUAL or not quantity.unit.startswith("mm"):
        return None
    return CodedConcept("calibrated-by-hand", "99HUIZHEN", f"Calibrated by hand: {scale.note}"[:64])


def _reading_concept(reading: Reading) -> Code:
    """SUVbw has a code of its own; the rest is a quantity."""
    from pydicom.sr.coding import Code

    if reading.name == "SUVbw":
        return Code("126401", "DCM", "SUVbw")
    return Code("246205007", "SCT", "Quantity")


def _concept(kind: AnnotationKind, quantity: Quantity) -> Code:
    from pydicom.sr.coding import Code

    match kind:
        case AnnotationKind.LENGTH if quantity.unit in ("mm", "px"):
            return Code("410668003", "SCT", "Length")
        case AnnotationKind.LENGTH:
            return Code("121206", "DCM", "Distance")
        case AnnotationKind.ANGLE:
            return Code("1483009", "SCT", "Angle")
        case AnnotationKind.COBB:
            return Code("285285000", "SCT", "Cobb angle")
        case _:
            return Code("42798000", "SCT", "Area")


def _value_concept(unit: str) -> Code:
    """What the pixels of a region measure: attenuation where they are Hounsfield units."""
    from pydicom.sr.coding import Code

    if unit == "HU":
        return Code("112031", "DCM", "Attenuation Coefficient")
    return Code("246205007", "SCT", "Quantity")


def _unit(unit: str) -> Code:
    from pydicom.sr.coding import Code

    value, meaning = _UNITS.get(unit, ("1", "no units"))
    return Code(value, "UCUM", meaning)
