"""Whether two DICOM objects are of one patient, from what they say."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import ValidationError

from protocol.attached_study import AttachedStudy
from protocol.consultation import Patient
from protocol.dicom_sex import sex_of
from protocol.identity import names_another
from protocol.readings import can_be

Named = TypeVar("Named")


@dataclass(frozen=True, slots=True)
class PatientText:
    """The patient as the file names them, decoded from its character set."""

    name: str = ""
    patient_id: str = ""
    birth_date: str = ""
    sex: str = ""

    def completed_by(self, other: PatientText) -> PatientText:
        """With what the other says and this does not."""
        return PatientText(
            self.name or other.name,
            self.patient_id or other.patient_id,
            self.birth_date or other.birth_date,
            self.sex or other.sex,
        )


def names_other(mine: PatientText, theirs: PatientText) -> bool:
    """Whether two patients cannot be one: `protocol.identity.names_another` in each script of the
    name."""
    try:
        return any(is_other(_patient(mine, name), theirs) for name in _names(mine.name))
    except ValidationError:  # a name longer than any: not the same without a look
        return True


def is_other(patient: Patient, theirs: PatientText) -> bool:
    """Whether images of these cannot be of the patient of a case; `names_another` before there is a
    study."""
    return names_another(patient, study_of(theirs))


def study_of(theirs: PatientText) -> AttachedStudy:
    """A study without images that names this patient."""
    return AttachedStudy(
        study_instance_uid="0",
        modalities=(),
        description="",
        declared=0,
        received=0,
        verified=False,
        patient_name=theirs.name,
        patient_id=theirs.patient_id,
        patient_birth_date=theirs.birth_date,
        patient_sex=theirs.sex,
    )


def is_nobody(theirs: PatientText) -> bool:
    """Whether images say neither name nor identifier: only somebody who knows can say whose."""
    return not any(letter.isalnum() for letter in theirs.name + theirs.patient_id)


def is_same(mine: PatientText, theirs: PatientText) -> bool:
    """Whether something says that two patients are one, and nothing that they are not."""
    if names_other(mine, theirs):
        return False
    if mine.patient_id and mine.patient_id == theirs.patient_id:
        return True
    born = bool(mine.birth_date) and mine.birth_date == theirs.birth_date
    return born and _agree(mine.name, theirs.name)


def apart(things: Iterable[Named], patient_of: Callable[[Named], PatientText]) -> list[list[Named]]:
    """Things that claim to belong together, by patient in the order of their first: another name,
    sex, birth date or identifier than any of them is another patient, what is not said contradicts
    nothing."""
    found: list[tuple[list[PatientText], list[Named]]] = []
    home: dict[PatientText, list[Named]] = {}
    for thing in things:
        who = patient_of(thing)
        if who not in home:
            # With each of them: one who says nothing must not bring two others together.
            near = (one for one in found if not any(differ(known, who) for known in one[0]))
            one = next(near, None)
            if one is None:
                one = ([], [])
                found.append(one)
            one[0].append(who)
            home[who] = one[1]
        home[who].append(thing)
    return [theirs for _, theirs in found]


def differ(mine: PatientText, theirs: PatientText) -> bool:
    """Whether two objects of one study are of two patients: other identifiers, or `names_other`.

    Under one identifier a name in another script contradicts nothing: devices abbreviate pinyin,
    and a refused object is lost to the case."""
    ids = mine.patient_id, theirs.patient_id
    if not all(ids):
        return names_other(mine, theirs)
    return ids[0] != ids[1] or names_other(*_in_one_script(mine, theirs))


def _in_one_script(mine: PatientText, theirs: PatientText) -> tuple[PatientText, PatientText]:
    """Both, without their names where no script is in both."""
    scripts = [{_is_latin(name) for name in _names(one.name)} for one in (mine, theirs)]
    if scripts[0] & scripts[1]:
        return mine, theirs
    return replace(mine, name=""), replace(theirs, name="")


def _is_latin(name: str) -> bool:
    return all(ord(letter) < 0x2E80 for letter in name)


def _agree(mine: str, theirs: str) -> bool:
    if _groups(mine) & _groups(theirs):
        return True
    pairs = [(one, other) for one in _names(mine) for other in _names(theirs)]
    return any(can_be(*pair) or can_be(*reversed(pair)) for pair in pairs)


def _patient(text: PatientText, name: str) -> Patient:
    return Patient(
        name=name,
        patient_id=text.patient_id,
        sex=sex_of(text.sex),
        birth_date=date_of(text.birth_date),
    )


def _names(person_name: str) -> tuple[str, ...]:
    """Each script of a PN (PS3.5 6.2.1) as people write it; at least one, which may be empty."""
    groups = [" ".join(p for p in g.split("^") if p) for g in person_name.split("=")]
    return tuple(group for group in groups if group.strip()) or ("",)


def _groups(person_name: str) -> set[str]:
    return {"".join(c for c in name.casefold() if c.isalnum()) for name in _names(person_name)} - {
        ""
    }


def date_of(text: str) -> datetime.date | None:
    """A DICOM date, None where it is none."""
    try:
        return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
