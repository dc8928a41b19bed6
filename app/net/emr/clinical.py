"""A patient's record as the screen needs it, whatever server or file it came from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from functools import cached_property

from app.net.emr.documents import DocumentContent
from app.net.emr.times import latest_of


class Section(Enum):
    """In the order a doctor reads."""

    PROBLEMS = auto()
    ALLERGIES = auto()
    MEDICATIONS = auto()
    LABORATORY = auto()
    VITALS = auto()
    OBSERVATIONS = auto()
    """Findings that are neither: smoking, scores, answers."""
    IMAGING = auto()
    REPORTS = auto()
    ENCOUNTERS = auto()
    PROCEDURES = auto()
    DOCUMENTS = auto()
    IMMUNISATIONS = auto()
    FAMILY = auto()


SECTION_OF: dict[str, Section] = {
    "Condition": Section.PROBLEMS,
    "AllergyIntolerance": Section.ALLERGIES,
    "MedicationRequest": Section.MEDICATIONS,
    "MedicationStatement": Section.MEDICATIONS,
    "Observation": Section.OBSERVATIONS,
    "ImagingStudy": Section.IMAGING,
    "DiagnosticReport": Section.REPORTS,
    "Encounter": Section.ENCOUNTERS,
    "Procedure": Section.PROCEDURES,
    "DocumentReference": Section.DOCUMENTS,
    "Immunization": Section.IMMUNISATIONS,
    "FamilyMemberHistory": Section.FAMILY,
}
"""Where a type stands; an Observation moves to LABORATORY or VITALS by what it is."""


class Lack(StrEnum):
    """Why something of a record is not there. The values are those of R4 IssueType that come
    nearest, for it travels in an OperationOutcome."""

    FORBIDDEN = "forbidden"
    NOT_SUPPORTED = "not-supported"
    BUSY = "throttled"
    NO_ANSWER = "timeout"
    FAILED = "exception"
    TOO_LARGE = "too-costly"
    NOT_SHARED = "suppressed"
    """The clinic chose so."""
    EARLIER = "business-rule"
    """The clinic chose a period: `number` entries were over before the day `said`."""
    NOT_TOLD = "not-found"
    """The source says nothing of the kind: messages, or a Bundle that says not what it lacks."""
    MORE = "incomplete"
    """There may be more at the hospital than was read."""
    NOBODYS = "required"
    """Entries that do not say whose they are."""
    DOUBLED = "conflict"
    """Two that differ came under one id."""
    MERGED = "duplicate"
    """Another number was merged into this patient; what stands under it may not be here."""
    UNREADABLE = "structure"


PARTLY = (Lack.MORE, Lack.EARLIER, Lack.NOBODYS, Lack.UNREADABLE, Lack.DOUBLED)
"""Something of the kind is there; the others are of a kind of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is not in a record. `kind` is a FHIR type or, of what was not shared, the name of a
    `Section`; `said` the words of who refused; `number` a status of HTTP, or how many."""

    kind: str
    why: Lack
    said: str = ""
    number: int = 0


class Flag(Enum):
    """How a value stands to what is usual (HL7 v2 table 0078)."""

    LOW = auto()
    HIGH = auto()
    CRITICAL_LOW = auto()
    CRITICAL_HIGH = auto()
    ABNORMAL = auto()
    CRITICAL = auto()
    """Neither low nor high: critically abnormal."""


@dataclass(frozen=True, slots=True)
class Result:
    """One measured thing. `number` is None where the value is words; `key` is the same for the same
    thing at another time in the same unit."""

    key: str
    title: str
    number: float | None
    text: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    usual: str = ""
    """The reference range as people read it."""
    flag: Flag | None = None
    derived: bool = False
    """The flag is ours, from the reference range: the laboratory gave none."""
    remarks: tuple[str, ...] = ()
    """What the source says beside the value that is no flag: codes of table 0078, or words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement of the record.

    `at` is the time as the source wrote it (FHIR dateTime: YYYY[-MM[-DD[Thh:mm:ss+zz:zz]]]), empty
    where it says none; `order` sorts by it. `code` is the status in FHIR's words.
    """

    id: str
    section: Section
    title: str
    at: str = ""
    ended: str = ""
    """When it was over, where the source tells from when to when it was."""
    order: str = ""
    code: str = ""
    active: bool = True
    notes: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    group: str = ""
    """The panel a result belongs to."""
    critical: bool = False
    """An allergy whose criticality is high."""
    reservations: tuple[str, ...] = ()
    """Codes of FHIR that turn or weaken it: not to be given, proposed, unconfirmed, not done."""
    negates: bool = False
    """Says that there is none: no known allergy."""
    study_instance_uid: str = ""
    images: int = 0
    """Of an imaging study."""
    contents: tuple[DocumentContent, ...] = ()
    """Of a document, as far as it lies in the record and can be shown."""


@dataclass(frozen=True, slots=True)
class PersonRead:
    """Who a FHIR Patient is; `names` as people write them, Chinese family name first."""

    names: tuple[str, ...] = ()
    sex: str = ""
    """FHIR AdministrativeGender."""
    birth_date: str = ""
    identifiers: tuple[str, ...] = ()
    phone: str = ""
    deceased: bool = False
    photograph: bytes = field(default=b"", repr=False)
    """JPEG or PNG, not decoded; empty where there is none. It stays at the clinic."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A FHIR type of which more may come. `read`: how many are there; `total`: how many there are,
    as the server says, 0 where it does not."""

    kind: str
    read: int = 0
    total: int = 0


CANCELLED = ("cancelled", "entered-in-error")

_MEASURING = (Section.LABORATORY, Section.VITALS, Section.OBSERVATIONS)
_FEEDS = {
    **{kind: (section,) for kind, section in SECTION_OF.items()},
    "Observation": _MEASURING,
    "DiagnosticReport": (Section.REPORTS, *_MEASURING),
    "Medication": (Section.MEDICATIONS,),
    "Specimen": _MEASURING,
}
"""Where a type is seen: a report says of values that a laboratory found them."""

Found = list[tuple[Entry, Result]]
"""One measured thing at all times, oldest first."""


@dataclass(frozen=True, eq=False)
class ClinicalRecord:
    """Read from resources. Nothing goes by silently: what is not among the entries is counted.

    A record equals itself alone: thousands of entries are not compared where somebody waits. What
    is made of all of them is made once, by `prepared` before it is shown.
    """

    person: PersonRead = PersonRead()
    dated_at: str = ""
    entries: tuple[Entry, ...] = ()
    unread: int = 0
    """Resources that say nothing this program understands."""
    in_error: int = 0
    """Entered in error by the source, so not shown."""
    dangling: int = 0
    """References to what is not there."""
    gaps: tuple[Gap, ...] = ()
    own: bool = False
    """The clinic keeps it itself, there is no hospital's."""
    unfinished: tuple[Unfinished, ...] = ()
    """What more may come of, while it is read."""

    def of(self, section: Section) -> tuple[Entry, ...]:
        return self._sections.get(section, ())

    def coming(self, section: Section | None) -> tuple[Unfinished, ...]:
        """What more may come of that is seen in a section; None: in any."""
        seen = (one for one in self.unfinished if section is None or section in _FEEDS[one.kind])
        return tuple(seen)

    def courses(self, section: Section) -> dict[str, Found]:
        """What was measured, each thing by a key that is the same at other times."""
        return self._courses[section]

    def in_words(self, section: Section) -> tuple[Entry, ...]:
        """What says something in words; not a panel whose values stand in its members."""
        return self._in_words[section]

    @cached_property
    def by_date(self) -> tuple[Entry, ...]:
        """Of all sections the newest first; what says no time stands last."""
        entries = sorted(self.entries, key=lambda one: one.order, reverse=True)
        groups = {one.group for one in entries}
        return tuple(one for one in entries if one.results or one.notes or one.title not in groups)

    def prepared(self) -> "ClinicalRecord":
        """Itself, with all of this made: for a thread."""
        _ = self.by_date, self._courses, self._in_words
        return self

    @cached_property
    def _sections(self) -> dict[Section, tuple[Entry, ...]]:
        told: dict[Section, list[Entry]] = {}
        for one in self.entries:
            told.setdefault(one.section, []).append(one)
        return {section: tuple(entries) for section, entries in told.items()}

    @cached_property
    def _courses(self) -> dict[Section, dict[str, Found]]:
        return {section: _courses_of(self.of(section)) for section in Section}

    @cached_property
    def _in_words(self) -> dict[Section, tuple[Entry, ...]]:
        return {section: _words_of(self.of(section)) for section in Section}


def _courses_of(entries: tuple[Entry, ...]) -> dict[str, Found]:
    """What has no time is in no course, and of what was found at one time all stands there."""
    told: dict[str, Found] = {}
    at_once: dict[tuple[str, str], dict[tuple[str, Flag | None], int]] = {}
    for entry in sorted(entries, key=lambda one: one.order):
        for result in entry.results:
            key = result.key if entry.order else f"{result.key}|{entry.id}"
            others = at_once.setdefault((key, entry.order), {})
            number = others.setdefault((result.text, result.flag), len(others))
            told.setdefault(f"{key}|{number}" if number else key, []).append((entry, result))
    return {key: found for whole in told.items() for key, found in _perhaps_apart(*whole)}


def told_of(found: Found) -> tuple[Entry, Result]:
    """The newest that was measured: what was cancelled afterwards hides no value."""
    measured = (one for one in reversed(found) if one[0].code not in CANCELLED)
    return next(measured, found[-1])


def is_apart(key: str, entry: Entry) -> bool:
    """Whether a value stands for itself because nobody knows which of two is newer."""
    return bool(entry.at) and key.endswith(f"|{entry.id}")


def _perhaps_apart(key: str, found: Found) -> Iterator[tuple[str, Found]]:
    """What is dated by its day, month or year may be newer than what is told of the rest: it is not
    hidden behind it, each such value stands for itself."""
    newest = told_of(found)
    start = newest[0].order
    apart = [
        one
        for one in found
        if one is not newest
        and one[0].code not in CANCELLED
        and "T" not in one[0].at
        and latest_of(one[0].at) > start
        and one[1].text != newest[1].text
    ]
    yield key, [one for one in found if one not in apart] if apart else found
    for one in apart:
        yield f"{key}|{one[0].id}", [one]


def _words_of(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    groups = {one.group for one in entries}
    return tuple(
        one for one in entries if not one.results and (one.notes or one.title not in groups)
    )
