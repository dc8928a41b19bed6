"""Whatever a picture's file says of its patient, marks on it can be kept."""

import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import Dataset

from app.imaging.annotation import Annotation, AnnotationKind, measured
from app.imaging.attributes import text
from app.imaging.dataset import DicomObject, open_object
from app.imaging.errors import ImagingError, MissingAttributeError
from app.imaging.picture import Picture, make_picture, shape_of
from app.imaging.series import SliceRef, describe_bytes
from app.imaging.writing.key_objects import write_key_objects
from app.imaging.writing.look import Look
from app.imaging.writing.measurement_report import write_measurement_report
from app.imaging.writing.origin import Author, to_bytes
from app.imaging.writing.presentation_state import write_presentation_state
from app.imaging.writing.secondary_capture import write_secondary_capture
from app.imaging.writing.valid import put
from protocol.base import new_id
from tests.imaging.objects import ct_object, ramp

AUTHOR = Author("陈一明", "省人民医院")


@pytest.fixture(autouse=True)
def as_in_the_program() -> Iterator[None]:
    """pydicom's warnings of values in files nobody has validated stay unsaid (`dataset`)."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"pydicom(\.|$)")
        yield


def every_kind(obj: DicomObject, picture: Picture) -> dict[str, Dataset]:
    """A report, a state, key objects and a capture of a picture marked from corner to corner, as
    they are read again."""
    ds, (rows, columns) = obj.dataset, shape_of(picture)
    uid = str(ds.SOPInstanceUID)
    ref, pictures = SliceRef(uid, 0), {uid: ds}
    corners = ((0.0, 0.0), (float(columns), float(rows)))
    shapes = [
        Annotation(new_id(), ref, kind, corners)
        for kind in (AnnotationKind.LENGTH, AnnotationKind.RECTANGLE, AnnotationKind.ELLIPSE)
    ]
    findings = [(one, measured(one, picture)) for one in shapes]
    made = {
        "report": write_measurement_report(findings, pictures, AUTHOR),
        "state": write_presentation_state(
            [ref], [(one, ("结节",)) for one in shapes], pictures, Look(), AUTHOR
        ),
        "keys": write_key_objects([ds], AUTHOR),
        "capture": write_secondary_capture(np.zeros((8, 8, 3), np.uint8), ds),
    }
    return {name: pydicom.dcmread(BytesIO(to_bytes(one))) for name, one in made.items()}


def of_file(data: bytes) -> dict[str, Dataset]:
    obj = open_object(data)
    return every_kind(obj, make_picture(obj, 0))


def irregular(**values: str) -> bytes:
    ds = pydicom.dcmread(BytesIO(ct_object(ramp(), PixelSpacing=[0.5, 0.5])))
    for keyword, value in values.items():
        put(ds, keyword, value)
    stream = BytesIO()
    ds.save_as(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("keyword", "said", "written"),
    [
        ("PatientSex", "0000", ""),
        ("PatientSex", "U", ""),
        ("PatientSex", "m", "M"),
        ("PatientSex", "Male", "M"),
        ("PatientSex", "f", "F"),
        ("PatientBirthDate", "1980-01-01", "19800101"),
        ("PatientBirthDate", "1980.01.01", "19800101"),
        ("PatientBirthDate", "19800000", ""),
        ("PatientBirthDate", "about 1980", ""),
        ("StudyDate", "2026/11/21", "20261121"),
        ("StudyTime", "14:04:38", "140438"),
        ("StudyTime", "250000", ""),
        ("PatientAge", "45", None),
        ("PatientSize", "1.7512345678901234567", None),
        ("StudyID", "0123456789ABCDEFG", "0123456789ABCDEF"),
        ("AccessionNumber", "A" * 20, "A" * 16),
        ("StudyDescription", "胸" * 70, "胸" * 64),
        ("PatientID", "P" * 80, "P" * 80),
        ("PatientName", "L" * 80, "L" * 80),
        ("PatientName", "A^B^C^D^E^F", "A^B^C^D^E^F"),
        ("StudyInstanceUID", "1.2.03.4", "1.2.03.4"),
        ("SeriesInstanceUID", "1.2.840.00.7", "1.2.840.00.7"),
        ("SOPInstanceUID", "1.02.3", "1.02.3"),
    ],
)
def test_an_irregular_value_stops_nothing(keyword: str, said: str, written: str | None) -> None:
    for name, made in of_file(irregular(**{keyword: said})).items():
        if keyword == "SOPInstanceUID":
            named = {str(e.value) for e in made.iterall() if e.keyword.startswith("Referenced")}
            assert said in named or name == "capture"
        elif keyword == "SeriesInstanceUID":
            named = {str(e.value) for e in made.iterall() if e.keyword == keyword}
            assert said in named or name == "capture"
        elif written is None:
            assert text(made, keyword) in ("", said[:16])
        elif keyword in made or keyword in ("PatientID", "PatientName"):
            assert text(made, keyword) == written, name


@pytest.mark.parametrize(
    ("sets", "name"),
    [
        ("\\ISO 2022 IR 58", "Zhang^XiaoDong=张^小东"),
        ("GB18030", "张^小东"),
        ("ISO_IR 192", "Zhang^XiaoDong=张^小东=x"),
    ],
)
def test_a_chinese_name_is_the_same_in_what_is_written(sets: str, name: str) -> None:
    ds = pydicom.dcmread(BytesIO(ct_object(ramp())))
    ds.SpecificCharacterSet = sets.split("\\")
    ds.PatientName = name
    stream = BytesIO()
    ds.save_as(stream)
    for made in of_file(stream.getvalue()).values():
        assert made.SpecificCharacterSet == "ISO_IR 192"
        assert str(made.PatientName) == name


@pytest.mark.parametrize("retired", ["1.2.840.10008.5.1.4.1.1.6", "1.2.840.10008.5.1.4.1.1.3"])
def test_a_retired_class_is_referred_to_by_its_name(retired: str) -> None:
    for name, made in of_file(irregular(SOPClassUID=retired)).items():
        told = {str(e.value) for e in made.iterall() if e.keyword == "ReferencedSOPClassUID"}
        assert told == {retired} or name == "capture"


def test_a_number_with_a_comma_is_left_out() -> None:
    data = irregular(PatientWeight="72.5").replace(b"72.5", b"72,5")
    assert all("PatientWeight" not in made for made in of_file(data).values())


def test_a_file_that_lacks_its_series_is_told_by_the_attribute() -> None:
    with pytest.raises(MissingAttributeError, match="SeriesInstanceUID"):
        of_file(irregular(SeriesInstanceUID=""))


def test_marks_on_pictures_of_every_kind_at_hand_can_be_kept(
    wheel: Path, shared_data: Path
) -> None:
    folders = [shared_data / "conformance", shared_data / "us-cine", wheel]
    files = [f for folder in folders for f in sorted(folder.rglob("*")) if f.is_file()]
    kept = 0
    for file in [*files[::3], *sorted((shared_data / "mr-lumbar").rglob("*.dcm"))[::7]]:
        try:
            obj = open_object(file.read_bytes())
            picture = make_picture(obj, 0)
            whose = describe_bytes(file.read_bytes())
        except ImagingError:
            continue  # it is no picture, and listed with its reason
        if not text(obj.dataset, "SeriesInstanceUID"):
            continue  # nothing can refer to it
        kept += 1
        for name, made in every_kind(obj, picture).items():
            sex = made.PatientSex or ""
            assert sex in ("", "M", "F", "O"), (file.name, name)
            assert text(made, "PatientName") == whose.patient.name, (file.name, name)
            assert text(made, "PatientID") == whose.patient.patient_id, (file.name, name)
    assert kept > 75
