"""Small DICOM files for tests, and sending them as STOW-RS."""

import hashlib
import io
from typing import Any
from uuid import uuid4

import httpx
import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from protocol import paths
from tests.server.people import Someone


def ct_slice(study: str, series: str, number: int = 1, size: int = 32) -> Dataset:
    """One slice with a gradient, as a scanner would write it.

    Some values need more than BitsStored, so that no lossless form takes them.
    """
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = CTImageStorage
    made.SOPClassUID = CTImageStorage
    made.SOPInstanceUID = generate_uid()
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    made.SpecificCharacterSet = "ISO_IR 192"
    made.StudyInstanceUID, made.SeriesInstanceUID = study, series
    made.PatientName, made.PatientID = "何^小溪", "QS-2026-0042"
    made.PatientBirthDate, made.PatientSex = "19580402", "F"
    made.StudyDate, made.StudyTime, made.AccessionNumber = "20260105", "083000", "A1"
    made.StudyID, made.StudyDescription, made.ReferringPhysicianName = "1", "Chest", ""
    made.Modality, made.SeriesNumber, made.SeriesDescription = "CT", 1, "Axial"
    made.InstanceNumber = number
    made.Rows = made.Columns = size
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated, made.BitsStored, made.HighBit = 16, 12, 11
    made.PixelRepresentation = 0
    made.RescaleSlope, made.RescaleIntercept = 1, -1024
    made.WindowCenter, made.WindowWidth = 40, 400
    pixels = np.arange(size * size, dtype=np.uint16).reshape(size, size) % 4096
    made.PixelData = (pixels + number).astype("<u2").tobytes()
    return made


def file_bytes(dataset: Dataset) -> bytes:
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def new_study(count: int = 3, size: int = 32) -> list[Dataset]:
    study, series = generate_uid(), generate_uid()
    return [ct_slice(study, series, number, size) for number in range(1, count + 1)]


def manifest(slices: list[Dataset], files: list[bytes]) -> dict[str, Any]:
    return {
        "study_instance_uid": slices[0].StudyInstanceUID,
        "modalities": ["CT"],
        "description": "Chest",
        "instances": [
            {
                "sop_instance_uid": one.SOPInstanceUID,
                "series_instance_uid": one.SeriesInstanceUID,
                "sha256": hashlib.sha256(data).hexdigest(),
                "size": len(data),
            }
            for one, data in zip(slices, files, strict=True)
        ],
    }


def multipart(files: list[bytes], content_type: str = "application/dicom") -> tuple[bytes, str]:
    """A multipart/related body and its Content-Type."""
    boundary = uuid4().hex
    head = f"--{boundary}\r\nContent-Type: {content_type}\r\n\r\n".encode()
    body = b"".join(head + data + b"\r\n" for data in files) + f"--{boundary}--\r\n".encode()
    return body, f'multipart/related; type="application/dicom"; boundary={boundary}'


def stow(someone: Someone, files: list[bytes], study: str | None = None) -> httpx.Response:
    body, content_type = multipart(files)
    path = f"{paths.DICOMWEB}/studies" + ("" if study is None else f"/{study}")
    return someone.http.post(path, content=body, headers={"content-type": content_type})


def declare(someone: Someone, case_id: str, slices: list[Dataset], files: list[bytes]) -> Any:
    answer = someone.send(
        "PUT",
        paths.STUDY,
        manifest(slices, files),
        consultation_id=case_id,
        study_instance_uid=slices[0].StudyInstanceUID,
    )
    assert answer.status_code == 200, answer.text
    return answer.json()
