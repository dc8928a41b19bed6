"""Whether a record that was read can be of the patient of the case, and what it adds to them."""

from datetime import date

from app.net.emr.clinical import ClinicalRecord, PersonRead
from app.net.emr.gathering import Gathered
from app.session.case import Case
from app.session.emr import EmrProblem, EmrTrouble
from protocol.consultation import Patient, Sex
from protocol.fhir_bundle import identifiers, patient_text
from protocol.identity import identity_settled, names_another
from protocol.record_owner import is_another

_SEXES = {sex.value: sex for sex in Sex}


def owner_trouble(case: Case, gathered: Gathered, record: ClinicalRecord) -> EmrTrouble | None:
    """Neither the case nor its images may name another patient than the record does."""
    entered = case.content.patient
    text, numbers = patient_text(gathered.patient), tuple(identifiers(gathered.patient))
    if entered is not None and entered.name and is_another(entered, text, numbers):
        return EmrTrouble(EmrProblem.ANOTHER_PATIENT)
    studies = case.consultation.studies
    whose = filled_in(entered or Patient(), record.person, ())
    if any(names_another(whose, one) for one in studies) and not (
        case.content.identity_checked and identity_settled(case.content, studies)
    ):
        return EmrTrouble(EmrProblem.OTHER_IMAGES)
    return None


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
