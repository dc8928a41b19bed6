"""A signed report goes into an archive as it is, beside the images it is about."""

import io
import subprocess
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread

from app.imaging.document import document_kind
from app.imaging.errors import MalformedError
from app.imaging.writing.report_object import report_object
from protocol.patients import PatientText
from tests.imaging.peers import program
from tests.imaging.test_wrapping import CASE, TAKEN, pdf_of_one_page

PATIENT = PatientText("=林秋月^", "QS-2026-0042", "19720312", "F")


def made(pdf: bytes, *, study: str = "2.25.77", version: int = 1) -> bytes:
    return report_object(
        pdf,
        case=CASE,
        patient=PATIENT,
        study_instance_uid=study,
        number="CONS-20261121-0007",
        version=version,
        signed_at=TAKEN,
    )


def read(data: bytes) -> Dataset:
    return dcmread(io.BytesIO(data))


def test_it_holds_the_very_file_in_the_study_of_the_images() -> None:
    pdf = pdf_of_one_page()
    ds = read(made(pdf))
    assert bytes(ds.EncapsulatedDocument)[: ds.EncapsulatedDocumentLength] == pdf
    assert (ds.StudyInstanceUID, ds.Modality) == ("2.25.77", "DOC")
    assert (str(ds.PatientName), ds.PatientID) == ("=林秋月^", "QS-2026-0042")
    assert ds.ConceptNameCodeSequence[0].CodeValue == "11488-4"
    assert document_kind(ds.SOPClassUID, ds.MIMETypeOfEncapsulatedDocument).name == "PDF"


def test_the_same_report_is_the_same_object_and_an_amendment_another() -> None:
    pdf = pdf_of_one_page()
    assert read(made(pdf)).SOPInstanceUID == read(made(pdf)).SOPInstanceUID
    assert read(made(pdf)).SOPInstanceUID == read(made(pdf + b"\n% laid out anew")).SOPInstanceUID
    amended = made(pdf + b"\n% amended", version=2)
    assert read(made(pdf)).SOPInstanceUID != read(amended).SOPInstanceUID


def test_without_images_it_has_a_study_of_its_own() -> None:
    ds = read(made(pdf_of_one_page(), study=""))
    assert ds.StudyInstanceUID.startswith("2.25.")
    assert ds.StudyDescription == "会诊报告"


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(MalformedError):
        made(b"no report")


def test_a_stranger_finds_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "report.dcm"
    path.write_bytes(made(pdf_of_one_page()))
    done = subprocess.run(
        [program("dciodvfy"), str(path)], capture_output=True, text=True, check=False
    )
    assert [line for line in done.stderr.splitlines() if line.startswith("Error")] == []
