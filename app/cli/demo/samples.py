"""Real pictures that ship inside pydicom's wheel, given to an invented patient.

A colour ultrasound cine of 30 frames and a liver MR with an overlay. Only attributes that
describe the picture are taken over; the pixel data stay byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.demo.identity import PatientIdentity

if TYPE_CHECKING:
    from pydicom import Dataset


@dataclass(frozen=True, slots=True)
class Sample:
    """One object of the wheel and how it is called here."""

    source: str
    file_name: str
    study_description: str
    series_description: str
    study_time: str


SAMPLES = (
    Sample("examples_ybr_color.dcm", "US0001.dcm", "超声检查", "动态图像", "101500"),
    Sample("examples_overlay.dcm", "MR0001.dcm", "肝脏MR平扫+增强", "T1 动态增强 横断面", "104000"),
)
_KEPT_GROUPS = frozenset({0x0018, 0x0020, 0x0028, 0x6000})
_KEPT = frozenset(
    {
        "SOPClassUID",
        "ImageType",
        "Modality",
        "Manufacturer",
        "ManufacturerModelName",
        "DerivationDescription",
        "PixelData",
    }
)
_DROPPED = frozenset(
    {
        "DeviceSerialNumber",
        "ProtocolName",
        "StudyID",
        "ImageComments",
        "StationName",
        "PixelAspectRatioSequence",
    }
)


def copy_pydicom_samples(folder: Path, patient: PatientIdentity) -> list[Path]:
    """Write each sample as a new study of `patient` under new UIDs; answer the files.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for number, sample in enumerate(SAMPLES, start=1):
        path = folder / sample.file_name
        _copied(sample, patient, number).save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths


def _copied(sample: Sample, patient: PatientIdentity, number: int) -> Dataset:
    import pydicom
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import generate_uid

    folder = Path(pydicom.__file__).parent / "data" / "test_files"
    original = pydicom.dcmread(folder / sample.source)
    copy = pydicom.Dataset()
    for element in original:
        keyword = element.keyword
        kept = element.tag.group in _KEPT_GROUPS and element.VR != "UI"
        if (kept or keyword in _KEPT) and keyword not in _DROPPED and not element.tag.is_private:
            copy.add(element)
    copy.SpecificCharacterSet = "ISO_IR 192"
    copy.SOPInstanceUID = generate_uid(prefix=None)
    copy.StudyInstanceUID, copy.SeriesInstanceUID = generate_uid(None), generate_uid(None)
    if "ImagePositionPatient" in copy:
        copy.FrameOfReferenceUID, copy.PositionReferenceIndicator = generate_uid(None), ""
    _identify(copy, sample, patient, number)
    copy.file_meta = FileMetaDataset()
    copy.file_meta.MediaStorageSOPClassUID = copy.SOPClassUID
    copy.file_meta.MediaStorageSOPInstanceUID = copy.SOPInstanceUID
    copy.file_meta.TransferSyntaxUID = original.file_meta.TransferSyntaxUID
    if "PixelData" in copy:
        copy["PixelData"].is_undefined_length = original["PixelData"].is_undefined_length
    return copy


def _identify(copy: Dataset, sample: Sample, patient: PatientIdentity, number: int) -> None:
    copy.PatientName, copy.PatientID = patient.name, patient.patient_id
    copy.PatientBirthDate, copy.PatientSex = patient.birth_date, patient.sex
    copy.StudyDate = copy.SeriesDate = copy.ContentDate = "20261121"
    copy.StudyTime = copy.SeriesTime = copy.ContentTime = sample.study_time
    copy.StudyID, copy.AccessionNumber = str(number + 1), ""
    copy.ReferringPhysicianName = ""
    copy.InstitutionName = "示范县人民医院"
    copy.StudyDescription = sample.study_description
    copy.SeriesDescription = sample.series_description
    copy.SeriesNumber, copy.InstanceNumber = 1, 1
