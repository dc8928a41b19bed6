"""What the program writes is valid DICOM for strangers, and says what was drawn."""

import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pydicom
import pytest
from pydicom import Dataset

from app.imaging.annotation import Annotation, AnnotationKind, measured
from app.imaging.dataset import open_object
from app.imaging.picture import make_picture
from app.imaging.series import SliceRef
from app.imaging.voi import Window
from app.imaging.writing.key_objects import write_key_objects
from app.imaging.writing.look import Look
from app.imaging.writing.measurement_report import Finding, write_measurement_report
from app.imaging.writing.origin import Author, to_bytes
from app.imaging.writing.presentation_state import write_presentation_state
from app.imaging.writing.secondary_capture import write_secondary_capture
from protocol.base import new_id
from tests.imaging.objects import ct_object, ramp

AUTHOR = Author("陈一明", "省人民医院")
POINTS: dict[AnnotationKind, tuple[tuple[float, float], ...]] = {
    AnnotationKind.LENGTH: ((4.0, 4.0), (24.0, 4.0)),
    AnnotationKind.ANGLE: ((10.0, 4.0), (10.0, 20.0), (26.0, 20.0)),
    AnnotationKind.COBB: ((4.0, 4.0), (24.0, 4.0), (4.0, 20.0), (14.0, 30.0)),
    AnnotationKind.RECTANGLE: ((4.0, 4.0), (14.0, 8.0)),
    AnnotationKind.ELLIPSE: ((4.0, 4.0), (24.0, 14.0)),
    AnnotationKind.POLYGON: ((4.0, 4.0), (20.0, 4.0), (20.0, 20.0)),
    AnnotationKind.ARROW: ((4.0, 20.0), (20.0, 20.0)),
    AnnotationKind.TEXT: ((8.0, 8.0),),
}
SLICE_FACTS = {
    "ImagePositionPatient": [0, 0, 0],
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "PixelSpacing": [0.5, 0.5],
    "FrameOfReferenceUID": "2.25.77",
    "PatientBirthDate": "19800101",
    "StudyDate": "20261121",
    "StudyTime": "101500",
    "SliceThickness": 1,
    "RescaleType": "HU",
}


@pytest.fixture
def slices() -> dict[str, Dataset]:
    """Two slices of one series, by SOP Instance UID."""
    made = [
        pydicom.dcmread(BytesIO(ct_object(ramp(), InstanceNumber=n, **SLICE_FACTS))) for n in (1, 2)
    ]
    return {str(one.SOPInstanceUID): one for one in made}


@pytest.fixture
def findings(slices: dict[str, Dataset]) -> list[Finding]:
    """Every kind of annotation on the first slice, with its numbers."""
    uid, dataset = next(iter(slices.items()))
    picture = make_picture(open_object(to_bytes(dataset)), 0)
    drawn = [
        Annotation(new_id(), SliceRef(uid, 0), kind, points, "结节" if kind == "text" else "")
        for kind, points in POINTS.items()
    ]
    return [(one, measured(one, picture)) for one in drawn]


@pytest.fixture
def accepted(tmp_path: Path) -> Callable[[Dataset], str]:
    """dicom3tools' validator has no error to tell; answers what it says."""
    program = shutil.which("dciodvfy")
    if program is None:
        pytest.skip("dciodvfy (Debian dicom3tools) is not installed")

    def check(dataset: Dataset) -> str:
        file = tmp_path / "written.dcm"
        file.write_bytes(to_bytes(dataset))
        done = subprocess.run([program, file], capture_output=True, text=True, check=False)
        errors = [line for line in done.stderr.splitlines() if line.startswith("Error")]
        assert errors == []
        told = done.stderr.splitlines()
        return next(line for line in told if not line.startswith("Warning"))

    return check


def test_a_measurement_report_is_valid_and_keeps_every_value(
    slices: dict[str, Dataset], findings: list[Finding], accepted: Callable[[Dataset], str]
) -> None:
    report = write_measurement_report(findings, slices, AUTHOR)
    assert accepted(report) == "ComprehensiveSR"
    read = highdicom.sr.ComprehensiveSR.from_dataset(pydicom.dcmread(BytesIO(to_bytes(report))))
    content: Any = read.content
    regions = content.get_planar_roi_measurement_groups()
    lines = content.get_image_measurement_groups()
    assert (len(regions), len(lines)) == (3, 3)
    told = {
        (one.name.meaning, one.value, one.unit.value)
        for group in lines
        for one in group.get_measurements()
    }
    assert told == {("Length", 10.0, "mm"), ("Angle", 90.0, "deg"), ("Cobb angle", 45.0, "deg")}
    area, *values = regions[0].get_measurements()
    assert (area.value, area.unit.value) == (10.0, "mm2")
    assert {one.unit.value for one in values} == {"[hnsf'U]"}


def test_a_report_says_where_each_length_was_measured(
    slices: dict[str, Dataset], findings: list[Finding]
) -> None:
    report = write_measurement_report(findings, slices, AUTHOR)
    coordinates = [
        list(item.GraphicData) for item in _items(report) if item.get("GraphicType") == "POLYLINE"
    ]
    assert [4.0, 4.0, 24.0, 4.0] in coordinates


def _items(dataset: Dataset) -> list[Dataset]:
    found = []
    for item in dataset.get("ContentSequence", []):
        found += [item, *_items(item)]
    return found


def test_key_objects_are_valid_and_name_their_pictures(
    slices: dict[str, Dataset], accepted: Callable[[Dataset], str]
) -> None:
    document = write_key_objects(list(slices.values()), AUTHOR, description="请看右上肺")
    assert accepted(document) == "KeyObjectSelectionDocument"
    named = [
        item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
        for item in _items(document)
        if item.ValueType == "IMAGE"
    ]
    assert named == list(slices)
    again = pydicom.dcmread(BytesIO(to_bytes(document)))
    assert any(item.get("TextValue") == "请看右上肺" for item in _items(again))


def test_a_presentation_state_is_valid_and_draws_every_shape(
    slices: dict[str, Dataset], findings: list[Finding], accepted: Callable[[Dataset], str]
) -> None:
    refs = [SliceRef(uid, 0) for uid in slices]
    shapes = [(one, ("10.0 mm",)) for one, _ in findings]
    look = Look(Window(40, 400), inverted=True, turn=1, mirrored=True)
    state = write_presentation_state(refs, shapes, slices, look, AUTHOR)
    assert accepted(state) == "GrayscaleSoftcopyPresentationState"
    drawn = [g for a in state.GraphicAnnotationSequence for g in a.get("GraphicObjectSequence", [])]
    assert sorted(g.GraphicType for g in drawn) == ["ELLIPSE"] + ["POLYLINE"] * 7
    assert (state.PresentationLUTShape, state.ImageRotation, state.ImageHorizontalFlip) == (
        "INVERSE",
        270,
        "Y",
    )
    window = state.SoftcopyVOILUTSequence[0]
    assert (window.WindowCenter, window.WindowWidth) == (40, 400)
    series = state.ReferencedSeriesSequence[0]
    assert [i.ReferencedSOPInstanceUID for i in series.ReferencedImageSequence] == list(slices)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_a_turned_picture_is_told_as_the_standard_turns_it(
    slices: dict[str, Dataset], accepted: Callable[[Dataset], str], turn: int, mirrored: bool
) -> None:
    ref = SliceRef(next(iter(slices)), 0)
    look = Look(turn=turn, mirrored=mirrored)
    accepted(write_presentation_state([ref], [], slices, look, AUTHOR))


def test_a_capture_is_valid_and_belongs_to_the_same_study(
    slices: dict[str, Dataset], accepted: Callable[[Dataset], str]
) -> None:
    source = next(iter(slices.values()))
    rgb = np.zeros((20, 30, 3), np.uint8)
    rgb[4:8, 5:9] = (255, 214, 92)
    capture = write_secondary_capture(rgb, source, description="截图", burned_in=True)
    assert accepted(capture) == "SCImage"
    assert capture.StudyInstanceUID == source.StudyInstanceUID
    assert capture.SeriesInstanceUID != source.SeriesInstanceUID
    assert np.array_equal(capture.pixel_array, rgb)


def test_what_cannot_be_written_is_refused(
    slices: dict[str, Dataset], findings: list[Finding]
) -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        write_measurement_report([], slices, AUTHOR)
    with pytest.raises(ValueError, match="is missing"):
        write_measurement_report(findings, {}, AUTHOR)
    with pytest.raises(ValueError, match="no key images"):
        write_key_objects([], AUTHOR)
    colour = next(iter(slices.values()))
    colour.PhotometricInterpretation = "RGB"
    ref, *rest = (SliceRef(uid, 0) for uid in slices)
    with pytest.raises(ValueError, match="grey pictures or for coloured"):
        write_presentation_state([ref, *rest], [], slices, Look(), AUTHOR)


@pytest.mark.parametrize(
    ("look", "anchor"),
    [
        (Look(), (14.0, 4.0)),
        (Look(mirrored=True), (4.0, 4.0)),
        (Look(turn=1), (4.0, 4.0)),
        (Look(turn=2), (4.0, 8.0)),
    ],
    ids=["as it is", "mirrored", "a quarter turn", "upside down"],
)
def test_a_text_begins_at_the_right_of_its_shape_as_it_lies_on_the_screen(
    slices: dict[str, Dataset], look: Look, anchor: tuple[float, float]
) -> None:
    """It runs to the right from there and up, so that it does not cross the shape."""
    ref = SliceRef(next(iter(slices)), 0)
    shape = Annotation(new_id(), ref, AnnotationKind.RECTANGLE, POINTS[AnnotationKind.RECTANGLE])
    state = write_presentation_state([ref], [(shape, ("40 mm²",))], slices, look, AUTHOR)
    (text,) = state.GraphicAnnotationSequence[0].TextObjectSequence
    assert tuple(text.AnchorPoint) == anchor
