"""Whose a written object is: of one study of one patient, by somebody, in their language."""

import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom import Dataset

from app.imaging.annotation import Annotation, AnnotationKind, measured
from app.imaging.dataset import open_object
from app.imaging.picture import make_picture
from app.imaging.series import SliceRef
from app.imaging.writing.key_objects import write_key_objects
from app.imaging.writing.look import Look
from app.imaging.writing.measurement_report import Finding, write_measurement_report
from app.imaging.writing.origin import Author, to_bytes
from app.imaging.writing.presentation_state import write_presentation_state
from app.imaging.writing.wording import Wording
from protocol.base import new_id
from protocol.patients import PatientText, apart
from tests.imaging.objects import ct_object, ramp

AUTHOR = Author("陈一明")
LINE = ((4.0, 4.0), (24.0, 4.0))
OTHERS = [
    {"PatientID": "T-2"},
    {"PatientName": "Wang^Fang=王^芳"},
    {"PatientBirthDate": "19790101"},
    {"StudyInstanceUID": "2.25.9"},
]


def picture(**facts: Any) -> Dataset:
    """A slice that can be measured in millimetres."""
    told = {"PixelSpacing": [0.5, 0.5], "StudyDate": "20261121", "StudyTime": "1015", **facts}
    return pydicom.dcmread(BytesIO(ct_object(ramp(), **told)))


def length(on: Dataset) -> Finding:
    drawn = Annotation(new_id(), SliceRef(str(on.SOPInstanceUID), 0), AnnotationKind.LENGTH, LINE)
    return drawn, measured(drawn, make_picture(open_object(to_bytes(on)), 0))


def written(*pictures: Dataset, author: Author = AUTHOR) -> dict[str, Callable[[], Dataset]]:
    """Each kind of object on the same pictures."""
    by_uid = {str(one.SOPInstanceUID): one for one in pictures}
    refs = [SliceRef(uid, 0) for uid in by_uid]
    findings = [length(one) for one in pictures]
    return {
        "SR": lambda: write_measurement_report(findings, by_uid, author),
        "KO": lambda: write_key_objects(pictures, author),
        "PR": lambda: write_presentation_state(refs, [], by_uid, Look(), author),
    }


@pytest.mark.parametrize("other", OTHERS, ids=lambda one: next(iter(one)))
@pytest.mark.parametrize("kind", ["SR", "KO", "PR"])
def test_no_object_is_about_two_patients_or_studies(kind: str, other: dict[str, str]) -> None:
    make = written(picture(), picture(**other))[kind]
    with pytest.raises(ValueError, match="one study of one patient"):
        make()


@pytest.mark.parametrize("kind", ["SR", "KO", "PR"])
def test_what_one_picture_does_not_say_contradicts_nothing(kind: str) -> None:
    silent = picture(PatientBirthDate="", PatientSex="")
    assert written(picture(), silent)[kind]().Modality == kind


def test_who_says_nothing_does_not_bring_two_others_together() -> None:
    first, second = PatientText("Li^Na", "T-1"), PatientText("Wang^Fang", "T-2")
    assert apart([PatientText(), first, second], lambda who: who) == [
        [PatientText(), first],
        [second],
    ]


def contents(dataset: Dataset) -> list[Dataset]:
    found = []
    for item in dataset.get("ContentSequence", []):
        found += [item, *contents(item)]
    return found


@pytest.mark.parametrize("kind", ["SR", "KO", "PR"])
@pytest.mark.parametrize("name", ["", " \t"])
def test_nobody_leaves_no_empty_name(kind: str, name: str, tmp_path: Path) -> None:
    made = written(picture(), author=Author(name))[kind]()
    assert [one for one in contents(made) if one.ValueType == "PNAME"] == []
    file = tmp_path / "written.dcm"
    file.write_bytes(to_bytes(made))
    _judged("dciodvfy", file)
    if kind != "PR":
        _judged("dsrdump", file)


def _judged(name: str, file: Path) -> None:
    program = shutil.which(name, path="/usr/bin")
    if program is None:
        pytest.skip(f"{name} (Debian dicom3tools, dcmtk) is not installed")
    done = subprocess.run([program, file], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if line.startswith(("Error", "E:"))] == []


def test_a_report_says_its_language_and_names_measurements_in_it() -> None:
    one = picture()
    finding = length(one)
    wording = Wording("zh", {AnnotationKind.LENGTH: "长度"})
    made = write_measurement_report([finding], {str(one.SOPInstanceUID): one}, AUTHOR, wording)
    items = contents(pydicom.dcmread(BytesIO(to_bytes(made))))
    (language,) = (
        item.ConceptCodeSequence[0]
        for item in items
        if item.ConceptNameCodeSequence[0].CodeValue == "121049"
    )
    told = language.CodeValue, language.CodingSchemeDesignator, language.CodeMeaning
    assert told == ("zh", "RFC5646", "Chinese")
    (tracking,) = (
        item.TextValue
        for item in items
        if item.ConceptNameCodeSequence[0].CodeMeaning == "Tracking Identifier"
    )
    assert tracking == "长度 1"


def test_a_state_says_in_words_what_it_holds() -> None:
    one = picture()
    refs = [SliceRef(str(one.SOPInstanceUID), 0)]
    made = write_presentation_state(
        refs, [], {refs[0].sop_instance_uid: one}, Look(), AUTHOR, description="标注与测量"
    )
    again = pydicom.dcmread(BytesIO(to_bytes(made)))
    assert (again.ContentLabel, again.ContentDescription) == ("REVIEW", "标注与测量")
