"""Whether a record that was read can be of the patient of the case, and what it adds to them."""

from dataclasses import dataclass
from datetime import date

from app.net.emr.clinical import ClinicalRecord, PersonRead
from app.net.emr.gathering import Gathered
from app.net.emr.reading import person_of
from app.session.case import Case
from app.session.emr import EmrProblem, EmrTrouble
from protocol.consultation import Patient, Sex
from protocol.fhir_bundle import identifiers, patient_text
from protocol.identity import identity_settled, names_another
from protocol.patients import PatientText
from protocol.record_owner import COMPARABLE, Owner, owner_of, plain_number, record_key

_SEXES = {sex.value: sex for sex in Sex}


def owner_at_hospital(case: Case, gathered: Gathered) -> Owner:
    """SAME where the case names nobody yet."""
    entered = case.content.patient
    if entered is None or not entered.name:
        return Owner.SAME
    return owner_of(entered, *_whose(gathered))


def key_of(case: Case, gathered: Gathered) -> str:
    """What `CaseContent.record_checked` is once somebody has compared them."""
    text, numbers = _whose(gathered)
    return record_key(case.content.patient, text.name, numbers)


def _whose(gathered: Gathered) -> tuple[PatientText, tuple[str, ...]]:
    return patient_text(gathered.patient), tuple(identifiers(gathered.patient))


def owner_trouble(
    case: Case, gathered: Gathered, record: ClinicalRecord, *, compared: bool = True
) -> EmrTrouble | None:
    """Neither the case nor its images may name another patient than the record does; where it may
    be another one, somebody must have compared."""
    owner = owner_at_hospital(case, gathered)
    if owner is Owner.ANOTHER or (owner in COMPARABLE and not compared):
        return EmrTrouble(EmrProblem.ANOTHER_PATIENT)
    entered, studies = case.content.patient, case.consultation.studies
    whose = filled_in(entered or Patient(), record.person, ())
    if any(names_another(whose, one) for one in studies) and not (
        case.content.identity_checked and identity_settled(case.content, studies)
    ):
        return EmrTrouble(EmrProblem.OTHER_IMAGES)
    return None


@dataclass(frozen=True, slots=True)
class Difference:
    """What the own record says of its patient otherwise than the case: `what` is a field of
    `Patient`."""

    what: str
    record: str
    case: str


def differences(case: Case, gathered: Gathered) -> tuple[Difference, ...]:
    """What of the record's Patient can be corrected from the case; nothing where the two have
    neither the number nor name and date of birth in common, for then it is somebody else."""
    entered, person = case.content.patient, person_of(gathered.patient)
    if entered is None or not entered.complete:
        return ()
    numbers = [plain_number(one) for one in person.identifiers]
    numbered = bool(entered.patient_id) and plain_number(entered.patient_id) in numbers
    named, born = entered.name in person.names, entered.born == person.birth_date
    if not (numbered or (named and born)):
        return ()
    number = next(iter(person.identifiers), "")
    told = (
        (named, Difference("name", next(iter(person.names), ""), entered.name)),
        (entered.sex_code == person.sex, Difference("sex", person.sex, entered.sex_code)),
        (born, Difference("birth_date", person.birth_date, entered.born)),
        (
            numbered or not entered.patient_id,
            Difference("patient_id", number, entered.patient_id),
        ),
    )
    return tuple(one for same, one in told if not same)


def filled_in(entered: Patient, person: PersonRead, allergies: tuple[str, ...]) -> Patient:
    """With what the record says and the case does not."""
    told = {
        "name": next(iter(person.names), "")[:200],
        "sex": _SEXES.get(person.sex),
        "birth_date": _day(person.birth_date),
        "patient_id": next(iter(person.identifiers), "")[:200],
        "phone": person.phone[:200],
        "allergies": allergies,
    }
    missing = {key: value for key, value in told.items() if value and not getattr(entered, key)}
    return entered.model_copy(update=missing)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
