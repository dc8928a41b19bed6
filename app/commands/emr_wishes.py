"""What a person wants of the hospital's record, and of what a case carries of it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from app.net.emr.clinical import Section
from app.net.emr.documents import DocumentContent, DocumentKind, words_of
from app.net.emr.entering import NewEntry
from app.net.emr.place import EmrServer

__all__ = ["DocumentContent", "DocumentKind", "Section", "words_of"]


@dataclass(frozen=True, slots=True)
class WishFindPatient:
    """By name or number."""

    words: str

    def __repr__(self) -> str:
        return "WishFindPatient(…)"


@dataclass(frozen=True, slots=True)
class WishReadPatient:
    """One of those found; `patient_id` is the server's."""

    patient_id: str


@dataclass(frozen=True, slots=True)
class WishReadHl7:
    """The patients of HL7 v2 files, instead of the server's."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class WishReadReceived:
    """The patients of HL7 v2 messages that came in, whose name or number has these words."""

    words: str

    def __repr__(self) -> str:
        return "WishReadReceived(…)"


@dataclass(frozen=True, slots=True)
class WishStopReading:
    """No more is asked for; what has come stays on the screen, as a part."""


@dataclass(frozen=True, slots=True)
class WishLeavePatient:
    """Lets go what was read."""


@dataclass(frozen=True, slots=True)
class WishShareRecord:
    """What was read goes with the case, as far as it was chosen. `compared`: somebody says that it
    is this patient's, where that is not certain. `since`: what was over before that day stays
    behind. `contents`: documents go with what they say."""

    consultation_id: UUID
    chosen: tuple[Section, ...]
    compared: bool = False
    since: date | None = None
    contents: bool = False


@dataclass(frozen=True, slots=True)
class WishTakeBackRecord:
    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishReadShared:
    """What the open case carries is read again."""


@dataclass(frozen=True, slots=True)
class WishShowStudy:
    """An imaging study of the record that is among the images of the case."""

    study_instance_uid: str


@dataclass(frozen=True, slots=True)
class WishStopSharing:
    """What was chosen stays here, unless the server has it already."""


@dataclass(frozen=True, slots=True)
class WishOpenDocument:
    """A document of the record. `at_hospital`: it is being read where it lies, and content that is
    not with it can be fetched."""

    content: DocumentContent
    at_hospital: bool = False


@dataclass(frozen=True, slots=True)
class WishEnterPatient:
    """The patient of a case, which must still be open, gets a record of their own, where we keep
    it."""

    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishEnter:
    """Something by hand into the record of this patient, who must still be read; `patient_id` is
    the server's."""

    patient_id: str
    entry: NewEntry


@dataclass(frozen=True, slots=True)
class WishTakeBackEntry:
    """An entry of the record of this patient was wrong: `name` is its type and id."""

    patient_id: str
    name: str


@dataclass(frozen=True, slots=True)
class WishEndEntry:
    """A problem or medicine of the record of this patient is over: since `at`, a FHIR dateTime,
    empty where nobody knows since when."""

    patient_id: str
    name: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class WishCorrectPatient:
    """Who this record is of is said as the case says it: somebody has compared the two."""

    patient_id: str
    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishTestEmr:
    """`key`: a file with the key that admits; `secret` is then its password."""

    server: EmrServer
    secret: str = ""
    key: Path | None = None

    def __repr__(self) -> str:
        return "WishTestEmr(…)"


@dataclass(frozen=True, slots=True)
class WishSaveEmr:
    """`secret` empty and no `key`: the one before stays. `key` as of `WishTestEmr`."""

    server: EmrServer
    secret: str = ""
    key: Path | None = None

    def __repr__(self) -> str:
        return "WishSaveEmr(…)"


@dataclass(frozen=True, slots=True)
class WishSignInEmr:
    """These settings hold, and somebody signs in at the hospital, in the browser."""

    server: EmrServer


@dataclass(frozen=True, slots=True)
class WishCancelEmrSignIn:
    """Nobody is waited for any more."""


@dataclass(frozen=True, slots=True)
class WishSignOutEmr:
    """This computer forgets who signed in at the hospital."""


@dataclass(frozen=True, slots=True)
class WishWriteAgain:
    """What waits for the hospital is tried now; `whose` is the patient's number there."""

    consultation_id: UUID
    whose: str = ""

    def __repr__(self) -> str:
        return "WishWriteAgain(…)"


@dataclass(frozen=True, slots=True)
class WishWriteOver:
    """What the hospital changed meanwhile is written over."""

    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishLeaveWrites:
    """What the hospital does not take is given up."""

    consultation_id: UUID


EmrWish = (
    WishFindPatient
    | WishReadPatient
    | WishReadHl7
    | WishReadReceived
    | WishStopReading
    | WishStopSharing
    | WishLeavePatient
    | WishShareRecord
    | WishTakeBackRecord
    | WishReadShared
    | WishShowStudy
    | WishOpenDocument
    | WishEnterPatient
    | WishEnter
    | WishTakeBackEntry
    | WishEndEntry
    | WishCorrectPatient
    | WishTestEmr
    | WishSaveEmr
    | WishSignInEmr
    | WishCancelEmrSignIn
    | WishSignOutEmr
    | WishWriteAgain
    | WishWriteOver
    | WishLeaveWrites
)
