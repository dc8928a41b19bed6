"""Whom a record names where that is not, or not certainly, the patient of the case."""

from PySide6.QtCore import QCoreApplication

from app.models.times import moment
from app.models.words import word
from app.session.case import Case
from protocol.consultation import Sex
from protocol.dicom_sex import sex_of
from protocol.identity_card import sex_said
from protocol.record_owner import Owner, owner_of_record, record_settled
from protocol.shared_record import SharedRecord

_SHOWN = (Owner.NAME_ALONE, Owner.NUMBERED_OTHERWISE)
"""With what is not compared told beside it: what agrees makes it more likely the patient's."""


def record_doubt(case: Case, told: SharedRecord | None) -> str:
    """Whom the record names where it is not the patient of the case, or nobody has compared a name
    that is written otherwise."""
    owner = owner_of_record(case.content, told)
    if told is None or record_settled(case.content, told) or owner in _SHOWN:
        return ""
    text = QCoreApplication.translate("emr", "The record names another patient: {who}")
    return " · ".join(one for one in (text.format(who=_who(told)), _other_sex(case, told)) if one)


def _other_sex(case: Case, told: SharedRecord) -> str:
    """Where it is the sex, as said or by an identity number, that is another."""
    patient = case.content.patient
    if patient is None:
        return ""
    mine = sex_said(patient.sex, patient.patient_id)
    said = sex_of(told.patient_sex)
    theirs = sex_said(said, *told.patient_ids)
    if mine is None or theirs is None or mine is theirs:
        return ""
    by_number = said is None or patient.sex in (None, Sex.UNKNOWN)
    text = QCoreApplication.translate("emr", "sex in the record: {sex}")
    if by_number:
        text = QCoreApplication.translate("emr", "sex in the record: {sex}, by an identity number")
    return text.format(sex=word(theirs))


def compare_words(owner: Owner) -> str:
    """What somebody has to compare before a record goes with a case; empty where nothing."""
    translate = QCoreApplication.translate
    return {
        Owner.NAME_ALONE: translate(
            "emr",
            "Only the name agrees, and many have one name. Compare date of birth or number with "
            "the patient.",
        ),
        Owner.WRITTEN_OTHERWISE: translate(
            "emr", "The name is written otherwise. Compare it with the patient's papers."
        ),
        Owner.NUMBERED_OTHERWISE: translate(
            "emr",
            "Name and date of birth agree, but the number is another one. Compare it with the "
            "patient's papers.",
        ),
    }.get(owner, "")


def dated_words(case: Case, told: SharedRecord, *, own: bool) -> str:
    """When it was read, who shared it, and what was compared or was not."""
    translate = QCoreApplication.translate
    owner, said = owner_of_record(case.content, told), shared_words(told, own=own)
    if owner is Owner.SAME:
        return said
    if record_settled(case.content, told):
        text = translate("emr", "It names {who}; the clinic compared: this is the patient")
    elif owner is Owner.NUMBERED_OTHERWISE:
        text = translate("emr", "⚠ It names {who} under another number, nobody compared")
    else:
        text = translate("emr", "⚠ It names {who}: only the name agrees, nobody compared")
    return f"{said}. {text.format(who=_who(told))}."


def shared_words(told: SharedRecord, *, own: bool) -> str:
    """`own`: the clinic keeps the record itself."""
    translate = QCoreApplication.translate
    hospitals = translate("emr", "Read at the hospital {when}, shared by {who}")
    clinics = translate("emr", "From the clinic's own record {when}, shared by {who}")
    text = clinics if own else hospitals
    return text.format(when=moment(told.dated_at), who=told.shared_by)


def _who(told: SharedRecord) -> str:
    name = " / ".join(part.replace("^", " ") for part in told.patient_name.split("=") if part)
    born = told.patient_birth_date
    shown = "-".join(part for part in (born[:4], born[4:6], born[6:]) if part)
    return " ".join(part for part in (name, shown) if part) or "?"
