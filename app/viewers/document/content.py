"""What a document instance turns out to be; read in a thread, shown in the GUI's."""

from __future__ import annotations

from dataclasses import dataclass

from app.imaging.attributes import text
from app.imaging.dataset import open_object
from app.imaging.document import (
    DocumentKind,
    EncapsulatedDocument,
    document_text,
    read_document,
)
from app.imaging.errors import MalformedError, PixelError
from app.imaging.key_objects import KeyObjects, is_key_objects, key_objects_of
from app.imaging.structured_report import StructuredReport, read_report
from app.viewers.document.guarded import GuardedPdf
from app.viewers.document.pdf import ProtectedError

STRUCTURED_REPORT = "1.2.840.10008.5.1.4.1.1.88."
ENCAPSULATED = "1.2.840.10008.5.1.4.1.1.104."


@dataclass(frozen=True, slots=True)
class PdfContent:
    """A PDF with its bytes for the copy."""

    document: EncapsulatedDocument
    pdf: GuardedPdf


@dataclass(frozen=True, slots=True)
class TextContent:
    """The readable text of a clinical document."""

    document: EncapsulatedDocument
    text: str


@dataclass(frozen=True, slots=True)
class ReportContent:
    """A structured report; `key_objects` where it selects key images."""

    report: StructuredReport
    key_objects: KeyObjects | None


@dataclass(frozen=True, slots=True)
class UnshownContent:
    """Something that is here and is not shown: `document` where there is a copy to save."""

    sop_class_uid: str
    document: EncapsulatedDocument | None


Content = PdfContent | TextContent | ReportContent | UnshownContent


def read_content(data: bytes) -> Content:
    """Find out what an object is and read it.

    Raises:
        ImagingError: as `open_object`, `read_document`, `read_report`, `GuardedPdf`. A PDF that is
            protected is not shown and can be copied.
    """
    obj = open_object(data)
    uid = text(obj.dataset, "SOPClassUID")
    if uid.startswith(STRUCTURED_REPORT):
        report = read_report(obj)
        return ReportContent(report, key_objects_of(report) if is_key_objects(uid) else None)
    if not uid.startswith(ENCAPSULATED):
        return UnshownContent(uid, None)
    document = read_document(obj)
    match document.kind:
        case DocumentKind.PDF:
            try:
                return PdfContent(document, GuardedPdf(document.data))
            except ProtectedError:
                return UnshownContent(uid, document)
            except PixelError as error:
                raise MalformedError("The PDF is damaged.") from error
        case DocumentKind.CDA:
            return TextContent(document, document_text(document))
        case _:
            return UnshownContent(uid, document)
