"""A patient's record as the screen needs it, whatever server or file it came from."""

from dataclasses import dataclass
from enum import Enum, auto


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


class Flag(Enum):
    """How a value stands to what is usual (HL7 v2 table 0078)."""

    LOW = auto()
    HIGH = auto()
    CRITICAL_LOW = auto()
    CRITICAL_HIGH = auto()
    ABNORMAL = auto()


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
    order: str = ""
    code: str = ""
    active: bool = True
    notes: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    group: str = ""
    """The panel a result belongs to."""
    critical: bool = False
    """An allergy whose criticality is high."""
    study_instance_uid: str = ""
    images: int = 0
    """Of an imaging study."""


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


@dataclass(frozen=True, slots=True)
class ClinicalRecord:
    """Read from resources. Nothing goes by silently: what is not among the entries is counted."""

    person: PersonRead = PersonRead()
    dated_at: str = ""
    entries: tuple[Entry, ...] = ()
    unread: int = 0
    """Resources that say nothing this program understands."""
    in_error: int = 0
    """Entered in error by the source, so not shown."""
    dangling: int = 0
    """References to what is not there."""

    def of(self, section: Section) -> tuple[Entry, ...]:
        return tuple(one for one in self.entries if one.section is section)
