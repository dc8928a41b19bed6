"""Which studies and reports of earlier cases are of the patient of a case beyond doubt (ADR 19)."""

from collections.abc import Iterable

from protocol.attached_study import AttachedStudy
from protocol.consultation import Patient
from protocol.patients import PatientText, is_other, is_same
from protocol.report import Report


def is_prior(patient: Patient | None, mine: Iterable[AttachedStudy], theirs: AttachedStudy) -> bool:
    """Whether a study may be shown beside those of a case (`mine`): whole, every image of it named,
    the same patient by what the images of both say, and contradicting none and not the case."""
    they = _named(theirs)
    own = [_named(one) for one in mine if one.study_instance_uid != theirs.study_instance_uid]
    return stays_prior(patient, theirs) and bool(own) and all(is_same(one, they) for one in own)


def stays_prior(patient: Patient | None, theirs: AttachedStudy) -> bool:
    """Whether a study that was found to be one may go on being shown: nothing contradicts the case,
    whatever images came late."""
    if patient is None or not theirs.verified or theirs.nameless:
        return False
    return not is_other(patient, _named(theirs))


def is_prior_report(patient: Patient | None, report: Report) -> bool:
    """Whether a report may be shown beside one that is written on a patient: it names the same
    number, or name and date of birth, and contradicts nothing."""
    if patient is None or (patient.sex_code and patient.sex_code != report.patient_sex):
        return False
    mine = PatientText(patient.name, patient.patient_id, _day(patient.born))
    born = _day(report.patient_birth_date)
    return is_same(mine, PatientText(report.patient_name, report.patient_id, born))


def _day(date: str) -> str:
    """DA of a date as YYYY-MM-DD."""
    return date.replace("-", "")


def _named(study: AttachedStudy) -> PatientText:
    return PatientText(
        study.patient_name, study.patient_id, study.patient_birth_date, study.patient_sex
    )
