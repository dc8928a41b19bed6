"""A generated CT series that looks like a body and belongs to nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.cli.demo.anatomy import paint_slice
from app.cli.demo.canvas import Canvas, make_noise
from app.cli.demo.identity import PatientIdentity

if TYPE_CHECKING:
    from pydicom import Dataset

SLICE_MM = 3.0
FIELD_MM = 384.0
NOISE_HU = 9.0
INTERCEPT = -1024
CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"


def phantom_slices(slices: int, size: int, seed: int = 20261121) -> NDArray[np.int16]:
    """(slices, size, size) HU; the same numbers for the same arguments."""
    spacing = FIELD_MM / size
    axis = ((np.arange(size) - (size - 1) / 2) * spacing).astype(np.float32)
    down = np.ascontiguousarray(np.broadcast_to(axis[:, None], (size, size)))
    generator = np.random.default_rng(seed)
    canvas = Canvas(axis, np.empty_like(down), down, make_noise(size, seed), 1.1 * spacing)
    volume = np.empty((slices, size, size), np.int16)
    for index in range(slices):
        hu = paint_slice(canvas, (index + 0.5) / slices)
        noisy = hu + _acquisition_noise(generator, size)
        volume[index] = np.clip(np.rint(noisy), -1024, 3071)
    return volume


def _acquisition_noise(generator: np.random.Generator, size: int) -> NDArray[np.float32]:
    """Slightly correlated like a soft reconstruction kernel leaves it."""
    import cv2

    white = generator.standard_normal((size, size), dtype=np.float32)
    soft = cv2.GaussianBlur(white, (0, 0), 0.75)
    return (soft * np.float32(NOISE_HU / 0.375)).astype(np.float32)


def write_ct_phantom(
    folder: Path, *, patient: PatientIdentity, slices: int = 120, size: int = 512
) -> list[Path]:
    """Write the series as CT Image Storage, Explicit VR Little Endian; answer its files in order.

    Raises:
        OSError: the folder cannot be written.
    """
    from pydicom.uid import generate_uid

    folder.mkdir(parents=True, exist_ok=True)
    uids = {name: str(generate_uid(prefix=None)) for name in ("study", "series", "frame")}
    paths: list[Path] = []
    for index, hu in enumerate(phantom_slices(slices, size)):
        dataset = _dataset(patient, uids, index, slices, size)
        dataset.SOPInstanceUID = generate_uid(prefix=None)
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        stored = (hu.astype(np.int32) - INTERCEPT).astype("<u2")
        dataset.PixelData = stored.tobytes()
        path = folder / f"CT{index + 1:04d}.dcm"
        dataset.save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths


def _dataset(
    patient: PatientIdentity, uids: dict[str, str], index: int, slices: int, size: int
) -> Dataset:
    from pydicom import Dataset
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import UID

    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = UID(CT_IMAGE_STORAGE)
    ds.file_meta.TransferSyntaxUID = UID(EXPLICIT_LITTLE)
    _general(ds, patient, uids)
    _plane(ds, uids, index, slices, size)
    _pixels(ds, size)
    return ds


def _general(ds: Dataset, patient: PatientIdentity, uids: dict[str, str]) -> None:
    """Patient, General Study, General Series, General Equipment (PS3.3 C.7.1–C.7.5)."""
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID = CT_IMAGE_STORAGE
    ds.PatientName, ds.PatientID = patient.name, patient.patient_id
    ds.PatientBirthDate, ds.PatientSex = patient.birth_date, patient.sex
    ds.PatientPosition = "HFS"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = uids["study"], uids["series"]
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = "20261121"
    ds.StudyTime = ds.SeriesTime = ds.AcquisitionTime = ds.ContentTime = "093000"
    ds.StudyID, ds.AccessionNumber = "1", ""
    ds.ReferringPhysicianName = ""
    ds.StudyDescription = "胸腹部CT增强"
    ds.SeriesDescription = "静脉期 3.0mm"
    ds.Modality, ds.SeriesNumber = "CT", 2
    ds.BodyPartExamined = "CHESTABDOMEN"
    ds.ProtocolName = "Chest/Abdomen"
    ds.Manufacturer, ds.ManufacturerModelName = "Huizhen", "Generated phantom"
    ds.InstitutionName = "示范县人民医院"
    ds.SoftwareVersions = "1"
    ds.Laterality = ""
    ds.PositionReferenceIndicator = ""
    ds.FrameOfReferenceUID = uids["frame"]


def _plane(ds: Dataset, uids: dict[str, str], index: int, slices: int, size: int) -> None:
    """General Image, Image Plane, CT Image (PS3.3 C.7.6.1, C.7.6.2, C.8.2.1)."""
    spacing, half = FIELD_MM / size, FIELD_MM / 2
    z = (slices - 1) * SLICE_MM / 2 - index * SLICE_MM
    corner = -half + spacing / 2
    ds.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
    ds.DerivationDescription = "Generated; no patient was imaged"
    ds.AcquisitionNumber, ds.InstanceNumber = 1, index + 1
    ds.ImagePositionPatient = [round(corner, 4), round(corner, 4), round(z, 4)]
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    ds.PixelSpacing = [round(spacing, 6), round(spacing, 6)]
    ds.SliceThickness, ds.SpacingBetweenSlices = SLICE_MM, SLICE_MM
    ds.SliceLocation = round(z, 4)
    ds.KVP, ds.XRayTubeCurrent, ds.ExposureTime = 120, 210, 500
    ds.ConvolutionKernel, ds.GantryDetectorTilt = "STANDARD", 0
    ds.ContrastBolusAgent = "Generated"
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = INTERCEPT, 1, "HU"
    ds.WindowCenter, ds.WindowWidth = [50, -600], [380, 1500]
    ds.WindowCenterWidthExplanation = ["纵隔窗", "肺窗"]


def _pixels(ds: Dataset, size: int) -> None:
    """Image Pixel (PS3.3 C.7.6.3)."""
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows = ds.Columns = size
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
