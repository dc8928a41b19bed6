"""An entry of the audit trail as FHIR R4 AuditEvent, for who watches many systems."""

import re
from typing import Any, assert_never

from protocol.fhir_case import URI, key_of
from server.domain.audit import Access, AuditEntry, Resource

Json = dict[str, Any]
_BEGUN = re.compile(r" at=(\S+)$")
"""When an export began, which may be told later."""
OBSERVER = "huizhen-server"
_DCM = "http://dicom.nema.org/resources/ontology/DCM"
_REST = "http://hl7.org/fhir/restful-interaction"
_REASONS = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_ACTIONS = {
    Access.CREATE: "C",
    Access.READ: "R",
    Access.UPDATE: "U",
    Access.DELETE: "D",
    Access.EXECUTE: "E",
}
_TYPES = {
    Resource.CONSULTATION: "ServiceRequest",
    Resource.TIMELINE: "ServiceRequest",
    Resource.STUDY: "ImagingStudy",
    Resource.INSTANCE: "ImagingStudy",
    Resource.OPINION: "DiagnosticReport",
    Resource.REPORT: "DiagnosticReport",
    Resource.PRESENTED_FORM: "DiagnosticReport",
    Resource.REPORT_PICTURE: "Media",
    Resource.CHAT: "Communication",
    Resource.CALL: "Encounter",
    Resource.CONSENT: "Consent",
    Resource.RECORDING: "Media",
    Resource.RECORD: "Bundle",
    Resource.ACCOUNT: "Practitioner",
    Resource.INSTITUTION: "Organization",
    Resource.ROTA: "Schedule",
}
"""What comes nearest of FHIR's types; others have none."""


def audit_event(entry: AuditEntry) -> Json:
    """Everything the entry says; people are named by the ids of their accounts (R4 6.4). An export
    is that of DICOM PS3.15 A.5.3, whose action is reading."""
    made: Json = {
        "resourceType": "AuditEvent",
        "id": str(entry.id),
        "type": _type(entry),
        "action": "R" if entry.resource is Resource.EXPORT else _ACTIONS[entry.access],
        "recorded": entry.at.isoformat(timespec="milliseconds"),
        "outcome": "0" if entry.outcome is None else "4",
        "agent": [_agent(entry)],
        "source": {
            "observer": {"display": OBSERVER},
            "type": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/security-source-type",
                    "code": "4",
                    "display": "Application Server",
                }
            ],
        },
        "entity": list(_entities(entry)),
    }
    if subtypes := _subtypes(entry):
        made["subtype"] = subtypes
    if entry.outcome is not None:
        made["outcomeDesc"] = entry.outcome
    if entry.resource is Resource.EXPORT and (begun := _BEGUN.search(entry.detail)):
        made["period"] = {"start": begun[1]}
    if entry.purpose is not None:
        made["purposeOfEvent"] = [{"coding": [{"system": _REASONS, "code": entry.purpose}]}]
    return made


def _type(entry: AuditEntry) -> Json:
    if entry.resource is Resource.SESSION:
        return {"system": _DCM, "code": "110114", "display": "User Authentication"}
    if entry.resource is Resource.EXPORT:
        return {"system": _DCM, "code": "110106", "display": "Export"}
    system = "http://terminology.hl7.org/CodeSystem/audit-event-type"
    return {"system": system, "code": "rest", "display": "RESTful Operation"}


def _subtypes(entry: AuditEntry) -> list[Json]:
    if entry.resource is Resource.EXPORT:
        return []
    if entry.resource is Resource.SESSION:
        match entry.access:
            case Access.DELETE:
                return [{"system": _DCM, "code": "110123", "display": "Logout"}]
            case Access.CREATE | Access.READ | Access.UPDATE | Access.EXECUTE:
                return [{"system": _DCM, "code": "110122", "display": "Login"}]
            case _:
                assert_never(entry.access)
    code = "operation" if entry.access is Access.EXECUTE else entry.access.value
    return [{"system": _REST, "code": code}]


def _agent(entry: AuditEntry) -> Json:
    """Who did it; the server itself where the entry names nobody, or who ran a command there, by
    their name at that computer."""
    if entry.account_id is None:
        agent: Json = {"who": {"display": OBSERVER}, "requestor": False}
        name, at, computer = (entry.origin or "").rpartition("@")
        if at:
            network = {"address": computer, "type": "1"}
            return agent | {"altId": name, "requestor": True, "network": network}
    else:
        named = {"system": URI, "value": entry.account_id.urn}
        agent = {"who": {"identifier": named}, "requestor": True}
    if entry.origin is not None:
        agent["network"] = {"address": entry.origin, "type": "2"}
    return agent


def _entities(entry: AuditEntry) -> list[Json]:
    """What it was done to, and the case that belongs to, by the identifier it has at a hospital and
    in an export (`protocol.fhir_case`)."""
    details = [
        {"type": name, "valueString": value}
        for name, value in (("detail", entry.detail), ("request", entry.request_id or ""))
        if value
    ]
    kind = _TYPES.get(entry.resource)
    target: Json = {"description": entry.resource.value}
    if entry.target:
        target["what"] = {"identifier": {"value": entry.target}}
    if entry.target and kind:
        target["what"]["type"] = kind
    if kind:
        target["type"] = {"system": "http://hl7.org/fhir/resource-types", "code": kind}
    if details:
        target["detail"] = details
    if entry.consultation_id is None:
        return [target]
    named = {"system": URI, "value": key_of(entry.consultation_id, "ServiceRequest")}
    case = {"what": {"type": "ServiceRequest", "identifier": named}, "description": "case"}
    return [target, case]
