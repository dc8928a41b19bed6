"""The guard against images of another patient, in words."""

from PySide6.QtCore import QCoreApplication

from protocol.consultation import AttachedStudy, CaseContent
from protocol.identity import images_in_doubt, in_doubt, names_nobody


def doubt(content: CaseContent, studies: tuple[AttachedStudy, ...]) -> str:
    """Whom the images name where it is not the patient of the case; empty where all agrees."""
    if not images_in_doubt(content, studies):
        return ""
    patient = content.patient
    doubted = [one for one in studies if patient is not None and in_doubt(patient, one)]
    named = {_named(study) for study in doubted if not names_nobody(study)}
    said = []
    if named:
        text = QCoreApplication.translate("case_form", "The images name another patient: {names}")
        said.append(text.format(names="; ".join(sorted(name for name in named if name))))
    if any(names_nobody(one) for one in doubted):
        text = QCoreApplication.translate(
            "case_form", "Some images name no patient: are they of {name}?"
        )
        said.append(text.format(name=(patient.name if patient else "") or "?"))
    return " ".join(said)


def row_doubt(content: CaseContent, study: AttachedStudy) -> str:
    """Whom the images of one study name, for its own row; empty where they agree with the case."""
    patient = content.patient
    if patient is None or not in_doubt(patient, study):
        return ""
    if names_nobody(study):
        return QCoreApplication.translate("case_form", "⚠ These images name no patient.")
    text = QCoreApplication.translate("case_form", "⚠ These images name {name}.")
    return text.format(name=_named(study))


def _named(study: AttachedStudy) -> str:
    return " ".join(part for part in (_name(study), study.patient_sex, _born(study)) if part)


def _name(study: AttachedStudy) -> str:
    groups = (group.replace("^", " ").strip() for group in study.patient_name.split("="))
    return " / ".join(group for group in groups if group)


def _born(study: AttachedStudy) -> str:
    born = study.patient_birth_date
    return f"{born[:4]}-{born[4:6]}-{born[6:]}" if len(born) == 8 else born
