"""The hospital's record: whom somebody looked for, what was read, and what a case carries of it."""

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import assert_never
from uuid import UUID

from app.net.emr.clinical import ClinicalRecord, PersonRead
from app.net.emr.gathering import Gathered
from app.net.emr.place import EmrServer
from app.session.queue import Load


class EmrProblem(Enum):
    """Why the record could not be had, or not be shared."""

    NOT_ADMITTED = auto()
    REFUSED = auto()
    UNREACHABLE = auto()
    TIMED_OUT = auto()
    UNTRUSTED = auto()
    NOT_UNDERSTOOD = auto()
    TWO_PATIENTS = auto()
    ANOTHER_PATIENT = auto()
    """The patient of the case is somebody else."""
    OTHER_IMAGES = auto()
    """The images of the case are somebody else's."""
    TOO_LARGE = auto()
    NO_MESSAGES = auto()
    """Files without a message that could be read."""
    NOT_SHARED = auto()
    """Our server did not take it."""
    RECORD_LEFT = auto()
    """What was to be written is for a record that is not read any more."""
    NOT_OF_CASE = auto()
    """What was to be written is not for the patient of the open case."""
    SIGN_IN_LATE = auto()
    SIGN_IN_REFUSED = auto()
    SIGN_IN_UNSAFE = auto()
    NO_BROWSER = auto()
    LAUNCH_ELSEWHERE = auto()
    """The hospital's program opened this one for a server that is not set up here, or where nobody
    signs in."""
    LAUNCH_NOBODY = auto()
    """It named no patient."""
    NO_KEY = auto()
    """The chosen file has no key this program signs with."""
    KEY_LOCKED = auto()
    NOT_REVOKED = auto()
    """Signed out here; the server may not know of it."""


@dataclass(frozen=True, slots=True)
class EmrTrouble:
    """`said` is what the hospital's server tells the person at the screen."""

    problem: EmrProblem
    status: int = 0
    said: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class FoundPatient:
    """`id` is the server's."""

    id: str
    person: PersonRead = field(repr=False)


@dataclass(frozen=True, slots=True)
class EmrSearch:
    """READY without patients where nobody has searched yet."""

    words: str = field(default="", repr=False)
    load: Load = Load.READY
    found: tuple[FoundPatient, ...] = ()
    more: bool = False
    unread: int = 0
    from_files: bool = False
    trouble: EmrTrouble | None = None


@dataclass(frozen=True, slots=True)
class EmrComing:
    """What has come of a record: to be shown, and for nothing else. `stopped`: no more will."""

    gathered: Gathered = field(repr=False)
    record: ClinicalRecord = field(repr=False)
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class EmrReading:
    """One patient's record on its way; `sharing` while what was chosen goes to the case.
    `gathered` and `record` are the whole, there when all of it has been read."""

    patient_id: str
    person: PersonRead = field(repr=False)
    done: int = 0
    parts: int = 0
    gathered: Gathered | None = field(default=None, repr=False)
    record: ClinicalRecord | None = field(default=None, repr=False)
    trouble: EmrTrouble | None = None
    sharing: bool = False
    filled: tuple[int, int] = (0, 0)
    """While it is shared: documents whose content has been seen to, of how many."""
    coming: EmrComing | None = None

    @property
    def going(self) -> bool:
        """Whether more may come."""
        stopped = self.coming is not None and self.coming.stopped
        return self.record is None and self.trouble is None and not stopped


@dataclass(frozen=True, slots=True)
class EmrTest:
    """Whether the server answers; running while neither good nor in trouble."""

    good: bool = False
    trouble: EmrTrouble | None = None


@dataclass(frozen=True, slots=True)
class EmrSigning:
    """Somebody is signing in at the hospital, in the browser; or why they could not."""

    trouble: EmrTrouble | None = None

    @property
    def going(self) -> bool:
        return self.trouble is None


@dataclass(frozen=True, slots=True)
class EmrEntering:
    """How far it is to write something into our own record by hand. `done` counts what got there:
    a form that waits for it closes when it is another number."""

    done: int = 0
    running: bool = False
    trouble: EmrTrouble | None = None


@dataclass(frozen=True, slots=True)
class SharedReading:
    """What a case carries, once it has been read of our server."""

    consultation_id: UUID
    sha256: str
    load: Load = Load.LOADING
    record: ClinicalRecord | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Emr:
    """`waiting`: cases whose record is kept here until there is a network."""

    server: EmrServer = EmrServer()
    search: EmrSearch = EmrSearch()
    reading: EmrReading | None = None
    test: EmrTest | None = None
    signing: EmrSigning | None = None
    entering: EmrEntering = EmrEntering()
    shared: SharedReading | None = None
    waiting: frozenset[UUID] = frozenset()

    @property
    def refused(self) -> "EmrReading | EmrSearch | None":
        """What was asked for last, where the hospital's server did not admit us."""
        asked = self.reading or self.search
        trouble = asked.trouble
        return asked if trouble and trouble.problem is EmrProblem.NOT_ADMITTED else None


@dataclass(frozen=True, slots=True)
class EmrConfigured:
    server: EmrServer


@dataclass(frozen=True, slots=True)
class EmrTested:
    test: EmrTest


@dataclass(frozen=True, slots=True)
class EmrSigned:
    """None: it is over, and well."""

    signing: EmrSigning | None


@dataclass(frozen=True, slots=True)
class EmrEntered:
    entering: EmrEntering


@dataclass(frozen=True, slots=True)
class EmrSearched:
    """The newest search, as far as it is; what was read of another patient goes with it."""

    search: EmrSearch


@dataclass(frozen=True, slots=True)
class EmrRead:
    """None: it is left."""

    reading: EmrReading | None


@dataclass(frozen=True, slots=True)
class SharedRecordRead:
    """None: the open case carries nothing."""

    shared: SharedReading | None


@dataclass(frozen=True, slots=True)
class RecordsWaiting:
    waiting: frozenset[UUID]


EmrFact = (
    EmrConfigured
    | EmrTested
    | EmrSigned
    | EmrEntered
    | EmrSearched
    | EmrRead
    | SharedRecordRead
    | RecordsWaiting
)


def reduce_emr(emr: Emr, fact: EmrFact) -> Emr:
    match fact:
        case EmrConfigured(server):
            return replace(emr, server=server, test=None, signing=_going(emr.signing))
        case EmrTested(test):
            return replace(emr, test=test, signing=_going(emr.signing))
        case EmrSigned(signing):
            return replace(emr, signing=signing, test=None)
        case EmrEntered(entering):
            return replace(emr, entering=entering)
        case EmrSearched(search):
            return replace(emr, search=search, reading=None, entering=_over(emr.entering))
        case EmrRead(reading):
            return replace(emr, reading=reading, entering=_over(emr.entering))
        case SharedRecordRead(shared):
            return replace(emr, shared=shared)
        case RecordsWaiting(waiting):
            return replace(emr, waiting=waiting)
        case _:
            assert_never(fact)


def _going(signing: EmrSigning | None) -> EmrSigning | None:
    """What went wrong with signing in is not told of what is tried after it."""
    return None if signing is None or signing.trouble is not None else signing


def _over(entering: EmrEntering) -> EmrEntering:
    """What went wrong with another record is not told of the next one."""
    return replace(entering, trouble=None)
