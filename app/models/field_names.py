"""The names of what the server did not accept, as the form calls it."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.models.words import listed, word
from protocol.consultation import CaseItem

_OWN = {
    "name": QT_TRANSLATE_NOOP("field_names", "Name"),
    "patient_id": QT_TRANSLATE_NOOP("field_names", "Number at the clinic"),
    "sex": QT_TRANSLATE_NOOP("field_names", "Sex"),
    "birth_date": QT_TRANSLATE_NOOP("field_names", "Date of birth"),
    "phone": QT_TRANSLATE_NOOP("field_names", "Telephone"),
    "allergies": QT_TRANSLATE_NOOP("field_names", "Allergies"),
    "findings": QT_TRANSLATE_NOOP("field_names", "Findings"),
    "diagnosis_codes": QT_TRANSLATE_NOOP("field_names", "Diagnosis codes (ICD-10)"),
    "icd10_prefixes": QT_TRANSLATE_NOOP("field_names", "Diagnosis codes (ICD-10)"),
    "recommendation": QT_TRANSLATE_NOOP("field_names", "Recommendation"),
    "username": QT_TRANSLATE_NOOP("field_names", "User name"),
    "display_name": QT_TRANSLATE_NOOP("field_names", "Name shown"),
    "password": QT_TRANSLATE_NOOP("field_names", "Password"),
    "new_password": QT_TRANSLATE_NOOP("field_names", "New password"),
    "institution_id": QT_TRANSLATE_NOOP("field_names", "Institution"),
    "expert_id": QT_TRANSLATE_NOOP("field_names", "Expert"),
    "from_at": QT_TRANSLATE_NOOP("field_names", "From"),
    "until_at": QT_TRANSLATE_NOOP("field_names", "Until"),
    "weekdays": QT_TRANSLATE_NOOP("field_names", "Days of the week"),
    "last_day": QT_TRANSLATE_NOOP("field_names", "Last day"),
    "zone": QT_TRANSLATE_NOOP("field_names", "Time zone"),
    "mail": QT_TRANSLATE_NOOP("field_names", "Mail address"),
    "roles": QT_TRANSLATE_NOOP("field_names", "Roles"),
}


def field_words(names: tuple[str, ...]) -> str:
    """The known ones, each once, one after another; a name nobody knows is left out."""
    return listed(dict.fromkeys(known for name in names if (known := field_word(name))))


def not_accepted_words(fields: tuple[str, ...]) -> str:
    """What somebody reads whose form the server did not accept."""
    translate = QCoreApplication.translate
    if named := field_words(fields):
        text = translate("notices", "Something is filled in wrongly: {what}. Check it, try again.")
        return text.format(what=named)
    return translate(
        "notices", "Something is filled in wrongly. Check what is marked and try again."
    )


def field_word(name: str) -> str:
    """Empty where it has no name in a form."""
    if name in list(CaseItem):
        return word(CaseItem(name))
    return QCoreApplication.translate("field_names", str(_OWN[name])) if name in _OWN else ""
