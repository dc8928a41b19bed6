"""What the window and the transfer process say to each other (JSON lines, see `app.ipc`).

But for `PatientFound` and the messages of intake nothing here names a patient: studies and images
are told by their UIDs and numbers. File names of the clinic's disk go down as paths to import and
come back only in `ImportEnded`, for the person who chose them.
"""

from base64 import b64decode, b64encode
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, TypeAdapter

from app.store.chosen import Chosen
from app.store.files_of import FilesOf
from app.transfer.intake_messages import IntakeCommand, IntakeEvent
from app.transfer.place_messages import ImagesPlaced, ThumbnailArrived
from app.transfer.reasons import ImageReason
from app.transfer.recording_messages import RecordingEvent, SendRecordings
from protocol.base import Message, Moment, Uid, new_id

if TYPE_CHECKING:
    from app.net.device import DeviceCertificate


class ImageStage(StrEnum):
    """Nothing counts as done before the server has verified it."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    VERIFIED = "verified"
    REFUSED = "refused"


# --- commands ------------------------------------------------------------------------------


class Open(Message):
    """First of all: the folder for spool and cache, and the key (base64) that seals both. The media
    process keeps recordings of calls in the folder `recordings`, under the same key.

    `key_lasts` is false where the key is gone with this run: then nothing is received."""

    kind: Literal["open"] = "open"
    folder: Path
    recordings: Path | None = None
    store_key: str = Field(repr=False)
    key_lasts: bool = True


class ShownDevice(Message):
    """The certificate of this computer (base64 of the file) and its passphrase."""

    data: str = Field(repr=False)
    secret: str = Field(repr=False)

    @classmethod
    def of(cls, device: "DeviceCertificate | None") -> Self | None:
        if device is None:
            return None
        return cls(data=b64encode(device.data).decode(), secret=device.secret)

    def read(self) -> "DeviceCertificate":
        """Raises `DeviceUnusable`."""
        from app.net.device import read_device  # the window's side of the transfer loads no TLS

        return read_device(b64decode(self.data), self.secret)


class UseSession(Message):
    """The server, the pinned CA (PEM, empty for the system's), and a token pair of scope
    `transfer`; the process renews its own access token from then on."""

    kind: Literal["use-session"] = "use-session"
    server: str
    ca_pem: str = ""
    device: ShownDevice | None = None
    refresh_token: str = Field(repr=False)
    account_id: UUID


class EndSession(Message):
    """Signed out: nothing is fetched until the next `use-session`. `when_done`: the session ends
    once what is in the outbox has been sent with it; else at once, and the outbox stays."""

    kind: Literal["end-session"] = "end-session"
    when_done: bool = False


class Import(Message):
    """Reads files and folders, copies every usable object sealed into the outbox, declares the
    studies to the server as soon as it can, and sends them. Photographs and PDF files that are
    named themselves (not those in a folder) become objects of `files_of`.

    `inbox_studies` are taken from the inbox besides; with `chosen` files of others stay.
    `with_loss`: somebody chose that pictures may lose a little to be smaller. It is on the disk
    when the first `ImportProgress` of this `id` answers; told twice it is begun once."""

    kind: Literal["import"] = "import"
    id: UUID = Field(default_factory=new_id)
    consultation_id: UUID
    paths: tuple[Path, ...] = ()
    files_of: FilesOf | None = None
    inbox_studies: tuple[Uid, ...] = ()
    chosen: tuple[Chosen, ...] = ()
    with_loss: bool = False
    account_id: UUID | None = None
    """Whose it is, also before there is a session to send it with."""


class CancelImport(Message):
    """Takes back every import of a case that runs or waits."""

    kind: Literal["cancel-import"] = "cancel-import"
    consultation_id: UUID


class CancelUpload(Message):
    """Stops sending a study, and takes it out of the outbox and of the case. `whole` is false where
    the case was submitted: it keeps what went with it, and the inbox says so."""

    kind: Literal["cancel-upload"] = "cancel-upload"
    consultation_id: UUID
    study_instance_uid: Uid
    whole: bool = True


class GoWithout(Message):
    """The images of a study that the server refused do not go with the case."""

    kind: Literal["go-without"] = "go-without"
    consultation_id: UUID
    study_instance_uid: Uid


class NetworkBack(Message):
    """The window's connection came back: try again now instead of after the pause."""

    kind: Literal["network-back"] = "network-back"


class LimitTransfers(Message):
    """So many bytes of images a second at most, while a call needs the line; None: no limit."""

    kind: Literal["limit-transfers"] = "limit-transfers"
    bytes_per_second: int | None = Field(ge=1)


class Fetch(Message):
    """Lists a study of a case and fetches its instances into the sealed cache."""

    kind: Literal["fetch"] = "fetch"
    consultation_id: UUID
    study_instance_uid: Uid


class Prefer(Message):
    """These instances next, in this order: what the viewer is about to show. Somebody sits before
    the empty place of the one that is `waited_for`."""

    kind: Literal["prefer"] = "prefer"
    study_instance_uid: Uid
    sop_instance_uids: tuple[Uid, ...]
    waited_for: Uid | None = None


class StopFetching(Message):
    kind: Literal["stop-fetching"] = "stop-fetching"
    study_instance_uid: Uid


class Quit(Message):
    """Ends at once; `when_done` finishes the uploads first (the window closed)."""

    kind: Literal["quit"] = "quit"
    when_done: bool = False


TransferCommand = (
    Open
    | UseSession
    | EndSession
    | Import
    | CancelImport
    | CancelUpload
    | GoWithout
    | NetworkBack
    | LimitTransfers
    | Fetch
    | Prefer
    | StopFetching
    | SendRecordings
    | Quit
)
Command = Annotated[TransferCommand | IntakeCommand, Field(discriminator="kind")]
COMMANDS: TypeAdapter[Command] = TypeAdapter(Command)


# --- events --------------------------------------------------------------------------------


class Ready(Message):
    """The process runs; `pending_uploads` of an earlier run are told as `UploadState` after
    `open`."""

    kind: Literal["ready"] = "ready"


class ImportProgress(Message):
    """An import is kept and outlives a crash from its first telling on; nothing is read while it
    waits its turn."""

    kind: Literal["import-progress"] = "import-progress"
    id: UUID
    consultation_id: UUID
    done: int
    total: int


class LeftOut(Message):
    """A file that is not a usable object: its name on the clinic's disk, and why; the screen
    chooses the words."""

    name: str
    code: ImageReason


class PatientFound(Message):
    """Whom the imported pictures are of, so that the window can warn when it is not the case's."""

    patient_name: str
    patient_id: str
    sex: str
    birth_date: str


class ImportEnded(Message):
    kind: Literal["import-ended"] = "import-ended"
    id: UUID
    consultation_id: UUID
    imported: int
    left_out: tuple[LeftOut, ...] = ()
    patients: tuple[PatientFound, ...] = ()
    cancelled: bool = False


class ImageState(Message):
    sop_instance_uid: Uid
    number: int = Field(description="place in the study, from 1")
    size: int
    stage: ImageStage
    code: ImageReason | None = None
    confirmed: int = Field(0, description="bytes that the server is known to have")


class UploadState(Message):
    """The newest state of one study's upload; told at most ten times a second, and at its end.

    `declared` is false until the server may know what will come, and of a cancelled study again
    when the server has forgotten it; `verified` only when the server
    has said that every declared instance is there with the declared hash.
    """

    kind: Literal["upload-state"] = "upload-state"
    consultation_id: UUID
    study_instance_uid: Uid
    description: str
    modalities: tuple[str, ...]
    images: tuple[ImageState, ...]
    account_id: UUID | None = None
    declared: bool
    verified: bool
    paused: bool
    server_full: bool = False
    """It is paused because the server has no room."""
    others: int = 0
    """Images of the study that the server holds and no case declares: it will not verify the study
    before they are with it."""
    cancelled: bool
    bytes_per_second: float


class RemoteInstance(Message):
    """One instance as the server lists it (QIDO-RS, PS3.18 10.6)."""

    sop_instance_uid: Uid
    series_instance_uid: Uid
    instance_number: int | None
    number_of_frames: int
    modality: str
    series_description: str


class StudyListed(Message):
    """What a study has; a long list comes in parts, of which each but the first is `continued`."""

    kind: Literal["study-listed"] = "study-listed"
    consultation_id: UUID
    study_instance_uid: Uid
    instances: tuple[RemoteInstance, ...]
    continued: bool = False


class FetchProgress(Message):
    """How far a study is; told at most twice a second. `bytes_left` is what is still to come of it,
    by the mean size of those that came; None while nobody can know it."""

    kind: Literal["fetch-progress"] = "fetch-progress"
    study_instance_uid: Uid
    total: int
    arrived: int
    failed: int
    bytes_per_second: float
    bytes_left: float | None
    listed: bool = True
    """False where the server could not be asked how many there are."""
    without_centre: bool = False
    """An edge has listed them, which could not ask its centre: there may be more."""
    as_of: Moment | None = None
    """When the centre was asked last; None where only what waits at the edge is known."""


class InstanceArrived(Message):
    """Sealed at `path` (see `app.store.sealed`) with the SOP Instance UID as purpose."""

    kind: Literal["instance-arrived"] = "instance-arrived"
    study_instance_uid: Uid
    sop_instance_uid: Uid
    path: Path


class InstanceComing(Message):
    """A beginning that is enough for a coarse picture (`app.imaging.coming`), sealed as a whole
    instance is; a later one is longer. The file goes when the instance has arrived or failed."""

    kind: Literal["instance-coming"] = "instance-coming"
    study_instance_uid: Uid
    sop_instance_uid: Uid
    path: Path


class FetchFailed(Message):
    """This instance, or the whole study where it is empty, cannot be had now."""

    kind: Literal["fetch-failed"] = "fetch-failed"
    study_instance_uid: Uid
    sop_instance_uid: str = ""
    code: ImageReason


class FetchEnded(Message):
    """Every listed instance has arrived or failed."""

    kind: Literal["fetch-ended"] = "fetch-ended"
    study_instance_uid: Uid
    arrived: int
    failed: int


class SessionOver(Message):
    """The transfer session was ended by the server: the window must give a new one."""

    kind: Literal["session-over"] = "session-over"


class Trouble(Message):
    """Something that concerns the whole process."""

    kind: Literal["trouble"] = "trouble"
    what: Literal["disk-full", "server-untrusted", "store-damaged"]


Event = Annotated[
    Ready
    | ImportProgress
    | ImportEnded
    | UploadState
    | StudyListed
    | ImagesPlaced
    | FetchProgress
    | ThumbnailArrived
    | InstanceComing
    | InstanceArrived
    | FetchFailed
    | FetchEnded
    | SessionOver
    | IntakeEvent
    | RecordingEvent
    | Trouble,
    Field(discriminator="kind"),
]
EVENTS: TypeAdapter[Event] = TypeAdapter(Event)
