"""A case without its patient, for an export: by the rules of the case library.

Names, numbers and dates go from the texts (`without_identity`), ages become bands, times become
years, people become their part in the case, ids and UIDs are new ones. The signed file, the consent
and the origin of what is said name people, and stay behind.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from protocol.consultation import Consultation, Patient, Person
from protocol.fhir_case import CaseResource, Json
from protocol.report import Opinion, Report
from server.domain.fhir_export import ExportedCase, anonymous_key, exported
from server.domain.library import age_band, names_of, without_identity

_LEFT_OUT = ("Consent", "Provenance", "Appointment")
_TIMES = ("authoredOn", "lastModified", "effectiveDateTime")
_EXACT = ("issued", "period", "groupIdentifier", "presentedForm")
REQUESTER, EXPERT = "requester", "expert"


def anonymous(told: ExportedCase, run: UUID, names: Iterable[str] = ()) -> tuple[CaseResource, ...]:
    """The resources of a case that nobody can be found by.

    Args:
        run: an id made for this export alone and kept nowhere.
        names: of people and places of the case that neither it nor its report says.
    """
    case = told.case
    own = _names(case) | set(names_of(told.report) if told.report else ())
    known = own | _mentioned(names, told)
    home = anonymous_key(run, told.home)
    bare = replace(
        told,
        home=home,
        case=_without_people(case, known, run),
        report=None if told.report is None else _bare_report(told.report, known, run),
        paper=None,
        age=_age(case),
    )
    kept = (one for one in exported(bare) if one.kind not in _LEFT_OUT)
    return tuple(CaseResource(one.key, _without_times(one.resource), one.criteria) for one in kept)


def _mentioned(names: Iterable[str], told: ExportedCase) -> set[str]:
    """Those that stand in a text at all, however they are spaced: a province has thousands."""
    said = [told.case.model_dump_json()] + ([told.report.model_dump_json()] if told.report else [])
    text = _compact(" ".join(said))
    return {name for name in names if name and _compact(name) in text}


def _compact(text: str) -> str:
    return re.sub(r"[\s·^]+", "", text).lower()


def _names(case: Consultation) -> set[str]:
    row, content = case.summary, case.content
    patient, consent = content.patient or Patient(), content.consent
    people = [one for one in (row.requester, row.expert) if one is not None]
    found = {row.number, patient.name, patient.patient_id, patient.phone}
    found |= {name for one in people for name in (one.display_name, one.institution_name or "")}
    if consent is not None:
        found |= {consent.given_by, consent.witness}
    return found - {""}


def _age(case: Consultation) -> str:
    patient, asked = case.content.patient, case.summary.submitted_at or case.summary.created_at
    if patient is None or patient.birth_date is None:
        return ""
    return age_band(patient.birth_date, date(asked.year, asked.month, asked.day)).value


def _without_people(case: Consultation, names: set[str], run: UUID) -> Consultation:
    row, content = case.summary, case.content

    patient = content.patient or Patient()

    def clean(text: str) -> str:
        return without_identity(text, names, patient.name)

    summary = row.model_copy(
        update={
            "id": anonymous_key(run, row.id),
            "number": "",
            "department": clean(row.department),
            "requester": _somebody(REQUESTER, run, row.requester),
            "expert": row.expert and _somebody(EXPERT, run, row.expert),
            "scheduled_for": None,
            "appointment": None,
        }
    )
    text = content.model_copy(
        update={
            "patient": Patient(sex=patient.sex),
            "reason": clean(content.reason),
            "question": clean(content.question),
            "history": clean(content.history),
            "findings": clean(content.findings),
            "consent": None,
        }
    )
    studies = tuple(
        one.model_copy(
            update={"study_instance_uid": _uid(run, one.study_instance_uid), "description": ""}
        )
        for one in case.studies
    )
    note = clean(case.decision_note)
    changed = {"summary": summary, "content": text, "studies": studies, "decision_note": note}
    return case.model_copy(update=changed)


def _somebody(part: str, run: UUID, person: Person) -> Person:
    return Person(id=anonymous_key(run, person.id), display_name=part, institution_name=None)


def _bare_report(report: Report, names: set[str], run: UUID) -> Report:
    opinion = report.opinion

    def clean(text: str) -> str:
        return without_identity(text, names, report.patient_name)

    bare = Opinion(
        findings=clean(opinion.findings),
        impression=clean(opinion.impression),
        recommendation=clean(opinion.recommendation),
        diagnosis_codes=opinion.diagnosis_codes,
        critical=opinion.critical,
        critical_finding=clean(opinion.critical_finding),
        structured=tuple(
            one.model_copy(update={"name": clean(one.name)}) for one in opinion.structured
        ),
    )
    return report.model_copy(
        update={
            "consultation_id": anonymous_key(run, report.consultation_id),
            "number": "",
            "patient_name": REQUESTER,
            "requester_name": REQUESTER,
            "requester_institution": "",
            "expert_id": anonymous_key(run, report.expert_id),
            "expert_name": EXPERT,
            "expert_institution": EXPERT,
            "study_instance_uids": tuple(_uid(run, uid) for uid in report.study_instance_uids),
            "question": clean(report.question),
            "opinion": bare,
            "minutes": None,
            "patient_id": "",
            "department": clean(report.department),
            "examinations": (),
            "co_signature": None,
        }
    )


def _uid(run: UUID, uid: str) -> str:
    """A new UID (PS3.5 B.2)."""
    return f"2.25.{anonymous_key(run, uid).int}"


def _without_times(resource: Json) -> Json:
    """With years for times (R4 2.24.0.11, a dateTime may end there), and without numbers."""
    made: dict[str, Any] = {key: one for key, one in resource.items() if key not in _EXACT}
    for key in _TIMES:
        if key in made:
            made[key] = str(made[key])[:4]
    if "identifier" in made:
        made["identifier"] = [one for one in made["identifier"] if one.get("system")]
    return made
