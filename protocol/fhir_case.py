"""A case in the words of FHIR R4: what the clinic's hospital keeps of it, and what an export says.

Every resource has an identifier of its own that is made of the case's id, so that it can be created
under a condition (R4 3.1.0.8.1) and is found again, never doubled. References between them are the
`key` of the other (`urn:uuid:…`, Bundle.entry.fullUrl) until a server has given it an address.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from protocol.attached_study import AttachedStudy
from protocol.consultation import (
    STATUS_OF,
    CaseContent,
    Consent,
    Consultation,
    ConsultationSummary,
    Patient,
    Person,
    Phase,
    Status,
    Urgency,
)

Json = dict[str, Any]
URI = "urn:ietf:rfc:3986"
"""The system of identifiers that are URIs themselves (R4 2.24.0.11)."""
ICD10 = "http://hl7.org/fhir/sid/icd-10"
LOINC = "http://loinc.org"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
DICOM_UID = "urn:dicom:uid"
LASTS = timedelta(minutes=30)
"""Of an appointment: a case only knows when it begins, Appointment.end is needed (rule app-3)."""
_PRIORITY = {
    Urgency.ROUTINE: "routine",
    Urgency.URGENT: "urgent",
    Urgency.EMERGENCY: "asap",
    Urgency.CRITICAL: "stat",
}
_TASK = {
    Status.DRAFT: "draft",
    Status.PENDING: "requested",
    Status.ASSIGNED: "accepted",
    Status.IN_PROGRESS: "in-progress",
    Status.COMPLETED: "completed",
    Status.CANCELLED: "cancelled",
}
_TASK_OF_PHASE = {
    Phase.AWAITING_INFORMATION: "on-hold",
    Phase.SUSPENDED: "on-hold",
    Phase.REJECTED: "rejected",
    Phase.ENTERED_IN_ERROR: "entered-in-error",
}
_REQUEST = {
    Status.DRAFT: "draft",
    Status.COMPLETED: "completed",
    Status.CANCELLED: "revoked",
}
_ENCOUNTER = {
    Status.IN_PROGRESS: "in-progress",
    Status.COMPLETED: "finished",
    Status.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class CaseResource:
    """One resource to be written; `criteria` find it again (ifNoneExist)."""

    key: str
    resource: Json = field(repr=False)
    criteria: str

    @property
    def kind(self) -> str:
        """Resource.resourceType."""
        return str(self.resource["resourceType"])


def key_of(consultation_id: UUID, what: str) -> str:
    """The same for the same part of a case, whoever makes it."""
    return uuid5(consultation_id, what).urn


def identified(consultation_id: UUID, what: str, resource: Json) -> CaseResource:
    """With the identifier that it is found by. Types without Resource.identifier (Provenance) have
    it as a tag (Meta.tag), which every type is searched by (R4 3.1.1.4.4)."""
    key = key_of(consultation_id, what)
    if resource["resourceType"] == "Provenance":
        tagged = {"tag": [{"system": URI, "code": key}]}
        return CaseResource(key, {**resource, "meta": tagged}, f"_tag={URI}|{key}")
    own = {"use": "official", "system": URI, "value": key}
    told = {**resource, "identifier": [own, *resource.get("identifier", [])]}
    return CaseResource(key, told, f"identifier={URI}|{key}")


def request_resources(
    case: Consultation, patient: str, reported_at: datetime | None = None
) -> tuple[CaseResource, ...]:
    """What is known when a case has been sent: ServiceRequest, Consent, Appointment, Encounter and
    Provenance, each behind those it refers to. `task_resource` follows when the report is known.

    Args:
        patient: Reference.reference of the Patient.
        reported_at: when the report that stands was signed.
    """
    id_, row, content = case.summary.id, case.summary, case.content
    subject = {"reference": patient}
    made = [identified(id_, "ServiceRequest", _request(case, subject))]
    if content.consent is not None and content.consent.complete:
        made.append(identified(id_, "Consent", _consent(row, content.consent, subject)))
    if row.scheduled_for is not None:
        made.append(identified(id_, "Appointment", _appointment(row, row.scheduled_for, subject)))
    made.append(identified(id_, "Encounter", _encounter(row, subject, reported_at)))
    targets = [one for one in made if one.kind in ("ServiceRequest", "Consent")]
    provenance = provenance_of(targets, row.requester, row.submitted_at or row.created_at)
    made.append(identified(id_, "Provenance", provenance))
    return tuple(made)


def patient_resource(patient: Patient) -> Json:
    """Who the patient of a case is, as far as that is entered."""
    resource: Json = {"resourceType": "Patient"}
    if patient.patient_id:
        kind = coded("http://terminology.hl7.org/CodeSystem/v2-0203", "MR")
        resource["identifier"] = [{"type": kind, "value": patient.patient_id}]
    if patient.name:
        resource["name"] = [{"use": "official", "text": patient.name}]
    if patient.phone:
        resource["telecom"] = [{"system": "phone", "value": patient.phone}]
    if patient.sex is not None:
        resource["gender"] = patient.sex.value
    if patient.birth_date is not None:
        resource["birthDate"] = patient.birth_date.isoformat()
    return resource


def task_resource(case: Consultation, patient: str, report: str | None = None) -> CaseResource:
    """The Task of the expert: who does it, and how far it is; `report` is the reference of the
    DiagnosticReport it ended in."""
    id_, row = case.summary.id, case.summary
    made: Json = {
        "resourceType": "Task",
        "groupIdentifier": number_identifier(row.number),
        "basedOn": [_to(id_, "ServiceRequest")],
        "status": _TASK_OF_PHASE.get(row.phase, _TASK[STATUS_OF[row.phase]]),
        "businessStatus": {"text": row.phase.value},
        "intent": "order",
        "priority": _PRIORITY[row.urgency or Urgency.ROUTINE],
        "code": coded("http://hl7.org/fhir/CodeSystem/task-code", "fulfill"),
        "focus": _to(id_, "ServiceRequest"),
        "for": {"reference": patient},
        "encounter": _to(id_, "Encounter"),
        "authoredOn": instant(row.submitted_at or row.created_at),
        "lastModified": instant(row.updated_at),
        "requester": shown(row.requester),
    }
    if row.expert is not None:
        made["owner"] = shown(row.expert)
    if report is not None:
        output = {"type": {"text": "会诊报告"}, "valueReference": {"reference": report}}
        made["output"] = [output]
    if case.decision is not None:
        note = f"{case.decision.value}: {case.decision_note}".rstrip(": ")
        made["note"] = [{"text": note}]
    return identified(id_, "Task", made)


def _request(case: Consultation, subject: Json) -> Json:
    row, content = case.summary, case.content
    in_error = row.phase is Phase.ENTERED_IN_ERROR
    status = _REQUEST.get(STATUS_OF[row.phase], "active")
    made: Json = {
        "resourceType": "ServiceRequest",
        "identifier": [number_identifier(row.number)],
        "status": "entered-in-error" if in_error else status,
        "intent": "order",
        "category": [coded("http://snomed.info/sct", "11429006", "Consultation")],
        "priority": _PRIORITY[row.urgency or Urgency.ROUTINE],
        "code": {"text": "远程会诊"},
        "subject": subject,
        "authoredOn": instant(row.submitted_at or row.created_at),
        "requester": shown(row.requester),
        "reasonCode": _reasons(content),
    }
    if row.department:
        made["performerType"] = {"text": row.department}
    if row.expert is not None:
        made["performer"] = [shown(row.expert)]
    if case.studies:
        made["supportingInfo"] = [study_reference(one.study_instance_uid) for one in case.studies]
    notes = [said for said in (content.question, content.history, content.findings) if said]
    if notes:
        made["note"] = [{"text": said} for said in notes]
    return made


def _reasons(content: CaseContent) -> list[Json]:
    return [
        *([{"text": content.reason}] if content.reason else []),
        *(coded(ICD10, code) for code in content.diagnosis_codes),
    ]


def _consent(row: ConsultationSummary, consent: Consent, subject: Json) -> Json:
    """A separate consent (个人信息保护法 29): permits treatment, and nothing else."""
    assert consent.form is not None
    assert consent.given_at is not None
    giver: Json = {"display": consent.given_by}
    if consent.guardian_relation:
        giver = {"type": "RelatedPerson", "display": consent.given_by}
    verified: Json = {"verified": True, "verificationDate": instant(consent.given_at)}
    if consent.witness:
        verified["verifiedWith"] = {"display": consent.witness}
    treat = coded("http://terminology.hl7.org/CodeSystem/v3-ActReason", "TREAT")["coding"]
    in_error = row.phase is Phase.ENTERED_IN_ERROR
    return {
        "resourceType": "Consent",
        "status": "entered-in-error" if in_error else "active",
        "scope": coded(
            "http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy", "Privacy"
        ),
        "category": [coded(LOINC, "59284-0", "Consent Document"), {"text": consent.form.value}],
        "patient": subject,
        "dateTime": instant(consent.given_at),
        "performer": [giver if consent.guardian_relation else subject],
        "organization": [{"display": row.requester.institution_name or "?"}],
        "policyRule": {**coded(ACT_CODE, "OPTIN", "opt-in"), "text": "个人信息保护法第二十九条"},
        "verification": [verified],
        "provision": {"type": "permit", "purpose": treat},
    }


def _appointment(row: ConsultationSummary, at: datetime, subject: Json) -> Json:
    people = [shown(row.requester), *([shown(row.expert)] if row.expert else [])]
    return {
        "resourceType": "Appointment",
        "status": _appointment_status(row),
        "serviceType": [{"text": "远程会诊"}],
        "start": instant(at),
        "end": instant(at + LASTS),
        "basedOn": [_to(row.id, "ServiceRequest")],
        "participant": [{"actor": one, "status": "accepted"} for one in (subject, *people)],
    }


def _appointment_status(row: ConsultationSummary) -> str:
    made = row.appointment
    if row.phase is Phase.ENTERED_IN_ERROR:
        return "entered-in-error"
    if made is not None and made.met_at is not None:
        return "fulfilled"
    if made is not None and made.recorded_at is not None:
        return "noshow"
    ended = STATUS_OF[row.phase] is Status.CANCELLED
    return "cancelled" if ended else "booked"


def _encounter(row: ConsultationSummary, subject: Json, reported_at: datetime | None) -> Json:
    """Virtual (v3-ActCode VR). It says where the two met, never what they said. Once the case is
    over it ends with the report, or with what ended the case."""
    in_error = row.phase is Phase.ENTERED_IN_ERROR
    status = _ENCOUNTER.get(STATUS_OF[row.phase], "planned")
    made: Json = {
        "resourceType": "Encounter",
        "identifier": [number_identifier(row.number)],
        "status": "entered-in-error" if in_error else status,
        "class": {"system": ACT_CODE, "code": "VR", "display": "virtual"},
        "subject": subject,
        "basedOn": [_to(row.id, "ServiceRequest")],
        "participant": [{"individual": shown(row.requester)}],
    }
    if row.expert is not None:
        made["participant"].append({"individual": shown(row.expert)})
    if row.scheduled_for is not None:
        made["appointment"] = [_to(row.id, "Appointment")]
    if row.appointment is not None and row.appointment.met_at is not None:
        met = row.appointment.met_at
        made["period"] = {"start": instant(met)}
        if STATUS_OF[row.phase] in (Status.COMPLETED, Status.CANCELLED):
            made["period"]["end"] = instant(max(met, reported_at or row.updated_at))
    return made


def provenance_of(targets: list[CaseResource], who: Person, at: datetime) -> Json:
    """Who says what these say, and since when."""
    data = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
    return {
        "resourceType": "Provenance",
        "target": [{"reference": one.key} for one in targets],
        "occurredDateTime": instant(at),
        "recorded": instant(at),
        "activity": coded(data, "CREATE", "create"),
        "agent": [agent_of("author", who)],
    }


def agent_of(part: str, who: Person) -> Json:
    """Provenance.agent; `part` is a code of R4's ProvenanceParticipantType."""
    parts = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
    agent: Json = {"type": coded(parts, part, part.capitalize()), "who": shown(who)}
    if who.institution_name:
        agent["onBehalfOf"] = {"display": who.institution_name}
    return agent


def imaging_study(case_id: UUID, study: AttachedStudy, patient: str) -> CaseResource:
    """A study of the case, as far as the case knows it; for an export, in which it has no archive
    to stand in."""
    dicom = "http://dicom.nema.org/resources/ontology/DCM"
    resource: Json = {
        "resourceType": "ImagingStudy",
        "identifier": [_dicom(study.study_instance_uid)],
        "status": "available" if study.verified else "registered",
        "modality": [{"system": dicom, "code": one} for one in study.modalities],
        "subject": {"reference": patient},
        "numberOfInstances": study.declared,
    }
    if study.description:
        resource["description"] = study.description
    if not study.modalities:
        del resource["modality"]
    return identified(case_id, f"ImagingStudy {study.study_instance_uid}", resource)


def study_reference(uid: str) -> Json:
    """A study by its UID (a logical reference, R4 2.3.0.2): whoever has it knows it by that."""
    return {"type": "ImagingStudy", "identifier": _dicom(uid)}


def _dicom(uid: str) -> Json:
    return {"system": DICOM_UID, "value": f"urn:oid:{uid}"}


def number_identifier(number: str) -> Json:
    """The number people say: that of who placed the order (HL7 v2 table 0203, PLAC)."""
    kind = coded("http://terminology.hl7.org/CodeSystem/v2-0203", "PLAC", "Placer Identifier")
    return {"use": "secondary", "type": kind, "value": number}


def shown(person: Person) -> Json:
    """Somebody whom the hospital's server need not know."""
    return {"display": person.display_name}


def coded(system: str, code: str, display: str = "") -> Json:
    """A CodeableConcept of one code."""
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return {"coding": [coding]}


def instant(at: datetime) -> str:
    """A FHIR instant, to the second."""
    return at.isoformat(timespec="seconds")


def _to(consultation_id: UUID, what: str) -> Json:
    return {"reference": key_of(consultation_id, what)}


def with_references(resource: Any, known: Mapping[str, str]) -> Any:
    """The same with every Reference that is in `known` replaced: by addresses a server gave, or by
    other keys."""
    if isinstance(resource, list):
        return [with_references(one, known) for one in resource]
    if not isinstance(resource, dict):
        return resource
    made = {key: with_references(value, known) for key, value in resource.items()}
    told = made.get("reference")
    if isinstance(told, str) and told in known:
        made["reference"] = known[told]
    return made


def located(resource: Any, studies: Mapping[str, str]) -> Any:
    """The same with the address of each study that is named by its UID alone.

    Args:
        studies: Identifier.value (`urn:oid:…`) → Reference.reference.
    """
    if isinstance(resource, list):
        return [located(one, studies) for one in resource]
    if not isinstance(resource, dict):
        return resource
    made = {key: located(value, studies) for key, value in resource.items()}
    if (uid := study_uid(made)) in studies:
        made["reference"] = studies[uid]
    return made


def study_uid(reference: Json) -> str:
    """Of a reference to a study by its UID (`study_reference`); empty where it is none."""
    named = reference.get("identifier") if reference.get("type") == "ImagingStudy" else None
    return str(named.get("value") or "") if isinstance(named, dict) else ""
