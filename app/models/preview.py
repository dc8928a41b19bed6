"""Whose pictures lie in what somebody has chosen, before anything is taken."""

from collections import Counter
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.models.image_reasons import reason_words
from app.models.intake_words import date_words, patient_line, person_words
from app.models.several_patients import text_of
from app.models.times import byte_size
from app.models.words import image_count
from app.session.intake import Preview
from app.session.state import State
from app.store.chosen import Chosen
from app.transfer.intake_messages import Looked, LookedPatient, LookedStudy
from protocol.consultation import Patient
from protocol.patients import is_nobody, is_other

__all__ = ["Chosen"]

MOST_LEFT_OUT = 8


@dataclass(frozen=True, slots=True)
class FoundStudyProps:
    """The pictures of one patient in one study; `chosen` takes them and nobody else's."""

    chosen: Chosen
    title: str
    mixed: bool = False
    """The study has pictures of other patients as well."""
    proposed: bool = True
    """It is chosen until somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class FoundPatientProps:
    """`other`: these pictures cannot be of the patient of the case; `nobody`: they name none, and
    somebody must say that they are the case's patient's."""

    title: str
    other: bool
    studies: tuple[FoundStudyProps, ...]
    nobody: bool = False


@dataclass(frozen=True, slots=True)
class PreviewProps:
    job: str
    into_case: bool
    progress: tuple[int, int] | None
    patients: tuple[FoundPatientProps, ...]
    foreign: str
    warning: str
    left_out: str
    can_take: bool


def derive_preview(state: State) -> PreviewProps | None:
    preview = state.intake.preview
    if preview is None:
        return None
    found = preview.found
    if found is None or not found.ended:
        done = (found.done, found.total) if found is not None else (0, 0)
        return PreviewProps(
            str(preview.job), preview.for_case is not None, done, (), "", "", "", can_take=False
        )
    patient = _case_patient(state, preview)
    named = [who for who in found.patients if not is_nobody(text_of(who.person))]
    seen = Counter(one.study_instance_uid for who in named for one in who.studies)
    mixed = {uid for uid, count in seen.items() if count > 1}
    # Whose the rest are is no question where nobody is entered, and nobody is named either.
    ask = preview.for_case is not None and (patient is not None or bool(named))
    into_case, several = preview.for_case is not None, len(named) > 1
    of_nobody = patient is None or not (patient.name or patient.patient_id)
    guess = not (into_case and several and of_nobody)
    patients = tuple(
        _patient(one, patient, mixed, ask=ask, guess=guess, named=several) for one in found.patients
    )
    return PreviewProps(
        job=str(preview.job),
        into_case=into_case,
        progress=None,
        patients=patients,
        foreign=_foreign(found, into_case=into_case),
        warning=_warning(patients, _name(patient, named), several=several),
        left_out=_left_out(found),
        can_take=bool(patients) or bool(found.foreign and into_case),
    )


def _case_patient(state: State, preview: Preview) -> Patient | None:
    case = state.case
    if case is None or preview.for_case != case.id:
        return None
    return case.content.patient


def _name(patient: Patient | None, named: list[LookedPatient]) -> str:
    """Whose case it is, or will be."""
    if patient is not None and patient.name:
        return patient.name
    return person_words(named[0].person.name) if len(named) == 1 else ""


def _patient(
    found: LookedPatient,
    patient: Patient | None,
    mixed: set[str],
    *,
    ask: bool,
    guess: bool,
    named: bool,
) -> FoundPatientProps:
    """`ask` whose nameless ones are; `guess`: what may be of the case is proposed; `named`: each
    study says whose it is."""
    theirs = text_of(found.person)
    other = patient is not None and is_other(patient, theirs)
    nobody = is_nobody(theirs)
    asked = ask and nobody
    known = patient is not None and bool(patient.name or patient.patient_id)
    whose = person_words(found.person.name) or found.person.patient_id
    studies = []
    for one in found.studies:
        several = one.study_instance_uid in mixed and not nobody
        # Whose of several patients in one study it is only somebody who knows them can say.
        proposed = guess and not (other or asked) and (known or not several)
        title = " · ".join(part for part in (whose if named else "", _study(one)) if part)
        studies.append(FoundStudyProps(one.chosen, title, several, proposed))
    return FoundPatientProps(patient_line(found.person), other, tuple(studies), asked)


def _study(one: LookedStudy) -> str:
    parts = (
        "/".join(one.modalities),
        date_words(one.study_date),
        one.description,
        image_count(one.images),
    )
    return " · ".join(part for part in (*parts, byte_size(one.size)) if part)


def _foreign(found: Looked, *, into_case: bool) -> str:
    if not found.foreign:
        return ""
    translate = QCoreApplication.translate
    if found.foreign == 1:
        if not into_case:
            return translate(
                "preview", "1 photograph or document stays: it can only be added to a case."
            )
        return translate("preview", "1 photograph or document goes with the case as the patient's.")
    if not into_case:
        return translate(
            "preview", "{n} photographs or documents stay: they can only be added to a case."
        ).format(n=found.foreign)
    return translate(
        "preview", "{n} photographs or documents go with the case as the patient's."
    ).format(n=found.foreign)


def _warning(patients: tuple[FoundPatientProps, ...], name: str, *, several: bool) -> str:
    translate = QCoreApplication.translate
    if any(study.mixed for one in patients for study in one.studies):
        return translate(
            "preview",
            "One study has pictures of several patients. Choose only those of this patient, and "
            "tell the department that made them.",
        )
    if any(one.other for one in patients):
        return translate(
            "preview", "The case is of {name}. Pictures of another patient are not chosen."
        ).format(name=name)
    if any(one.nobody for one in patients):
        return translate(
            "preview",
            "Some images name no patient: are they of {name}? Choose them only if you know it.",
        ).format(name=name or "?")
    if several:
        return translate("preview", "There are pictures of several patients: choose whose.")
    return ""


def _left_out(found: Looked) -> str:
    if not found.left_out_count:
        return ""
    translate = QCoreApplication.translate
    head = translate("preview", "Not taken ({n}):").format(n=found.left_out_count)
    shown = [f"{name}: {reason_words(code)}" for name, code in found.left_out[:MOST_LEFT_OUT]]
    more = found.left_out_count - len(shown)
    tail = [translate("preview", "… and {n} more").format(n=more)] if more > 0 else []
    return "\n".join((head, *shown, *tail))
