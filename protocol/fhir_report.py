"""A signed report in the words of FHIR R4: DiagnosticReport with its paper, and its Provenance."""

import base64
import hashlib
from decimal import Decimal
from typing import Any

from protocol.consultation import Consultation, Person, Phase
from protocol.fhir_case import (
    ICD10,
    LOINC,
    CaseResource,
    agent_of,
    coded,
    identified,
    instant,
    key_of,
    number_identifier,
    provenance_of,
    request_resources,
    study_reference,
    task_resource,
)
from protocol.report import PDF, Report
from protocol.structured import Side, StructuredFinding

Json = dict[str, Any]
CONSULT_NOTE = "11488-4"
UCUM = "http://unitsofmeasure.org"
FINDING = "urn:oid:2.25.173630820934646987617735046611926697772"
"""The code system of structured findings (`resources/report/templates.toml`)."""
_SIDES = {Side.RIGHT: "右侧", Side.LEFT: "左侧", Side.BOTH: "双侧"}


def case_resources(
    case: Consultation, patient: str, report: Report | None = None, paper: bytes | None = None
) -> tuple[CaseResource, ...]:
    """Everything that is to be written of a case, each resource behind those it refers to.

    Args:
        patient: Reference.reference of the Patient.
        report: as it was signed and verified; `paper` is its PDF.
    """
    made = request_resources(case, patient, report.signed_at if report is not None else None)
    if report is None:
        return (*made, task_resource(case, patient))
    id_ = case.summary.id
    in_error = case.summary.phase is Phase.ENTERED_IN_ERROR
    observed = observations(report, patient, in_error=in_error)
    resource = diagnostic_report(report, patient, paper, in_error=in_error)
    if observed:
        resource["result"] = [{"reference": one.key} for one in observed]
    told = identified(id_, "DiagnosticReport", resource)
    origin = _origin(report, [*observed, told])
    whose = identified(id_, f"Provenance of report {report.version}", origin)
    return (*made, *observed, told, task_resource(case, patient, told.key), whose)


def _origin(report: Report, targets: list[CaseResource]) -> Json:
    """Provenance: who wrote and signed it, and who attested to it with a signature of their own."""
    author = Person(
        id=report.expert_id,
        display_name=report.expert_name,
        institution_name=report.expert_institution,
    )
    made = provenance_of(targets, author, report.signed_at)
    approved = report.co_signature
    if approved is not None:
        reviewer = Person(
            id=approved.reviewer_id,
            display_name=approved.reviewer_name,
            institution_name=approved.reviewer_institution,
        )
        made["agent"].append(agent_of("attester", reviewer))
    return made


def diagnostic_report(
    report: Report, patient: str, paper: bytes | None, *, in_error: bool = False
) -> Json:
    """`conclusion` is what a reader needs at once; the whole is in `presentedForm`."""
    opinion, id_ = report.opinion, report.consultation_id
    critical = (opinion.critical_finding or "危急") if opinion.critical else ""
    said = (critical and f"⚠ {critical}", opinion.impression, opinion.recommendation)
    status = "amended" if report.version > 1 else "final"
    made: Json = {
        "resourceType": "DiagnosticReport",
        "identifier": [number_identifier(report.number)],
        "basedOn": [{"reference": key_of(id_, "ServiceRequest")}],
        "status": "entered-in-error" if in_error else status,
        "code": {**coded(LOINC, CONSULT_NOTE, "Consult note"), "text": "远程会诊报告"},
        "subject": {"reference": patient},
        "encounter": {"reference": key_of(id_, "Encounter")},
        "effectiveDateTime": instant(report.signed_at),
        "issued": instant(report.signed_at),
        "performer": [{"display": report.expert_institution}],
        "resultsInterpreter": [{"display": report.expert_name}],
        "conclusion": "\n".join(one for one in said if one),
    }
    if report.co_signature is not None:
        made["resultsInterpreter"].append({"display": report.co_signature.reviewer_name})
    if report.study_instance_uids:
        made["imagingStudy"] = [study_reference(uid) for uid in report.study_instance_uids]
    if opinion.diagnosis_codes:
        made["conclusionCode"] = [coded(ICD10, code) for code in opinion.diagnosis_codes]
    if paper is not None:
        made["presentedForm"] = [attachment(report, paper)]
    if not made["conclusion"]:
        del made["conclusion"]
    return made


def observations(
    report: Report, patient: str, *, in_error: bool = False
) -> tuple[CaseResource, ...]:
    """Each structured finding: a Quantity in UCUM, or the category as text."""
    id_ = report.consultation_id
    status = "amended" if report.version > 1 else "final"
    made = []
    for one in report.opinion.structured:
        code = coded(FINDING, one.code, one.name)
        if one.loinc:
            code["coding"].insert(0, {"system": LOINC, "code": one.loinc})
        resource: Json = {
            "resourceType": "Observation",
            "basedOn": [{"reference": key_of(id_, "ServiceRequest")}],
            "status": "entered-in-error" if in_error else status,
            "code": {**code, "text": one.name},
            "subject": {"reference": patient},
            "encounter": {"reference": key_of(id_, "Encounter")},
            "effectiveDateTime": instant(report.signed_at),
            "issued": instant(report.signed_at),
            "performer": [{"display": report.expert_name}],
        }
        if one.side is not Side.NONE:
            resource["bodySite"] = {"text": _SIDES[one.side]}
        resource |= _value(one)
        made.append(identified(id_, f"Observation {one.code} {one.side}".rstrip(), resource))
    return tuple(made)


def _value(one: StructuredFinding) -> Json:
    if not one.ucum:
        return {"valueString": one.value}
    shown = {"unit": one.unit} if one.unit else {}
    measured = {"value": Decimal(one.value), **shown, "system": UCUM, "code": one.ucum}
    return {"valueQuantity": measured}


def attachment(report: Report, paper: bytes) -> Json:
    """The PDF as it is; `hash` is SHA-1 because Attachment.hash is (R4 2.24.0.6)."""
    return {
        "contentType": PDF,
        "language": "zh-CN",
        "data": base64.b64encode(paper).decode(),
        "size": len(paper),
        "hash": base64.b64encode(hashlib.sha1(paper, usedforsecurity=False).digest()).decode(),
        "title": f"{report.number} v{report.version}",
        "creation": instant(report.signed_at),
    }
