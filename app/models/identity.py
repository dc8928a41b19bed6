"""The guard against images of another patient, in words."""

from datetime import date

from PySide6.QtCore import QCoreApplication

from protocol.attached_study import AttachedStudy
from protocol.consultation import CaseContent, Sex
from protocol.identity import may_name_another
from protocol.identity_card import birth_of, is_valid, looks_like_one, sex_of


def doubt(content: CaseContent, studies: tuple[AttachedStudy, ...]) -> str:
    """Whom the images name where it is not the patient of the case; empty where all agrees."""
    patient = content.patient
    if patient is None:
        return ""
    named = {_named(study) for study in studies if may_name_another(patient, study)}
    said = []
    if named:
        text = QCoreApplication.translate("case_form", "The images name another patient: {names}")
        said.append(text.format(names="; ".join(sorted(name for name in named if name))))
    nameless = sum(study.nameless for study in studies)
    if nameless:
        text = QCoreApplication.translate(
            "case_form", "Images that name no patient: {n}. Are they of {name}?"
        )
        said.append(text.format(n=nameless, name=patient.name or "?"))
    return " ".join(said)


def number_problem(number: str, sex: Sex | None, born: date | None) -> str:
    """What is wrong with an identity number as typed: its check sign, or that it names another
    date of birth or sex than was chosen; empty for any other number."""
    if not looks_like_one(number):
        return ""
    translate = QCoreApplication.translate
    if not is_valid(number):
        return translate("case_form", "An identity number cannot be like this: compare each digit.")
    named = birth_of(number)
    if born is not None and born != named:
        text = translate("case_form", "The identity number names {born} as the date of birth.")
        return text.format(born=named)
    if sex in (Sex.MALE, Sex.FEMALE) and sex is not sex_of(number):
        return translate("case_form", "The identity number names the other sex.")
    return ""


def masked(identifier: str) -> str:
    """The first two and last two characters of an identifier."""
    if len(identifier) <= 4:
        return "•" * len(identifier)
    return identifier[:2] + "•" * (len(identifier) - 4) + identifier[-2:]


def row_doubt(content: CaseContent, study: AttachedStudy) -> str:
    """Whom the images of one study name, for its own row; empty where they agree with the case."""
    patient = content.patient
    if patient is None:
        return ""
    translate = QCoreApplication.translate
    if may_name_another(patient, study):
        text = translate("case_form", "⚠ These images name {name}.")
        return text.format(name=_named(study))
    if study.nameless:
        text = translate("case_form", "⚠ {n} of these images name no patient.")
        return text.format(n=study.nameless)
    return ""


def _named(study: AttachedStudy) -> str:
    return " ".join(part for part in (_name(study), study.patient_sex, _born(study)) if part)


def _name(study: AttachedStudy) -> str:
    groups = (group.replace("^", " ").strip() for group in study.patient_name.split("="))
    return " / ".join(group for group in groups if group)


def _born(study: AttachedStudy) -> str:
    born = study.patient_birth_date
    return f"{born[:4]}-{born[4:6]}-{born[6:]}" if len(born) == 8 else born
