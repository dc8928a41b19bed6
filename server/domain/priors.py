"""Which studies of earlier cases are of the patient of a case beyond doubt (ADR 19)."""

from collections.abc import Iterable

from protocol.attached_study import AttachedStudy
from protocol.consultation import Patient
from protocol.patients import PatientText, is_other, is_same


def is_prior(patient: Patient | None, mine: Iterable[AttachedStudy], theirs: AttachedStudy) -> bool:
    """Whether a study may be shown beside those of a case (`mine`): whole, every image of it named,
    the same patient by what the images of both say, and contradicting none and not the case."""
    if patient is None or not theirs.verified or theirs.nameless:
        return False
    they = _named(theirs)
    own = [_named(one) for one in mine if one.study_instance_uid != theirs.study_instance_uid]
    return not is_other(patient, they) and bool(own) and all(is_same(one, they) for one in own)


def _named(study: AttachedStudy) -> PatientText:
    return PatientText(
        study.patient_name, study.patient_id, study.patient_birth_date, study.patient_sex
    )
