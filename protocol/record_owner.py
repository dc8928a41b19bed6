"""Whether a record that was shared can be of the patient of its case."""

import hashlib
import json
import re
import unicodedata
from enum import StrEnum

from protocol.consultation import CaseContent, Patient
from protocol.identity import may_name_another, names_another, spoken_alike, written_otherwise
from protocol.identity_card import birth_of, is_valid, looks_like_one, sex_said
from protocol.patients import PatientText, study_of
from protocol.shared_record import SharedRecord


class Owner(StrEnum):
    """How a record's Patient stands to the patient of a case."""

    SAME = "same"
    NAME_ALONE = "name_alone"
    """Many have one name, and nothing else that both say agrees."""
    WRITTEN_OTHERWISE = "written_otherwise"
    """Date of birth or number agree, and the name sounds the same or cannot be compared: the same
    person in other characters, perhaps."""
    NUMBERED_OTHERWISE = "numbered_otherwise"
    """Name and date of birth agree, but numbers that look like one house's do not."""
    ANOTHER = "another"


COMPARABLE = (Owner.NAME_ALONE, Owner.WRITTEN_OTHERWISE, Owner.NUMBERED_OTHERWISE)
"""Somebody may compare and say that they are one; who is ANOTHER nobody waves through."""


def owner_of_record(content: CaseContent, record: SharedRecord | None) -> Owner:
    """SAME where there is nothing to compare."""
    if record is None or content.patient is None or not content.patient.name:
        return Owner.SAME
    text = PatientText(record.patient_name, "", record.patient_birth_date, record.patient_sex)
    return owner_of(content.patient, text, record.patient_ids)


def record_settled(content: CaseContent, record: SharedRecord | None) -> bool:
    """Whether the record is of the patient of the case, or somebody has compared just these two."""
    owner = owner_of_record(content, record)
    if record is None or owner is Owner.SAME:
        return True
    return owner in COMPARABLE and content.record_checked == record_key(
        content.patient, record.patient_name, record.patient_ids
    )


def record_key(patient: Patient | None, name: str, identifiers: tuple[str, ...]) -> str:
    """A fingerprint of what somebody compared: another name or another record, another key."""
    told = [patient.name if patient else "", name, sorted(identifiers)]
    if patient is not None and _numbered_otherwise(patient.patient_id, identifiers):
        told.append(plain_number(patient.patient_id))
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:32]


def is_another(patient: Patient, theirs: PatientText, identifiers: tuple[str, ...]) -> bool:
    """Whether it is not certain enough to write there: the patient was found by a number."""
    return owner_of(patient, theirs, identifiers) in (Owner.ANOTHER, Owner.WRITTEN_OTHERWISE)


def owner_of(patient: Patient, theirs: PatientText, identifiers: tuple[str, ...]) -> Owner:
    """The same for any Patient, with all identifiers it has."""
    compared = _identifier_like(patient.patient_id, identifiers)
    card = _born(identifiers)
    born = card if card.startswith(theirs.birth_date) else theirs.birth_date
    sex = theirs.sex or _sex(identifiers)
    text = PatientText(theirs.name, compared, born, sex)
    numbered = bool(compared) and plain_number(compared) == plain_number(patient.patient_id)
    dated = patient.birth_date is not None and f"{patient.birth_date:%Y%m%d}" == born
    if not may_name_another(patient, study_of(text)):
        if _numbered_otherwise(patient.patient_id, identifiers):
            return Owner.NUMBERED_OTHERWISE
        return Owner.SAME if numbered or dated else Owner.NAME_ALONE
    nameless = PatientText("", compared, born, sex)
    agree = (numbered or dated) and not names_another(patient, study_of(nameless))
    incomparable = not names_another(patient, study_of(text))
    sounds = written_otherwise(patient.name, theirs.name) and spoken_alike(
        patient.name, theirs.name
    )
    if (agree and sounds) or incomparable:
        return Owner.WRITTEN_OTHERWISE
    return Owner.ANOTHER


def _identifier_like(mine: str, theirs: tuple[str, ...]) -> str:
    """Which of theirs can be compared with ours: the very one, else one of the same kind."""
    same = (one for one in theirs if plain_number(one) == plain_number(mine))
    if found := next(same, ""):
        return found
    card = looks_like_one(mine)
    return next((one for one in theirs if looks_like_one(one) is card), "")


def _numbered_otherwise(mine: str, theirs: tuple[str, ...]) -> bool:
    """Whether the number that comes nearest is another one of the same house, as far as its form
    says: QS-2026-0042 and QS-2026-0099. Two houses number one person differently."""
    other = _identifier_like(mine, theirs)
    if not mine or not other or looks_like_one(mine):
        return False
    return plain_number(mine) != plain_number(other) and _form(mine) == _form(other)


def _form(identifier: str) -> str:
    return re.sub(r"\d+", "0", plain_number(identifier))


def plain_number(identifier: str) -> str:
    """An identifier as it is compared: however it was typed (QS-2026-0042, qs 20260042)."""
    return "".join(
        one for one in unicodedata.normalize("NFKC", identifier).casefold() if one.isalnum()
    )


def _sex(identifiers: tuple[str, ...]) -> str:
    """As CS, by an identity number, where nothing else says it."""
    sex = sex_said(None, *identifiers)
    return "" if sex is None else sex.value[0].upper()


def _born(identifiers: tuple[str, ...]) -> str:
    """By an identity number, where nothing else says it."""
    dates = (birth_of(one) for one in identifiers if is_valid(one))
    return next((f"{born:%Y%m%d}" for born in dates if born is not None), "")
