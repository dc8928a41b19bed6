"""Whether images can be of the patient of a case: what both sides compare, and how."""

import re

from protocol.consultation import AttachedStudy, CaseContent, Patient, Sex

_DICOM_SEX = {"M": Sex.MALE, "F": Sex.FEMALE}
_CERTAIN = (Sex.MALE, Sex.FEMALE)


def names_another(patient: Patient, study: AttachedStudy) -> bool:
    """Whether the images name a patient who cannot be this one: another date of birth, another sex,
    or another name in the same script. What either side does not say contradicts nothing."""
    born = study.patient_birth_date
    known = patient.birth_date is not None and re.fullmatch(r"\d{8}", born) is not None
    if known and f"{patient.birth_date:%Y%m%d}" != born:
        return True
    sex = _DICOM_SEX.get(study.patient_sex.upper())
    if sex is not None and patient.sex in _CERTAIN and patient.sex is not sex:
        return True
    return _other_name(patient.name, study.patient_name)


def images_in_doubt(content: CaseContent, studies: tuple[AttachedStudy, ...]) -> bool:
    """Whether some images of a case name another patient than the case does."""
    patient = content.patient
    return patient is not None and any(names_another(patient, study) for study in studies)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _is_ideographic(text: str) -> bool:
    return any(ord(letter) > 0x2E7F for letter in text)


def _other_name(name: str, person_name: str) -> bool:
    """A name as people write it against a PN (PS3.5 6.2.1), within one script only; the order of
    family and given name does not matter."""
    groups = [group for group in person_name.split("=") if _letters(group)]
    alike = [group for group in groups if _is_ideographic(group) == _is_ideographic(name)]
    if not _letters(name) or not alike:
        return False
    written = _letters(name)
    for group in alike:
        parts = [_letters(part) for part in group.split("^") if _letters(part)]
        if written in ("".join(parts), "".join(reversed(parts))):
            return False
        if len(parts) > 1 and written == "".join((*parts[1:], parts[0])):
            return False
    return True
