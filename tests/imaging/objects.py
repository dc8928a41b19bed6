"""Small DICOM objects made for a test, as bytes."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    ExplicitVRLittleEndian,
    generate_uid,
)
from pydicom.uid import (
    GrayscaleSoftcopyPresentationStateStorage as GrayscaleSoftcopyPresentationState,
)


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


def altered(data: bytes, change: Callable[[pydicom.Dataset], None]) -> bytes:
    """The object after `change`, written again."""
    ds = pydicom.dcmread(io.BytesIO(data), force=True)
    change(ds)
    stream = io.BytesIO()
    ds.save_as(stream)
    return stream.getvalue()


def with_overlay(data: bytes, bits: NDArray[np.bool_], group: int = 0x6000, **more: Any) -> bytes:
    """The object with an overlay plane; `bits` (rows, columns) or (frames, rows, columns).

    `more`: origin, kind, frames, frame_origin, label.
    """
    packed = np.packbits(bits.ravel(), bitorder="little").tobytes()

    def change(ds: pydicom.Dataset) -> None:
        ds.add_new((group, 0x0010), "US", bits.shape[-2])
        ds.add_new((group, 0x0011), "US", bits.shape[-1])
        ds.add_new((group, 0x0040), "CS", more.get("kind", "G"))
        ds.add_new((group, 0x0050), "SS", more.get("origin", [1, 1]))
        ds.add_new((group, 0x0100), "US", 1)
        ds.add_new((group, 0x0102), "US", 0)
        if "frames" in more:
            ds.add_new((group, 0x0015), "IS", more["frames"])
        if "frame_origin" in more:
            ds.add_new((group, 0x0051), "US", more["frame_origin"])
        if "label" in more:
            ds.add_new((group, 0x1500), "LO", more["label"])
        ds.add_new((group, 0x3000), "OB", packed + b"\0" * (len(packed) % 2))

    return altered(data, change)


def state_for(data: bytes, **attributes: Any) -> bytes:
    """A grey presentation state for the first frame object `data`, with an identity shape."""
    image = pydicom.dcmread(io.BytesIO(data), stop_before_pixels=True)
    ds = pydicom.Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = GrayscaleSoftcopyPresentationState
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = generate_uid(None)
    ds.Modality, ds.ContentLabel = "PR", "TEST"
    reference, series = item(ReferencedSOPClassUID=image.SOPClassUID), pydicom.Dataset()
    reference.ReferencedSOPInstanceUID = image.SOPInstanceUID
    series.ReferencedImageSequence = [reference]
    ds.ReferencedSeriesSequence = [series]
    ds.PresentationLUTShape = "IDENTITY"
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    stream = io.BytesIO()
    ds.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def item(**attributes: Any) -> pydicom.Dataset:
    """One item of a sequence."""
    found = pydicom.Dataset()
    for keyword, value in attributes.items():
        setattr(found, keyword, value)
    return found
