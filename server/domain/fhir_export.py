"""Cases as FHIR R4 for others: one as a transaction Bundle, many as lines for bulk data (NDJSON).

What names the patient is part of it unless the case was made anonymous before
(`server.domain.anonymous`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from protocol import decimals
from protocol.consultation import Consultation, Patient
from protocol.fhir_case import (
    CaseResource,
    coded,
    identified,
    imaging_study,
    key_of,
    located,
    patient_resource,
    with_references,
)
from protocol.fhir_report import case_resources
from protocol.report import Report

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ExportedCase:
    """What is told of one case. `home` is the institution whose patient it is: a patient of several
    of its cases is one Patient. `age` stands where the date of birth does not."""

    home: UUID
    case: Consultation
    report: Report | None = None
    paper: bytes | None = None
    age: str = ""


def exported(told: ExportedCase) -> tuple[CaseResource, ...]:
    """Every resource of a case, each behind those it refers to; studies are among them."""
    case = told.case
    patient = _patient(told)
    whose = patient.key
    studies = tuple(imaging_study(case.summary.id, one, whose) for one in case.studies)
    where = {one.resource["identifier"][-1]["value"]: one.key for one in studies}
    age = [_age(case.summary.id, told.age, whose)] if told.age else []
    resources = case_resources(case, whose, told.report, told.paper)
    placed = (
        CaseResource(one.key, located(one.resource, where), one.criteria) for one in resources
    )
    return (patient, *age, *studies, *placed)


def _patient(told: ExportedCase) -> CaseResource:
    entered = told.case.content.patient or Patient()
    who = entered.patient_id or f"of {told.case.summary.id}"
    return identified(told.home, f"Patient {who}", patient_resource(entered))


def _age(case_id: UUID, band: str, whose: str) -> CaseResource:
    """The band of years in which the patient was."""
    resource: Json = {
        "resourceType": "Observation",
        "status": "final",
        "code": {**coded("http://loinc.org", "30525-0", "Age"), "text": "年龄段"},
        "subject": {"reference": whose},
        "valueString": band,
    }
    return identified(case_id, "Observation of the age", resource)


def transaction(resources: Iterable[CaseResource]) -> Json:
    """A Bundle that a server takes whole or not at all (R4 3.1.0.11); sent again it makes nothing
    twice.

    Trap: servers put their own address wherever an entry's fullUrl stands (R4 3.1.0.11.2), also in
    identifiers: an entry is not called by what its resource is found by.
    """
    told = tuple(resources)
    names = {one.key: key_of(UUID(one.key), "entry") for one in told}
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": names[one.key],
                "resource": with_references(one.resource, names),
                "request": {"method": "POST", "url": one.kind, "ifNoneExist": one.criteria},
            }
            for one in told
        ],
    }


def bulk_lines(resources: Iterable[CaseResource]) -> Iterator[tuple[str, str, str]]:
    """(type, id, line) of each resource, as bulk data have it (Bulk Data Access 2.0): ids are
    there, and references are relative."""
    told = tuple(resources)
    known = {one.key: f"{one.kind}/{_id(one.key)}" for one in told}
    for one in told:
        resource = {**with_references(one.resource, known), "id": _id(one.key)}
        line = decimals.dumps(resource, compact=True)
        yield one.kind, _id(one.key), line


def _id(key: str) -> str:
    return key.removeprefix("urn:uuid:")


def anonymous_key(run: UUID, what: object) -> UUID:
    """An id that only the run that made it could lead back: the same for the same thing in it."""
    return UUID(key_of(run, str(what)).removeprefix("urn:uuid:"))
