"""The patient whom imported pictures name, proposed to the case that they were imported into."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from app.services.facts import Facts
from app.session.case import Case
from app.transfer.messages import PatientFound
from protocol.consultation import CaseContent, Patient, Status
from protocol.dicom_sex import sex_of
from protocol.patients import PatientText, is_nobody


class PatientProposals:
    """Fills the patient in where nobody is entered and the pictures are of one person.

    Pictures of a case that is not open are remembered until it is opened: their patient must never
    get into the case that happens to be on the screen.

    Args:
        edit: keeps the new text of this case.
    """

    def __init__(self, facts: Facts, edit: Callable[[CaseContent, UUID], object]) -> None:
        self._facts = facts
        self._edit = edit
        self._found: dict[UUID, tuple[PatientFound, ...]] = {}

    def found(self, consultation_id: UUID, patients: tuple[PatientFound, ...]) -> None:
        """The pictures that were imported into this case are of these patients."""
        known = self._found.get(consultation_id, ())
        self._found[consultation_id] = tuple(dict.fromkeys((*known, *patients)))
        case = self._facts.state.case
        if case is not None and case.id == consultation_id:
            self.opened(case)

    def opened(self, case: Case) -> None:
        """This case is on the screen now."""
        found_here = self._found.pop(case.id, ())
        # Images that name nobody say nothing against the one whom the others name.
        patients = [one for one in found_here if not is_nobody(_text(one))]
        entered = case.content.patient or Patient()
        draft = case.consultation.summary.status is Status.DRAFT
        if not draft or len(patients) != 1 or entered.name or entered.birth_date:
            return
        found = patients[0]
        proposed = {
            "name": readable_name(found.patient_name),
            "patient_id": found.patient_id,
            "sex": sex_of(found.sex),
            "birth_date": _dicom_date(found.birth_date),
        }
        known = {name: value for name, value in proposed.items() if value}
        patient = entered.model_copy(update=known)
        self._edit(case.content.model_copy(update={"patient": patient}), case.id)


def _text(found: PatientFound) -> PatientText:
    return PatientText(found.patient_name, found.patient_id, found.birth_date, found.sex)


def readable_name(person_name: str) -> str:
    """A PN (PS3.5 6.2.1.2) as people write it: the ideographic group where there is one."""
    groups = [group.strip("^ ") for group in person_name.split("=")]
    ideographic = groups[1] if len(groups) > 1 else ""
    chosen = ideographic or groups[0]
    between = "" if any(ord(letter) > 0x2E7F for letter in chosen) else " "
    return between.join(part for part in chosen.split("^") if part)


def _dicom_date(text: str) -> date | None:
    """DA, PS3.5 6.2: YYYYMMDD."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
