"""Small DICOM objects made for a test, as bytes."""

import io
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid


def ct_object(pixels: NDArray[np.int16], **attributes: Any) -> bytes:
    """A CT slice with `pixels` as stored values; `attributes` by keyword override the rest."""
    ds = pydicom.Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = CTImageStorage
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID, ds.Modality = CTImageStorage, "CT"
    ds.PatientName, ds.PatientID = "Li^Na=李^娜", "T-1"
    ds.PatientSex, ds.PatientBirthDate = "F", "19800101"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "2.25.1", "2.25.2"
    ds.SOPInstanceUID = generate_uid(None)
    ds.SeriesDescription, ds.SeriesNumber, ds.InstanceNumber = "Test", 1, 1
    ds.Rows, ds.Columns = pixels.shape
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 16, 15
    ds.PixelRepresentation = 1
    ds.RescaleSlope, ds.RescaleIntercept = 1, 0
    ds.PixelData = pixels.astype("<i2").tobytes()
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    stream = io.BytesIO()
    ds.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def ramp(rows: int = 32, columns: int = 48) -> NDArray[np.int16]:
    """Values from -1000 upwards, each pixel another one."""
    return (np.arange(rows * columns) - 1000).reshape(rows, columns).astype(np.int16)
