"""What window and transfer process say about intake: inbox, receiver, archives, previews.

These messages name patients, for a doctor must see whose pictures have come. They cross one pipe
between two processes of one user, and are never logged.
"""

from enum import StrEnum
from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.net.mllp_tls import TlsFault
from app.net.studies import FoundStudy, StudyQuery
from app.store.archive_entry import ToArchive
from app.store.chosen import Chosen
from app.store.intake_settings import IntakeSettings, Pacs
from app.transfer.reasons import ImageReason
from protocol.base import Message, Moment, Uid


class PacsProblem(StrEnum):
    """Why an archive or a device did not do what was asked; the words are the screen's."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed-out"
    NOT_ADMITTED = "not-admitted"
    NOT_OFFERED = "not-offered"
    REFUSED = "refused"
    UNKNOWN_DESTINATION = "unknown-destination"
    NOT_UNDERSTOOD = "not-understood"
    UNTRUSTED = "untrusted"
    NOT_SIGNED_IN = "not-signed-in"
    RECEIVER_OFF = "receiver-off"
    NO_ROOM = "no-room"
    UNEXPECTED = "unexpected"


# --- commands ------------------------------------------------------------------------------


class Configure(Message):
    """The settings that hold from now on; `passwords` by the id of a PACS."""

    kind: Literal["configure"] = "configure"
    settings: IntakeSettings
    passwords: dict[str, str] = Field(default_factory=dict, repr=False)


class WorklistEntry(Message):
    """The patient of a case in preparation, as DICOM has them."""

    consultation_id: UUID
    patient_name: str
    patient_id: str
    birth_date: str
    sex: str
    accession_number: str
    study_instance_uid: Uid
    description: str


class OfferWorklist(Message):
    """All entries that are offered from now on."""

    kind: Literal["offer-worklist"] = "offer-worklist"
    entries: tuple[WorklistEntry, ...]


class RemoveStudies(Message):
    """Takes studies out of the inbox; what a case has of them stays."""

    kind: Literal["remove-studies"] = "remove-studies"
    study_instance_uids: tuple[Uid, ...]


class SettleStudies(Message):
    """Somebody says that all images of these studies are in the inbox."""

    kind: Literal["settle-studies"] = "settle-studies"
    study_instance_uids: tuple[Uid, ...]


class ForgetLost(Message):
    """Removes the images of the inbox that this run's key does not open."""

    kind: Literal["forget-lost"] = "forget-lost"


class TakeFiles(Message):
    """Copies files, folders and archives into the inbox."""

    kind: Literal["take-files"] = "take-files"
    job: UUID
    paths: tuple[Path, ...]
    chosen: tuple[Chosen, ...] = ()


class Look(Message):
    """Reads what there is without taking anything."""

    kind: Literal["look"] = "look"
    job: UUID
    paths: tuple[Path, ...]


class TestPacs(Message):
    """Whether an archive answers (C-ECHO, or a DICOMweb search for nothing)."""

    __test__ = False
    kind: Literal["test-pacs"] = "test-pacs"
    job: UUID
    pacs: Pacs
    password: str = Field("", repr=False)
    calling: str = "HUIZHEN"


class SearchPacs(Message):
    """Studies of an archive."""

    kind: Literal["search-pacs"] = "search-pacs"
    job: UUID
    pacs_id: UUID
    query: StudyQuery


class RetrieveStudy(Message):
    """Fetches a study into the inbox; `images` is what the archive says it has."""

    kind: Literal["retrieve-study"] = "retrieve-study"
    job: UUID
    pacs_id: UUID
    study_instance_uid: Uid
    images: int | None = None


class SendToArchive(Message):
    """Something was put into the outbox of archives (`app.store.archive_outbox`)."""

    kind: Literal["send-to-archive"] = "send-to-archive"


class StopJob(Message):
    kind: Literal["stop-job"] = "stop-job"
    job: UUID


IntakeCommand = (
    Configure
    | OfferWorklist
    | RemoveStudies
    | SettleStudies
    | ForgetLost
    | TakeFiles
    | Look
    | TestPacs
    | SearchPacs
    | RetrieveStudy
    | SendToArchive
    | StopJob
)


# --- events --------------------------------------------------------------------------------


class InboxPerson(Message):
    name: str
    patient_id: str
    birth_date: str
    sex: str


class InboxRow(Message):
    """One study as the inbox shows it."""

    study_instance_uid: Uid
    patients: tuple[InboxPerson, ...]
    description: str
    study_date: str
    accession_number: str
    modalities: tuple[str, ...]
    images: int
    size: int
    expected: int | None
    conflicts: int
    source: str
    last_at: Moment
    attached: tuple[UUID, ...]
    attached_images: int = 0
    attached_each: tuple[int, ...] = ()
    """How many of the images each case of `attached` has."""
    lost: int = 0
    """Images that could not be read where they came from, or were refused as they came in."""
    unplaced: int = 0
    """Files that came with them and could not be read."""
    broke_off: bool = False
    arriving: bool = False
    """A device that has sent some of it is still connected: more may come."""


class LostStudy(Message):
    """Images of an earlier run whose key is gone; `source` as of the inbox, empty where unknown."""

    images: int
    source: str
    last_at: Moment | None


class InboxState(Message):
    """The whole inbox, the newest first; told at most once a second."""

    kind: Literal["inbox-state"] = "inbox-state"
    studies: tuple[InboxRow, ...]
    lost: tuple[LostStudy, ...] = ()
    refused: tuple[tuple[str, int], ...] = ()
    """Images that were not taken and whose study is not here, by their sender."""


class Hl7State(Message):
    """What the receiver of HL7 messages does now; `port` 0: it does not listen."""

    port: int = 0
    port_taken: bool = False
    certificate_unusable: bool = False
    encrypted: bool = False
    expires: Moment | None = None
    """When this computer's certificate does."""
    days_left: int = 0
    """Until then, when this was told; below 0: it has expired."""
    came: int = 0
    """Since the start of the program."""
    refused: tuple[str, ...] = ()
    """Addresses that may not send and tried, the newest last."""
    faults: tuple[tuple[str, TlsFault], ...] = ()
    """Addresses that may send and did not agree on TLS, and why, the newest last."""


class IntakeState(Message):
    """What the receiver and the watched folder do now."""

    kind: Literal["intake-state"] = "intake-state"
    listening: bool
    port: int = 0
    port_taken: bool = False
    refused: tuple[str, ...] = ()
    """Callers that were not admitted since the start, as `AE@address`, the newest last."""
    rejected: tuple[tuple[str, str], ...] = ()
    """Who asked for which kind of object that is not taken, the newest last."""
    watching: bool = False
    folder_gone: bool = False
    taken: int = 0
    left: int = 0
    """Files of the watched folder that are no DICOM objects and stay where they are."""
    archives: int = 0
    """ZIP files of the watched folder, which are not opened by themselves."""
    damaged: int = 0
    """Files of the watched folder that are cut off or broken."""
    doubled: int = 0
    """Files of the watched folder with the identity of another image that is here."""
    hl7: Hl7State = Hl7State()


class JobEnded(Message):
    """A test of an archive, or a copying of files, has ended."""

    kind: Literal["job-ended"] = "job-ended"
    job: UUID
    problem: PacsProblem | None = None
    status: int = 0
    taken: int = 0
    left_out: tuple[tuple[str, ImageReason], ...] = ()


class PacsAnswered(Message):
    """The answer to `SearchPacs`. `unread` answers named no study; `limited`: there are more."""

    kind: Literal["pacs-answered"] = "pacs-answered"
    job: UUID
    studies: tuple[FoundStudy, ...] = ()
    limited: bool = False
    unread: int = 0
    problem: PacsProblem | None = None
    status: int = 0


class RetrieveProgress(Message):
    """How far a study is. When `ended`, `arrived` of `expected` images are in the inbox; fewer is
    an incomplete study, whatever the archive says of itself."""

    kind: Literal["retrieve-progress"] = "retrieve-progress"
    job: UUID
    study_instance_uid: Uid
    arrived: int
    expected: int | None
    failed: int = 0
    bytes_per_second: float = 0.0
    seconds_left: float | None = None
    """At this speed, if the images that are missing are as large as those that came."""
    ended: bool = False
    stopped: bool = False
    problem: PacsProblem | None = None
    status: int = 0


class LookedStudy(Message):
    study_instance_uid: Uid
    description: str
    study_date: str
    modalities: tuple[str, ...]
    images: int
    size: int
    chosen: Chosen
    """What must be chosen to take these pictures and nobody else's."""


class LookedPatient(Message):
    person: InboxPerson
    studies: tuple[LookedStudy, ...]


class Looked(Message):
    """What `Look` has found up to now; all of it when `ended`. `foreign` counts photographs and
    documents that become objects of the case's patient."""

    kind: Literal["looked"] = "looked"
    job: UUID
    done: int
    total: int
    patients: tuple[LookedPatient, ...] = ()
    foreign: int = 0
    left_out: tuple[tuple[str, ImageReason], ...] = ()
    left_out_count: int = 0
    ended: bool = False


class ArchiveTold(Message):
    """What became of a report that goes to an archive. Without a problem it is there; with one it
    is tried again by itself."""

    kind: Literal["archive-told"] = "archive-told"
    entry: ToArchive
    archive: str
    problem: PacsProblem | None = None
    status: int = 0
    gone: bool = False
    """The archive was taken out of the settings, and the report is not sent there any more."""


IntakeEvent = (
    InboxState | IntakeState | JobEnded | PacsAnswered | RetrieveProgress | Looked | ArchiveTold
)
