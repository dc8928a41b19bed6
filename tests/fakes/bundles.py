"""Bundles of an invented patient, as a clinic shares them."""

import json
from datetime import datetime
from typing import Any

Json = dict[str, Any]

LOINC = "http://loinc.org"
DATED = "2026-01-05T08:30:00+08:00"


def instant() -> datetime:
    """When it was read at the hospital."""
    return datetime.fromisoformat(DATED)


def patient(**more: object) -> Json:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "name": [
            {"use": "official", "family": "何", "given": ["小溪"]},
            {"family": "He", "given": ["Xiaoxi"]},
        ],
        "gender": "female",
        "birthDate": "1958-04-02",
        "identifier": [
            {"system": "urn:oid:2.16.156.10011.1.3", "value": "11010519580402002X"},
            {"type": {"coding": [{"code": "MR"}]}, "value": "QS-2026-0042"},
        ],
        **more,
    }


def of_patient(kind: str, id_: str, **more: object) -> Json:
    owner = "patient" if kind in ("AllergyIntolerance", "Immunization") else "subject"
    told = {"resourceType": kind, "id": id_, owner: {"reference": "Patient/p1"}}
    return told | _REGULAR.get(kind, {}) | more


_REGULAR: dict[str, Json] = {
    "MedicationRequest": {"status": "active", "intent": "order"},
    "DocumentReference": {"status": "current"},
    "Immunization": {"status": "completed"},
}
"""What the standard demands of each."""


def condition(id_: str = "c1", **more: object) -> Json:
    told = {"code": {"text": "高血压病"}, "onsetDateTime": "2016-03", **more}
    return of_patient("Condition", id_, **told)


def haemoglobin(id_: str = "o1", value: float = 98, **more: object) -> Json:
    return of_patient(
        "Observation",
        id_,
        **{
            "status": "final",
            "category": [{"coding": [{"code": "laboratory"}]}],
            "code": {
                "coding": [{"system": "http://loinc.org", "code": "718-7"}],
                "text": "血红蛋白",
            },
            "valueQuantity": {"value": value, "unit": "g/L"},
            "referenceRange": [{"low": {"value": 115}, "high": {"value": 150}}],
            "effectiveDateTime": "2026-01-04T09:00:00+08:00",
            **more,
        },
    )


def bundle(*resources: Json, **more: object) -> Json:
    told = resources or (patient(), condition(), haemoglobin())
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": DATED,
        "entry": [{"resource": one} for one in told],
        **more,
    }


def raw(*resources: Json, **more: object) -> bytes:
    return json.dumps(bundle(*resources, **more), ensure_ascii=False).encode()
