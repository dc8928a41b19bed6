"""The demo's CT phantom as several series, and as it was some months before."""

from pathlib import Path
from typing import Any

import pydicom
from pydicom.uid import generate_uid

from app.cli.demo.identity import PatientIdentity
from app.cli.demo.phantom import write_ct_phantom
from tests.looks.material.objects import PATIENT

WHO = PatientIdentity(
    PATIENT["PatientName"],
    PATIENT["PatientID"],
    PATIENT["PatientSex"],
    PATIENT["PatientBirthDate"],
)
SLICES, SIZE = 24, 320
KERNELS = (
    ("肺 1.0mm B70", -600, 1500),
    ("骨 1.0mm B60", 300, 1500),
    ("动脉期 3.0mm", 120, 500),
)


def write_ct(folder: Path, *, slices: int = SLICES, size: int = SIZE) -> list[Path]:
    """One series of chest and upper abdomen."""
    return write_ct_phantom(folder, patient=WHO, slices=slices, size=size)


def write_kernels(folder: Path) -> None:
    """The same slices as four series in one study."""
    for path in write_ct(folder):
        for number, (name, center, width) in enumerate(KERNELS, start=3):
            ds = pydicom.dcmread(path)
            ds.SeriesInstanceUID = f"{ds.SeriesInstanceUID}.{number}"[:64]
            ds.SeriesNumber, ds.SeriesDescription = number, name
            ds.WindowCenter, ds.WindowWidth = center, width
            del ds.WindowCenterWidthExplanation
            _save(ds, folder / f"{number}-{path.name}")


def write_before(folder: Path, date: str) -> None:
    """A study of that date, in a space of its own."""
    for path in write_ct(folder):
        ds = pydicom.dcmread(path)
        ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = date
        _save(ds, path)


def _save(ds: Any, path: Path) -> None:
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = generate_uid(None)
    ds.save_as(path, enforce_file_format=True)
