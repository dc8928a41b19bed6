"""Small objects that are no pictures, made for a test, as bytes."""

import io
from collections.abc import Sequence
from typing import Any

import pydicom
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

GENERAL_ECG = "1.2.840.10008.5.1.4.1.1.9.1.2"
TWELVE_LEAD_ECG = "1.2.840.10008.5.1.4.1.1.9.1.1"
HEMODYNAMIC = "1.2.840.10008.5.1.4.1.1.9.2.1"
BASIC_TEXT = "1.2.840.10008.5.1.4.1.1.88.11"
COMPREHENSIVE = "1.2.840.10008.5.1.4.1.1.88.33"
KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"
ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"
ENCAPSULATED_CDA = "1.2.840.10008.5.1.4.1.1.104.2"
ENCAPSULATED_STL = "1.2.840.10008.5.1.4.1.1.104.3"


def instance(sop_class: str, syntax: str = ExplicitVRLittleEndian, **attributes: Any) -> bytes:
    """An object of a class with a patient, a study, and `attributes` by keyword."""
    ds = pydicom.Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = UID(sop_class)
    ds.file_meta.TransferSyntaxUID = UID(syntax)
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID, ds.Modality = sop_class, "OT"
    ds.PatientName, ds.PatientID = "Li^Na=李^娜", "T-1"
    ds.PatientSex, ds.PatientBirthDate = "F", "19800101"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "2.25.1", "2.25.9"
    ds.SOPInstanceUID = generate_uid(None)
    ds.StudyDate, ds.InstanceNumber = "20261121", 7
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    stream = io.BytesIO()
    little = syntax != "1.2.840.10008.1.2.2"
    if little:
        ds.save_as(stream, enforce_file_format=True)
    else:
        ds.save_as(stream, enforce_file_format=True, little_endian=False, implicit_vr=False)
    return stream.getvalue()


def code(value: str, scheme: str = "99T", meaning: str = "") -> pydicom.Dataset:
    """One coded concept."""
    item = pydicom.Dataset()
    item.CodeValue, item.CodingSchemeDesignator = value, scheme
    item.CodeMeaning = meaning or value
    return item


def item(**attributes: Any) -> pydicom.Dataset:
    """A sequence item."""
    made = pydicom.Dataset()
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    return made


def channel(name: str = "Lead I", unit: str = "uV", **attributes: Any) -> pydicom.Dataset:
    """A channel of 1 µV a step unless told otherwise."""
    defaults: dict[str, Any] = {
        "ChannelSourceSequence": [code(name, meaning=name)],
        "ChannelSensitivity": 1,
        "ChannelSensitivityUnitsSequence": [code(unit, "UCUM")],
        "ChannelSensitivityCorrectionFactor": 1,
        "ChannelBaseline": 0,
        "WaveformBitsStored": 16,
    }
    return item(**{**defaults, **attributes})


def group(
    data: bytes, channels: Sequence[pydicom.Dataset], samples: int, **attributes: Any
) -> pydicom.Dataset:
    """A multiplex group of 16-bit signed samples at 500 Hz unless told otherwise."""
    defaults: dict[str, Any] = {
        "WaveformOriginality": "ORIGINAL",
        "NumberOfWaveformChannels": len(channels),
        "NumberOfWaveformSamples": samples,
        "SamplingFrequency": 500,
        "ChannelDefinitionSequence": list(channels),
        "WaveformBitsAllocated": 16,
        "WaveformSampleInterpretation": "SS",
    }
    made = item(**{**defaults, **attributes})
    made.add_new("WaveformData", "OB" if made.WaveformBitsAllocated == 8 else "OW", data)
    return made


def content(kind: str, name: str = "", relationship: str = "CONTAINS", **more: Any) -> Any:
    """A content item."""
    made = item(ValueType=kind, RelationshipType=relationship, **more)
    if name:
        made.ConceptNameCodeSequence = [code(name)]
    return made


def measured(value: str, unit: str) -> list[pydicom.Dataset]:
    """A Measured Value Sequence."""
    return [item(NumericValue=value, MeasurementUnitsCodeSequence=[code(unit, "UCUM")])]


def referenced(uid: str, *frames: int, sop_class: str = "1.2.840.10008.5.1.4.1.1.2") -> Any:
    """A Referenced SOP Sequence."""
    made = item(ReferencedSOPClassUID=sop_class, ReferencedSOPInstanceUID=uid)
    if frames:
        made.ReferencedFrameNumber = list(frames)
    return [made]


def report(*children: pydicom.Dataset, sop_class: str = COMPREHENSIVE, **attributes: Any) -> bytes:
    """A report with these content items below its root."""
    defaults: dict[str, Any] = {
        "Modality": "SR",
        "ValueType": "CONTAINER",
        "ConceptNameCodeSequence": [code("Report")],
        "ContentSequence": list(children),
        "ContentDate": "20261121",
        "ContentTime": "140500",
    }
    return instance(sop_class, **{**defaults, **attributes})
