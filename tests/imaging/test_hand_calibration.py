"""Calibration by hand: which pictures it holds for, what it makes of them, how it is written."""

from dataclasses import replace

import pytest
from pydicom import Dataset

from app.imaging.annotation import Annotation, AnnotationKind, Book, Sheet, measured
from app.imaging.calibration import Region, Scale, Scales
from app.imaging.dataset import open_object
from app.imaging.geometry import Calibration
from app.imaging.hand_calibration import (
    HandCalibration,
    Pictures,
    calibrated,
    can_be_calibrated,
    valid_for,
)
from app.imaging.measurement import Quantity
from app.imaging.picture import Picture, make_picture
from app.imaging.series import SliceRef
from app.imaging.writing.measurement_report import write_measurement_report
from app.imaging.writing.origin import Author
from protocol.base import new_id
from tests.imaging.objects import ct_object, ramp

FIRST = Pictures(SliceRef("2.25.9", 0), "2.25.2", (32, 48))
SECOND = replace(FIRST, ref=SliceRef("2.25.10", 0))
SMALLER = replace(FIRST, ref=SliceRef("2.25.11", 0), shape=(16, 16))
STRANGER = replace(FIRST, ref=SliceRef("2.25.12", 0), series_instance_uid="2.25.3")
LINE = ((4.0, 4.0), (24.0, 4.0))
ONE = HandCalibration(FIRST, LINE, 50.0)
ALL = HandCalibration(FIRST, LINE, 10.0, whole_series=True)


def picture(**attributes: object) -> Picture:
    return make_picture(open_object(ct_object(ramp(), **attributes)), 0)


def holding(sheet: Sheet, asked: Pictures) -> HandCalibration | None:
    return valid_for(sheet.calibrations, asked)


def test_it_holds_for_its_picture_alone() -> None:
    sheet = Sheet().calibrated(ONE)
    assert holding(sheet, FIRST) == ONE
    assert holding(sheet, SECOND) is None


def test_that_of_a_series_holds_for_pictures_of_one_size() -> None:
    sheet = Sheet().calibrated(ALL)
    assert [holding(sheet, one) for one in (FIRST, SECOND, SMALLER, STRANGER)] == [
        ALL,
        ALL,
        None,
        None,
    ]


def test_a_picture_s_own_comes_before_that_of_its_series() -> None:
    sheet = Sheet().calibrated(replace(ALL, of=SECOND)).calibrated(ONE)
    assert holding(sheet, FIRST) == ONE
    back = sheet.uncalibrated(FIRST)
    assert holding(back, FIRST) == replace(ALL, of=SECOND)
    assert back.uncalibrated(FIRST) == Sheet()


def test_the_last_word_counts_where_it_was_given() -> None:
    again = replace(ONE, millimetres=60.0)
    assert Sheet().calibrated(ONE).calibrated(again).calibrations == (again,)
    assert Sheet().calibrated(ONE).calibrated(ALL).calibrations == (ALL,)
    assert Sheet().calibrated(ALL).calibrated(replace(ALL, of=SECOND)).calibrations == (
        replace(ALL, of=SECOND),
    )


def test_it_is_a_step_that_can_be_taken_back() -> None:
    book = Book().done(Sheet().calibrated(ONE))
    assert book.undo().sheet == Sheet()
    assert book.undo().redo().sheet.calibrations == (ONE,)


def test_lengths_rest_on_it_and_values_stay() -> None:
    plain = picture(PixelSpacing=[0.5, 0.5])
    shown = calibrated(plain, ONE)  # 50 mm over 20 px
    line = Annotation(new_id(), FIRST.ref, AnnotationKind.LENGTH, ((0.0, 0.0), (30.0, 40.0)))
    assert measured(line, plain).quantities == (Quantity(25.0, "mm"),)
    found = measured(line, shown)
    assert found.quantities == (Quantity(125.0, "mm"),)
    assert found.scale.calibration is Calibration.MANUAL
    assert found.scale.note == "50 mm = 20.0 px"
    assert measured(line, plain).rescaled(line, ONE.scale) == found
    box = Annotation(new_id(), FIRST.ref, AnnotationKind.RECTANGLE, ((4.0, 4.0), (8.0, 6.0)))
    assert measured(box, shown).quantities == (Quantity(8 * 2.5 * 2.5, "mm²"),)
    assert measured(box, shown).statistics == measured(box, plain).statistics


def test_pixels_that_are_not_square_keep_their_shape() -> None:
    tall = HandCalibration(FIRST, ((0.0, 0.0), (0.0, 10.0)), 40.0, aspect=2.0)
    assert (tall.spacing.row, tall.spacing.column) == (4.0, 2.0)
    assert tall.spacing.aspect == 2.0


@pytest.mark.parametrize(("line", "length"), [(((1.0, 1.0), (4.0, 1.0)), 10.0), (LINE, 0.0)])
def test_too_little_to_go_by_is_refused(
    line: tuple[tuple[float, float], tuple[float, float]], length: float
) -> None:
    with pytest.raises(ValueError, match="calibrat"):
        HandCalibration(FIRST, line, length)


def test_a_doppler_trace_has_no_length_to_calibrate() -> None:
    trace = Scale(0.01, 2.0, "s", "cm/s", Calibration.ULTRASOUND)
    body = Scale(0.1, 0.1, "mm", "mm", Calibration.ULTRASOUND)
    assert can_be_calibrated(Scales())
    assert can_be_calibrated(Scales(body, (Region(0, 0, 9, 9, body),)))
    assert not can_be_calibrated(Scales(body, (Region(0, 0, 9, 9, trace),)))


def test_a_report_says_what_its_lengths_rest_on() -> None:
    data = ct_object(ramp(), PixelSpacing=[0.5, 0.5], StudyDate="20261121", StudyTime="101500")
    obj = open_object(data)
    ref = SliceRef(str(obj.dataset.SOPInstanceUID), 0)
    shown = calibrated(make_picture(obj, 0), ONE)
    kinds = (AnnotationKind.LENGTH, AnnotationKind.ANGLE)
    points = (LINE, ((10.0, 4.0), (10.0, 20.0), (26.0, 20.0)))
    drawn = [Annotation(new_id(), ref, kind, at) for kind, at in zip(kinds, points, strict=True)]
    findings = [(one, measured(one, shown)) for one in drawn]
    report = write_measurement_report(findings, {ref.sop_instance_uid: obj.dataset}, Author("Li"))
    methods = [
        item.ConceptCodeSequence[0].CodeMeaning
        for item in _items(report)
        if item.ConceptNameCodeSequence[0].CodeMeaning == "Measurement Method"
    ]
    assert methods == ["Calibrated by hand: 50 mm = 20.0 px"]


def _items(dataset: Dataset) -> list[Dataset]:
    found = []
    for item in dataset.get("ContentSequence", []):
        found += [item, *_items(item)]
    return found
