"""What every generated object carries, and a case of several studies as files."""

import io
from pathlib import Path
from typing import Any

import pydicom
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

PATIENT = {
    "PatientName": "Lin^Qiuyue=林^秋月",
    "PatientID": "DEMO-0417",
    "PatientBirthDate": "19720312",
    "PatientSex": "F",
}
"""Invented."""


def generated(sop_class: str, **attributes: Any) -> pydicom.Dataset:
    """An object of the invented patient; `attributes` by keyword override the rest."""
    ds = pydicom.Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = UID(sop_class)
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, generate_uid(None)
    ds.InstitutionName, ds.Manufacturer = "示范县人民医院", "Huizhen"
    ds.DerivationDescription = "Generated; no patient was imaged"
    ds.ImageType = ["DERIVED", "SECONDARY"]
    ds.AccessionNumber = ds.ReferringPhysicianName = ds.StudyID = ""
    ds.StudyDate, ds.StudyTime, ds.InstanceNumber = "20261121", "093000", 1
    for keyword, value in {**PATIENT, **attributes}.items():
        setattr(ds, keyword, value)
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    return ds


def grey(ds: pydicom.Dataset, rows: int, columns: int, bits: int) -> None:
    """The Image Pixel module of grey samples (PS3.3 C.7.6.3)."""
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows, ds.Columns = rows, columns
    ds.BitsAllocated = 16 if bits > 8 else 8
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = bits, bits - 1, 0


def write(folder: Path, name: str, ds: pydicom.Dataset) -> Path:
    """Save an object."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    stream = io.BytesIO()
    ds.save_as(stream, enforce_file_format=True)
    path.write_bytes(stream.getvalue())
    return path
