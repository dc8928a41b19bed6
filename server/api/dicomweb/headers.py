"""What the server needs of a DICOM file without its pixels."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID

from protocol.base import Uid
from server.api.dicomweb.structure import NotDicom, Truncated, Walker, has_prefix

_TAGS = [
    "SpecificCharacterSet",
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "PatientID",
    "PatientName",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
    "StudyID",
    "StudyDescription",
    "ReferringPhysicianName",
    "Modality",
    "SeriesNumber",
    "SeriesDescription",
    "InstanceNumber",
    "Rows",
    "Columns",
    "NumberOfFrames",
]
_DEFLATED = "1.2.840.10008.1.2.1.99"


@dataclass(frozen=True, slots=True)
class Header:
    """UIDs as in the file, and the values of the three tables."""

    sop_uid: Uid
    series_uid: Uid
    study_uid: Uid
    study: dict[str, Any]
    series: dict[str, Any]
    instance: dict[str, Any]


def read_header(file: Path) -> Header:
    """Raises `NotDicom` or `Truncated`; the file is whole when it answers."""
    if not has_prefix(file):
        raise NotDicom("there is no DICOM prefix at byte 128")
    try:
        with warnings.catch_warnings(), file.open("rb") as source:
            warnings.simplefilter("ignore")
            found = dcmread(source, stop_before_pixels=True, specific_tags=list(_TAGS))
            syntax = UID(found.file_meta.TransferSyntaxUID)
            if syntax != _DEFLATED:
                _check_whole(source, found, syntax)
            return _header(found, str(syntax))
    except (InvalidDicomError, AttributeError, KeyError, ValueError, TypeError) as error:
        raise NotDicom(f"it cannot be read as DICOM: {type(error).__name__}") from error
    except (EOFError, OSError) as error:
        raise Truncated("the file ends too early") from error


def _check_whole(source: Any, found: FileDataset, syntax: UID) -> None:
    # Group 2 says its own length (PS3.10 7.1): the data set begins right after it.
    length = found.file_meta.get("FileMetaInformationGroupLength")
    if length is None:
        raise NotDicom("the file meta information has no length")
    start = 128 + 4 + 12 + int(length)
    Walker(source, explicit=not syntax.is_implicit_VR, little=syntax.is_little_endian).check(start)


def _header(found: Dataset, syntax: str) -> Header:
    sop, series, study = (
        _uid(found, name) for name in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")
    )
    return Header(
        sop,
        series,
        study,
        study={
            "patient_id": _text(found, "PatientID"),
            "patient_name": _text(found, "PatientName"),
            "patient_birth_date": _text(found, "PatientBirthDate"),
            "patient_sex": _text(found, "PatientSex"),
            "study_date": _text(found, "StudyDate"),
            "study_time": _text(found, "StudyTime"),
            "accession_number": _text(found, "AccessionNumber"),
            "study_id": _text(found, "StudyID"),
            "description": _text(found, "StudyDescription"),
            "referring_physician": _text(found, "ReferringPhysicianName"),
        },
        series={
            "study_uid": study,
            "modality": _text(found, "Modality"),
            "number": _number(found, "SeriesNumber"),
            "description": _text(found, "SeriesDescription"),
        },
        instance={
            "sop_class": _text(found, "SOPClassUID"),
            "transfer_syntax": syntax,
            "number": _number(found, "InstanceNumber"),
            "rows": _number(found, "Rows"),
            "columns": _number(found, "Columns"),
            "frames": _number(found, "NumberOfFrames") or 1,
        },
    )


def _uid(found: Dataset, name: str) -> str:
    value = str(found.get(name, "")).strip()
    if not value or len(value) > 64 or not all(part.isdigit() for part in value.split(".")):
        raise NotDicom(f"{name} is absent or not a UID")
    return value


def _text(found: Dataset, name: str) -> str:
    value = found.get(name)
    return "" if value is None else str(value)[:256]


def _number(found: Dataset, name: str) -> int | None:
    value = found.get(name)
    try:
        return None if value is None or value == "" else int(value)
    except (TypeError, ValueError):
        return None
