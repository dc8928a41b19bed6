"""What leaves the program at a client, told to the server for its audit trail (DICOM PS3.16 DCM
110106, "Export": data leave what the system controls)."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, ValidationError

from protocol.base import Message, Moment, Uid

MOST = 1_000_000


class ExportKind(StrEnum):
    PICTURES = "pictures"
    """What is seen, as pictures."""
    OBJECTS = "objects"
    """DICOM objects as they came."""
    CAPTURES = "captures"
    """Secondary captures of what is seen."""
    MARKS = "marks"
    """Marks and measurements as DICOM objects."""
    CURVES = "curves"
    DOCUMENT = "document"
    REPORT = "report"
    CASE = "case"
    """A case and its report, as resources of FHIR."""


class ExportTo(StrEnum):
    FILE = "file"
    PAPER = "paper"
    ARCHIVE = "archive"
    RECORD = "record"
    """The hospital's own."""


class Exported(Message):
    """`count` pictures, objects, pages, files or resources; `study_instance_uid` where all are of
    one study."""

    kind: ExportKind
    to: ExportTo
    count: Annotated[int, Field(ge=1, le=MOST)]
    study_instance_uid: Uid | None = None

    @classmethod
    def of(cls, kind: ExportKind, to: ExportTo, count: int, study: str = "") -> "Exported":
        """Never fails: a file's number that is none, as some devices give, is left out."""
        count = min(max(1, count), MOST)
        try:
            return cls(kind=kind, to=to, count=count, study_instance_uid=study or None)
        except ValidationError:
            return cls(kind=kind, to=to, count=count)


class ExportNote(Message):
    """One export, begun at `at` by the client's reckoning of the server's clock. `id` is told once,
    however often it is sent; without a case it was of none."""

    id: UUID
    at: Moment
    consultation_id: UUID | None = None
    exported: Exported
