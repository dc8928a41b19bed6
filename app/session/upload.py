"""Images on their way to the server; nothing is done before the server has verified it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
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
    confirmed: int = 0
    """Bytes of it that the server is known to have, while it is not there whole."""

    @property
    def bytes_left(self) -> int:
        open_stages = (ImageStage.WAITING, ImageStage.SENDING)
        return max(0, self.size - self.confirmed) if self.stage in open_stages else 0


@dataclass(frozen=True, slots=True)
class StudyUpload:
    """One study of one case; `paused` while the network is away, or the server is full."""

    consultation_id: UUID
    study_instance_uid: str
    description: str
    modalities: tuple[str, ...]
    images: tuple[ImageUpload, ...]
    verified: bool = False
    paused: bool = False
    server_full: bool = False
    cancelled: bool = False
    bytes_per_second: float = 0.0
    others: int = 0
    """Images of the study that the server holds besides: it cannot be verified without them."""
    account_id: UUID | None = None
    """Whose it is: nobody else's session sends it. None: whoever signs in."""
    tally: Counter[ImageStage] = field(init=False, compare=False, repr=False)
    bytes_left: int = field(init=False, compare=False, repr=False)
    percent: int = field(init=False, compare=False, repr=False)
    """Of the bytes that are to go; images that were refused are not."""

    def __post_init__(self) -> None:
        """Counted once: a study may have 20,000 images, and every fact draws the screen anew."""
        left = sum(image.bytes_left for image in self.images)
        total = sum(one.size for one in self.images if one.stage is not ImageStage.REFUSED)
        object.__setattr__(self, "tally", Counter(image.stage for image in self.images))
        object.__setattr__(self, "bytes_left", left)
        object.__setattr__(self, "percent", 100 * (total - left) // total if total else 0)

    def count(self, *stages: ImageStage) -> int:
        return sum(self.tally[stage] for stage in stages)

    def is_of(self, account_id: UUID | None) -> bool:
        """Whether this account's session sends it; None asks for nobody in particular."""
        return account_id is None or self.account_id in (None, account_id)


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
    """Files being read for a case before they are sent; nothing is read while it waits its turn."""

    id: UUID
    consultation_id: UUID
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class ImportEnded:
    """This import has ended, and what it left out."""

    id: UUID
    consultation_id: UUID
    unreadable: tuple[LeftOutFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Uploads:
    """`imports` in the order they were begun; `unreadable` are files the newest imports of a case
    left out."""

    studies: tuple[StudyUpload, ...] = ()
    progress: tuple[StudyProgress, ...] = ()
    imports: tuple[ImportProgressed, ...] = ()
    unreadable: tuple[tuple[UUID, tuple[LeftOutFile, ...]], ...] = ()

    def of_case(self, consultation_id: UUID) -> tuple[StudyUpload, ...]:
        return tuple(s for s in self.studies if s.consultation_id == consultation_id)

    @property
    def importing(self) -> tuple[int, int] | None:
        """(done, total) of all imports that run or wait, whichever case they are for."""
        return _summed(self.imports)

    def importing_of(self, consultation_id: UUID) -> tuple[int, int] | None:
        """(done, total) of the imports of one case; None when nothing is read for it."""
        return _summed(one for one in self.imports if one.consultation_id == consultation_id)

    def left_of(self, account_id: UUID | None) -> int:
        """Images that the session of this account has still to send."""
        return sum(
            one.count(ImageStage.WAITING, ImageStage.SENDING)
            for one in self.studies
            if one.is_of(account_id)
        )

    def unreadable_of(self, consultation_id: UUID) -> tuple[LeftOutFile, ...]:
        return dict(self.unreadable).get(consultation_id, ())


UploadFact = UploadChanged | UploadRemoved | ImportProgressed | ImportEnded | StudyProgressed


def reduce_uploads(uploads: Uploads, fact: UploadFact) -> Uploads:
    match fact:
        case UploadChanged(upload):
            key = (upload.consultation_id, upload.study_instance_uid)
            known = any(_key(study) == key for study in uploads.studies)
            studies = tuple(upload if _key(s) == key else s for s in uploads.studies)
            return replace(uploads, studies=studies if known else (*uploads.studies, upload))
        case UploadRemoved(consultation_id, uid):
            left = tuple(s for s in uploads.studies if _key(s) != (consultation_id, uid))
            return replace(uploads, studies=left)
        case ImportProgressed():
            return _import_progressed(uploads, fact)
        case ImportEnded(id_, consultation_id, unreadable):
            imports = tuple(one for one in uploads.imports if one.id != id_)
            before = uploads.unreadable_of(consultation_id)
            told = _with_unreadable(uploads, consultation_id, (*before, *unreadable))
            return replace(uploads, imports=imports, unreadable=told)
        case StudyProgressed():
            told_of = fact.progress
            same = (told_of.consultation_id, told_of.study_instance_uid)
            rest = tuple(
                p for p in uploads.progress if (p.consultation_id, p.study_instance_uid) != same
            )
            return replace(uploads, progress=(*rest, told_of))
        case _:
            assert_never(fact)


def _import_progressed(uploads: Uploads, fact: ImportProgressed) -> Uploads:
    if any(one.id == fact.id for one in uploads.imports):
        imports = tuple(fact if one.id == fact.id else one for one in uploads.imports)
        return replace(uploads, imports=imports)
    unreadable = uploads.unreadable
    if uploads.importing_of(fact.consultation_id) is None:  # else those of one step stay together
        unreadable = _with_unreadable(uploads, fact.consultation_id, ())
    return replace(uploads, imports=(*uploads.imports, fact), unreadable=unreadable)


def _with_unreadable(
    uploads: Uploads, consultation_id: UUID, files: tuple[LeftOutFile, ...]
) -> tuple[tuple[UUID, tuple[LeftOutFile, ...]], ...]:
    others = tuple(one for one in uploads.unreadable if one[0] != consultation_id)
    return (*others, (consultation_id, files)) if files else others


def _summed(imports: Iterable[ImportProgressed]) -> tuple[int, int] | None:
    found = tuple(imports)
    if not found:
        return None
    return sum(one.done for one in found), sum(one.total for one in found)


def _key(study: StudyUpload) -> tuple[UUID, str]:
    return study.consultation_id, study.study_instance_uid
