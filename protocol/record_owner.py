"""Whether a record that was shared can be of the patient of its case."""

from protocol.consultation import CaseContent, Patient
from protocol.identity import may_name_another
from protocol.identity_card import looks_like_one
from protocol.patients import PatientText, study_of
from protocol.shared_record import SharedRecord


def record_names_another(content: CaseContent, record: SharedRecord | None) -> bool:
    """Whether what the record says of its Patient speaks against the patient of the case, or
    nothing says that the two are one. Nobody can wave it through: the record is of use only for
    who it is of."""
    if record is None or content.patient is None or not content.patient.name:
        return False
    text = PatientText(record.patient_name, "", record.patient_birth_date, record.patient_sex)
    return is_another(content.patient, text, record.patient_ids)


def is_another(patient: Patient, theirs: PatientText, identifiers: tuple[str, ...]) -> bool:
    """The same for any Patient, with all identifiers it has."""
    compared = _identifier_like(patient.patient_id, identifiers)
    text = PatientText(theirs.name, compared, theirs.birth_date, theirs.sex)
    return may_name_another(patient, study_of(text))


def _identifier_like(mine: str, theirs: tuple[str, ...]) -> str:
    """Which of theirs can be compared with ours: the very one, else one of the same kind."""
    if mine in theirs:
        return mine
    card = looks_like_one(mine)
    return next((one for one in theirs if looks_like_one(one) is card), "")
