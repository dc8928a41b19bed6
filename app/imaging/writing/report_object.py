"""A signed report as an Encapsulated PDF (PS3.3 A.45.1), the very bytes that were signed."""

import io
from datetime import datetime
from uuid import UUID

from app.imaging.writing.origin import to_bytes
from app.imaging.writing.wrapping import ForeignKind, Wrapping, wrap
from protocol.patients import PatientText

SERIES_NUMBER = 803
CONSULT_NOTE = ("11488-4", "LN", "Consult note")
"""LOINC."""


def report_object(
    pdf: bytes,
    *,
    case: UUID,
    patient: PatientText,
    study_instance_uid: str,
    number: str,
    version: int,
    signed_at: datetime,
) -> bytes:
    """A Part 10 file in the study that was reported, or in one of its own where that is empty.

    The same report gives the same object, on whatever computer it is made.

    Raises MalformedError: these bytes are no PDF.
    """
    from pydicom import Dataset, dcmread

    into = Wrapping(case, patient, "会诊报告")
    ds = dcmread(io.BytesIO(wrap(pdf, ForeignKind.PDF, number, signed_at, into)))
    # Laid out anew it has other bytes, and is the same report.
    ds.SOPInstanceUID = into.uid("report", f"{number} {version}")
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.SeriesInstanceUID = into.uid("reports", number)
    if study_instance_uid:
        ds.StudyInstanceUID = study_instance_uid
        del ds.StudyDescription  # the archive knows what its study is called
    ds.SeriesNumber, ds.SeriesDescription = SERIES_NUMBER, "会诊报告"
    ds.DocumentTitle = f"会诊报告 {number}"
    ds.InstanceNumber = version
    ds.VerificationFlag = "VERIFIED"
    ds.InstanceCreationDate, ds.InstanceCreationTime = ds.ContentDate, ds.ContentTime
    kind = Dataset()
    kind.CodeValue, kind.CodingSchemeDesignator, kind.CodeMeaning = CONSULT_NOTE
    ds.ConceptNameCodeSequence = [kind]
    return to_bytes(ds)
