"""Whether images can be of the patient of a case: what both sides compare, and how."""

import hashlib
import json
import re

from protocol.attached_study import AttachedStudy
from protocol.consultation import CaseContent, Patient
from protocol.dicom_sex import sex_of
from protocol.identity_card import looks_like_one, sex_said
from protocol.readings import can_be, spelled


def in_doubt(patient: Patient, study: AttachedStudy) -> bool:
    """Whether somebody must compare: it `may_name_another`, or some of its images name nobody."""
    return may_name_another(patient, study) or study.nameless > 0


def may_name_another(patient: Patient, study: AttachedStudy) -> bool:
    """Whether what the images say leaves it open whose they are: `names_another`, or nothing at all
    says that the two are one while both have names, in scripts that cannot be compared."""
    if names_another(patient, study):
        return True
    told = (
        _other_birth(patient, study.patient_birth_date),
        _other_name(patient.name, study.patient_name),
        None if not (patient.patient_id and study.patient_id) else False,
    )
    named = bool(_letters(study.patient_name)) and bool(_letters(patient.name))
    return named and all(one is None for one in told)


def names_another(patient: Patient, study: AttachedStudy) -> bool:
    """Whether the images name a patient who cannot be this one: another date of birth, another sex,
    another name (pinyin against characters by `can_be`), another identity number, or another
    identifier of a house unless date of birth and name, in one script, both agree (many have one
    name, and some one birthday). What either side does not say contradicts nothing."""
    other_birth = _other_birth(patient, study.patient_birth_date)
    if (
        other_birth
        or _other_card(patient.patient_id, study.patient_id)
        or _other_name(patient.name, study.patient_name)
        or _other_sex(patient, study)
    ):
        return True
    if other_birth is False and _other_writing(patient.name, study.patient_name) is False:
        return False  # two houses number the same person differently; many names sound alike
    return bool(patient.patient_id and study.patient_id) and (
        _letters(patient.patient_id) != _letters(study.patient_id)
    )


def _other_card(mine: str, theirs: str) -> bool:
    """A person has one identity number."""
    cards = looks_like_one(mine) and looks_like_one(theirs)
    return cards and _letters(mine) != _letters(theirs)


def _other_birth(patient: Patient, born: str) -> bool | None:
    """Compared as far as both are dated; a year or a month that is the same says nothing yet."""
    if patient.birth_date is None or re.fullmatch(r"\d{4}(\d{2}){0,2}", born) is None:
        return None
    if not f"{patient.birth_date:%Y%m%d}".startswith(born):
        return True
    return False if len(born) == 8 else None


def _other_sex(patient: Patient, study: AttachedStudy) -> bool:
    """Of who does not say it an identity number does; other than male and female is no contrary."""
    told = sex_of(study.patient_sex)
    theirs = sex_said(told, study.patient_id)
    mine = sex_said(patient.sex, patient.patient_id)
    return mine is not None and theirs is not None and mine is not theirs


def images_in_doubt(content: CaseContent, studies: tuple[AttachedStudy, ...]) -> bool:
    """Whether some images of a case name another patient than the case does."""
    patient = content.patient
    return patient is not None and any(in_doubt(patient, study) for study in studies)


def doubt_key(content: CaseContent, studies: tuple[AttachedStudy, ...]) -> str:
    """A fingerprint of what is to be compared: another patient or other images, another key. The
    images of a draft come one by one while somebody compares; each late one is asked about."""
    patient = content.patient or Patient()
    named = sorted(_asked_of(one) for one in studies if in_doubt(patient, one))
    told = [patient.name, patient.born, patient.sex_code, patient.patient_id, named]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:32]


def _asked_of(study: AttachedStudy) -> tuple[str | int, ...]:
    said = (study.patient_name, study.patient_birth_date, study.patient_sex)
    late = study.late_nameless
    return (study.study_instance_uid, *said, *((late,) if late else ()))


def compared(content: CaseContent, key: str) -> CaseContent:
    """Somebody says that the images of this `doubt_key` are of the patient of the case."""
    return content.model_copy(update={"identity_checked": key})


def identity_settled(content: CaseContent, studies: tuple[AttachedStudy, ...]) -> bool:
    """Whether the images agree with the case, or somebody has compared just these with it."""
    if not images_in_doubt(content, studies):
        return True
    return content.identity_checked == doubt_key(content, studies)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _is_ideographic(text: str) -> bool:
    return any(ord(letter) > 0x2E7F for letter in text)


def _other_name(name: str, person_name: str) -> bool | None:
    """A name as people write it against a PN (PS3.5 6.2.1), within one script where both have it,
    else pinyin against characters; the order of family and given name does not matter. None where
    there is nothing to compare."""
    other = _other_writing(name, person_name)
    return _other_reading(name, person_name) if other is None else other


def _other_writing(name: str, person_name: str) -> bool | None:
    """Within one script."""
    groups = [group for group in person_name.split("=") if _letters(group)]
    alike = [group for group in groups if _is_ideographic(group) == _is_ideographic(name)]
    if not _letters(name) or not alike:
        return None
    written = _letters(name)
    for group in alike:
        parts = [_letters(part) for part in group.split("^") if _letters(part)]
        if written in ("".join(parts), "".join(reversed(parts))):
            return False
        if len(parts) > 1 and written == "".join((*parts[1:], parts[0])):
            return False
    return True


def written_otherwise(name: str, person_name: str) -> bool:
    """Whether both are names in one script, and not the same."""
    return _other_writing(name, person_name) is True


def spoken_alike(name: str, person_name: str) -> bool:
    """Whether two names in characters can be read the same: 张伟 and 張偉."""
    groups = (group.replace("^", "") for group in person_name.split("=") if _is_ideographic(group))
    return any(can_be(spelled(group), name) is True for group in groups if spelled(group))


def _other_reading(name: str, person_name: str) -> bool | None:
    """Against the groups in the other script."""
    groups = [group for group in person_name.split("=") if _letters(group)]
    if not _letters(name):
        return None
    pairs = ((group, name) if _is_ideographic(name) else (name, group) for group in groups)
    answers = [can_be(latin, characters) for latin, characters in pairs]
    known = [one for one in answers if one is not None]
    return not any(known) if known else None
