"""Images on their way to the server; nothing is done before the server has verified it."""

from dataclasses import dataclass
from enum import Enum
from typing import assert_never
from uuid import UUID

from app.transfer.reasons import ImageReason
from protocol.imaging import StudyProgress
from protocol.socket import StudyProgressed

LeftOutFile = tuple[str, ImageReason]
"""The name of a file on the clinic's disk, and why it was not taken."""


class ImageStage(Enum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    VERIFIED = "verified"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImageUpload:
    """One instance; `label` is a number in the study, never a name."""

    sop_instance_uid: str
    label: str
    size: int
    stage: ImageStage = ImageStage.WAITING
    code: ImageReason | None = None


@dataclass(frozen=True, slots=True)
class StudyUpload:
    """One study of one case; `paused` while the network is away."""

    consultation_id: UUID
    study_instance_uid: str
    description: str
    modalities: tuple[str, ...]
    images: tuple[ImageUpload, ...]
    verified: bool = False
    paused: bool = False
    cancelled: bool = False
    bytes_per_second: float = 0.0

    def count(self, *stages: ImageStage) -> int:
        return sum(image.stage in stages for image in self.images)

    @property
    def bytes_left(self) -> int:
        open_stages = (ImageStage.WAITING, ImageStage.SENDING)
        return sum(image.size for image in self.images if image.stage in open_stages)


@dataclass(frozen=True, slots=True)
class UploadChanged:
    """The transfer process tells the newest state of one study."""

    upload: StudyUpload


@dataclass(frozen=True, slots=True)
class UploadRemoved:
    consultation_id: UUID
    study_instance_uid: str


@dataclass(frozen=True, slots=True)
class ImportProgressed:
    """Files being read before they are sent."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ImportEnded:
    unreadable: tuple[LeftOutFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Uploads:
    studies: tuple[StudyUpload, ...] = ()
    progress: tuple[StudyProgress, ...] = ()
    importing: tuple[int, int] | None = None
    unreadable: tuple[LeftOutFile, ...] = ()

    def of_case(self, consultation_id: UUID) -> tuple[StudyUpload, ...]:
        return tuple(s for s in self.studies if s.consultation_id == consultation_id)


UploadFact = UploadChanged | UploadRemoved | ImportProgressed | ImportEnded | StudyProgressed


def reduce_uploads(uploads: Uploads, fact: UploadFact) -> Uploads:
    match fact:
        case UploadChanged(upload):
            key = (upload.consultation_id, upload.study_instance_uid)
            known = any(_key(study) == key for study in uploads.studies)
            studies = tuple(upload if _key(s) == key else s for s in uploads.studies)
            return _replace(uploads, studies=studies if known else (*uploads.studies, upload))
        case UploadRemoved(consultation_id, uid):
            left = tuple(s for s in uploads.studies if _key(s) != (consultation_id, uid))
            return _replace(uploads, studies=left)
        case ImportProgressed(done, total):
            return Uploads(uploads.studies, uploads.progress, (done, total), ())
        case ImportEnded(unreadable):
            return Uploads(uploads.studies, uploads.progress, None, unreadable)
        case StudyProgressed():
            told = fact.progress
            same = (told.consultation_id, told.study_instance_uid)
            rest = tuple(
                p for p in uploads.progress if (p.consultation_id, p.study_instance_uid) != same
            )
            return Uploads(uploads.studies, (*rest, told), uploads.importing, uploads.unreadable)
        case _:
            assert_never(fact)


def _key(study: StudyUpload) -> tuple[UUID, str]:
    return study.consultation_id, study.study_instance_uid


def _replace(uploads: Uploads, *, studies: tuple[StudyUpload, ...]) -> Uploads:
    return Uploads(studies, uploads.progress, uploads.importing, uploads.unreadable)
