"""Images that name several patients and would go with one case: asked before they do."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from app.models.intake_words import person_words
from app.models.words import listed
from app.store.chosen import Whose
from app.transfer.intake_messages import InboxPerson
from protocol.patients import PatientText, apart, is_nobody

Person = InboxPerson | Whose


def text_of(who: Person) -> PatientText:
    """As patients are compared."""
    return PatientText(who.name, who.patient_id, who.birth_date, who.sex)


def asked_several(people: Iterable[Person]) -> str:
    """What is asked; empty where all that are named may be one patient."""
    named = (text_of(one) for one in people)
    groups = apart((one for one in named if not is_nobody(one)), lambda one: one)
    if len(groups) < 2:
        return ""
    names = listed(person_words(group[0].name) or group[0].patient_id for group in groups)
    text = QCoreApplication.translate(
        "preview",
        "These images name several patients: {names}. All of them would go with one case. Are they "
        "all of its patient?",
    )
    return text.format(names=names)
