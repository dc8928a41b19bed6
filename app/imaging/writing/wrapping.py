"""Photographs, scans and PDF files of a clinic as DICOM objects, their content as it was.

A JPEG file stays the very compression it was; PNG files and photographs that must be turned upright
are compressed without loss. What a camera adds about itself and the place (Exif) is left out.
"""

from __future__ import annotations

import hashlib
import re
import threading
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

import numpy as np

from app.imaging.errors import DecodeError, MalformedError, PixelSizeError
from app.imaging.writing.jpeg_parts import JpegParts, read_jpeg
from app.imaging.writing.origin import MANUFACTURER, software_version, to_bytes
from protocol.patients import PatientText

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom import Dataset

MOST_PIXELS = 100_000_000
"""Of one photograph; a scan of A3 at 600 dots per inch has 70 million."""
MOST_BYTES = 256 << 20
_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_PDF = "1.2.840.10008.5.1.4.1.1.104.1"
_EXPLICIT, _JPEG, _JPEG_2000 = (
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.90",
)
_ONE_PDF = threading.Lock()
"""PDFium is not made for several threads."""
_SERIES = {"photographs": 801, "documents": 802}


class ForeignKind(Enum):
    """Files that are no DICOM objects and can become some."""

    JPEG = "jpeg"
    PNG = "png"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Wrapping:
    """For whom files are wrapped: the patient of a case, and the study that holds its files.

    `case` makes the UIDs, so that the same file of a case is the same object on every computer.
    """

    case: UUID
    patient: PatientText
    description: str

    def uid(self, *parts: str) -> str:
        """A UID below 2.25 (PS3.5 B.2), always the same for these parts."""
        who = (self.patient.name, self.patient.patient_id, self.patient.birth_date)
        return f"2.25.{uuid5(self.case, chr(0).join((*who, self.patient.sex, *parts))).int}"


def foreign_kind(head: bytes) -> ForeignKind | None:
    """What the first bytes of a file say it is."""
    if head.startswith(b"\xff\xd8\xff"):
        return ForeignKind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return ForeignKind.PNG
    if b"%PDF-" in head[:1024]:
        return ForeignKind.PDF
    return None


def wrap(data: bytes, kind: ForeignKind, name: str, taken: datetime, into: Wrapping) -> bytes:
    """A Part 10 file: Secondary Capture (PS3.3 A.8.1) or Encapsulated PDF (A.45.1).

    `name` is the file's without its ending; `taken` when it was last written. The same arguments
    give the same bytes.

    Raises:
        PixelSizeError: more pixels or bytes than are taken in.
        DecodeError: a picture that cannot be read, or ends early.
        MalformedError: a PDF file that is none, or asks for a password.
    """
    if len(data) > MOST_BYTES:
        raise PixelSizeError("The file is too large to be sent with a case.")
    ds = _common(data, name, taken, into)
    if kind is ForeignKind.PDF:
        _as_document(ds, data, name, into)
    else:
        _as_capture(ds, data, kind, into)
    return to_bytes(ds)


def _common(data: bytes, name: str, taken: datetime, into: Wrapping) -> Dataset:
    from pydicom import Dataset
    from pydicom.dataset import FileMetaDataset

    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName, ds.PatientID = into.patient.name, into.patient.patient_id
    ds.PatientBirthDate, ds.PatientSex = into.patient.birth_date, into.patient.sex
    ds.StudyInstanceUID = into.uid("study")
    ds.SOPInstanceUID = into.uid("file", hashlib.sha256(data).hexdigest())
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.StudyDescription = into.description[:64]
    ds.StudyID = ds.AccessionNumber = ds.ReferringPhysicianName = ds.Laterality = ""
    # All files of a case are one study, which must say one date: there is none that holds for all.
    ds.StudyDate = ds.StudyTime = ""
    ds.ContentDate, ds.ContentTime = taken.strftime("%Y%m%d"), taken.strftime("%H%M%S")
    ds.InstanceNumber = _number(name)
    ds.Manufacturer = ds.ManufacturerModelName = MANUFACTURER
    ds.SoftwareVersions = software_version()
    return ds


def _number(name: str) -> str:
    """The last number in a file's name: cameras and scanners count there."""
    found = re.findall(r"\d{1,9}", name)
    return found[-1] if found else "1"


def _as_document(ds: Dataset, data: bytes, name: str, into: Wrapping) -> None:
    import pypdfium2
    from pydicom.uid import UID

    try:
        with _ONE_PDF:
            pypdfium2.PdfDocument(data).close()
    except pypdfium2.PdfiumError as error:
        raise MalformedError("The PDF file is damaged or asks for a password.") from error
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = UID(_PDF)
    ds.file_meta.TransferSyntaxUID = UID(_EXPLICIT)
    ds.Modality, ds.ConversionType = "DOC", "SD"
    ds.SeriesInstanceUID = into.uid("series", "document", ds.SOPInstanceUID)
    ds.SeriesNumber = _SERIES["documents"]
    ds.SeriesDescription = ds.DocumentTitle = name[:64]
    ds.BurnedInAnnotation = "YES"
    ds.AcquisitionDateTime = ds.ContentDate + ds.ContentTime
    ds.ConceptNameCodeSequence = []
    ds.MIMETypeOfEncapsulatedDocument = "application/pdf"
    ds.EncapsulatedDocumentLength = len(data)
    ds.EncapsulatedDocument = data + b"\0" * (len(data) % 2)


def _as_capture(ds: Dataset, data: bytes, kind: ForeignKind, into: Wrapping) -> None:
    from pydicom.uid import UID

    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = UID(_CAPTURE)
    ds.Modality, ds.ConversionType = "OT", "DI" if kind is ForeignKind.JPEG else "WSD"
    ds.SeriesInstanceUID = into.uid("series", "photographs")
    ds.SeriesNumber, ds.SeriesDescription = _SERIES["photographs"], into.description[:64]
    ds.PatientOrientation = []
    ds.BurnedInAnnotation = "YES"  # nobody has looked: a photograph of a film shows the name
    parts = read_jpeg(data) if kind is ForeignKind.JPEG else None
    _require_bounded(*((parts.rows, parts.columns) if parts is not None else _png_size(data)))
    if parts is not None:
        ds.LossyImageCompression = "01"
        ds.LossyImageCompressionMethod = "ISO_10918_1"
    if parts is not None and parts.is_upright and parts.is_baseline:
        _keep_jpeg(ds, parts)
    else:
        _compress(ds, _decoded(data))
    if parts is not None:
        raw = ds.Rows * ds.Columns * ds.SamplesPerPixel
        ds.LossyImageCompressionRatio = f"{raw / len(data):.2f}"


def _png_size(data: bytes) -> tuple[int, int]:
    """Rows and columns of the header (PNG 11.2.2)."""
    return int.from_bytes(data[20:24], "big"), int.from_bytes(data[16:20], "big")


def _require_bounded(rows: int, columns: int) -> None:
    """Nothing is decoded that does not say how large it is, nor when it says it is huge."""
    if not rows or not columns:
        raise DecodeError("The picture does not say how large it is.")
    if rows * columns > MOST_PIXELS or max(rows, columns) > 0xFFFF:
        raise PixelSizeError("The picture is too large to be sent with a case.")


def _keep_jpeg(ds: Dataset, parts: JpegParts) -> None:
    from pydicom.encaps import encapsulate
    from pydicom.uid import UID

    _require_whole(parts.bare)
    ds.file_meta.TransferSyntaxUID = UID(_JPEG)
    _describe(ds, parts.rows, parts.columns, parts.samples)
    if parts.samples == 3:
        ds.PhotometricInterpretation = parts.photometric
    ds.PixelData = encapsulate([parts.bare])
    ds["PixelData"].is_undefined_length = True


def _require_whole(jpeg: bytes) -> None:
    import imagecodecs

    if b"\xff\xd9" not in jpeg[-64:]:  # a decoder fills up what is missing with grey
        raise DecodeError("The picture is damaged or ends early.")
    try:
        imagecodecs.jpeg8_decode(jpeg)
    except imagecodecs.Jpeg8Error as error:
        raise DecodeError("The picture is damaged or ends early.") from error


def _decoded(data: bytes) -> NDArray[np.uint8]:
    """(rows, columns) or (rows, columns, 3) RGB, upright, 8 bits."""
    import cv2

    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise DecodeError("The picture is damaged or ends early.")
    rgb = np.asarray(pixels[..., ::-1], np.uint8)
    is_grey = bool((rgb[..., 0] == rgb[..., 1]).all() and (rgb[..., 0] == rgb[..., 2]).all())
    return np.ascontiguousarray(rgb[..., 0] if is_grey else rgb)


def _compress(ds: Dataset, pixels: NDArray[np.uint8]) -> None:
    import imagecodecs
    from pydicom.encaps import encapsulate
    from pydicom.uid import UID

    colour = pixels.ndim == 3
    stream = imagecodecs.jpeg2k_encode(pixels, codecformat="j2k", reversible=True, mct=colour)
    ds.file_meta.TransferSyntaxUID = UID(_JPEG_2000)
    _describe(ds, pixels.shape[0], pixels.shape[1], 3 if colour else 1)
    if colour:
        ds.PhotometricInterpretation = "YBR_RCT"
    ds.PixelData = encapsulate([bytes(stream)])
    ds["PixelData"].is_undefined_length = True


def _describe(ds: Dataset, rows: int, columns: int, samples: int) -> None:
    """Image Pixel (PS3.3 C.7.6.3)."""
    ds.Rows, ds.Columns, ds.SamplesPerPixel = rows, columns, samples
    ds.PhotometricInterpretation = "MONOCHROME2" if samples == 1 else "RGB"
    if samples == 3:
        ds.PlanarConfiguration = 0
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit, ds.PixelRepresentation = 7, 0
