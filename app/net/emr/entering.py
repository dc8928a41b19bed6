"""What a clinic writes into its own record by hand, as FHIR R4 resources.

Vital signs carry the LOINC codes and UCUM units of R4's profile of that name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum, auto
from uuid import UUID

from app.net.emr.elements import Json
from app.net.emr.results import LOINC
from protocol.fhir_case import ICD10, CaseResource, coded, identified
from protocol.fhir_report import UCUM

_TERMS = "http://terminology.hl7.org/CodeSystem"
_CATEGORY = f"{_TERMS}/observation-category"
_CONDITION_STATE = f"{_TERMS}/condition-clinical"
_CONDITION_SURE = f"{_TERMS}/condition-ver-status"
_ALLERGY_STATE = f"{_TERMS}/allergyintolerance-clinical"
_ALLERGY_SURE = f"{_TERMS}/allergyintolerance-verification"
_SNOMED = "http://snomed.info/sct"
_NO_ALLERGY = "716186003"
IN_ERROR = "entered-in-error"


class EntryKind(Enum):
    """What is entered."""

    ALLERGY = auto()
    PROBLEM = auto()
    MEDICATION = auto()
    VITALS = auto()
    LABORATORY = auto()
    IMMUNISATION = auto()


class VitalSign(StrEnum):
    """The values are LOINC codes."""

    SYSTOLIC = "8480-6"
    DIASTOLIC = "8462-4"
    HEART_RATE = "8867-4"
    RESPIRATORY_RATE = "9279-1"
    TEMPERATURE = "8310-5"
    OXYGEN = "2708-6"
    WEIGHT = "29463-7"
    HEIGHT = "8302-2"


@dataclass(frozen=True, slots=True)
class _Measure:
    """`unit` as people write it, `ucum` as UCUM does; outside of `low` to `high` nobody lives."""

    words: str
    chinese: str
    unit: str
    ucum: str
    low: int
    high: int


VITALS: dict[VitalSign, _Measure] = {
    VitalSign.SYSTOLIC: _Measure("Systolic blood pressure", "收缩压", "mmHg", "mm[Hg]", 30, 300),
    VitalSign.DIASTOLIC: _Measure("Diastolic blood pressure", "舒张压", "mmHg", "mm[Hg]", 10, 200),
    VitalSign.HEART_RATE: _Measure("Heart rate", "心率", "/min", "/min", 10, 350),
    VitalSign.RESPIRATORY_RATE: _Measure("Respiratory rate", "呼吸", "/min", "/min", 2, 120),
    VitalSign.TEMPERATURE: _Measure("Body temperature", "体温", "°C", "Cel", 20, 45),
    VitalSign.OXYGEN: _Measure("Oxygen saturation", "血氧饱和度", "%", "%", 20, 100),
    VitalSign.WEIGHT: _Measure("Body weight", "体重", "kg", "kg", 0, 500),
    VitalSign.HEIGHT: _Measure("Body height", "身高", "cm", "cm", 20, 260),
}
PRESSURE = (VitalSign.SYSTOLIC, VitalSign.DIASTOLIC)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One thing to be entered. `id` is made with the form, so that the same form sent twice makes
    one entry; `at` is since or on when, a FHIR dateTime as exact as it is known, empty where nobody
    knows.

    `title` is the substance, problem, medicine, test or vaccine; `note` the reaction, how it is
    taken, or the batch. `none_known`: of allergies, that there are none.
    """

    id: UUID
    kind: EntryKind
    at: str = ""
    title: str = ""
    icd10: str = ""
    note: str = ""
    severe: bool = False
    none_known: bool = False
    vitals: tuple[tuple[VitalSign, Decimal], ...] = ()
    value: Decimal | None = None
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None

    def __repr__(self) -> str:
        return f"NewEntry({self.kind.name}, …)"


def resources_of(entry: NewEntry, patient: str, author: str) -> tuple[CaseResource, ...]:
    """`patient` is a reference (`Patient/1`), `author` the name of who enters it."""
    subject, who = {"reference": patient}, {"display": author}
    made = (_resource(one, subject, who) for one in _told(entry))
    return tuple(identified(entry.id, _part(one), one) for one in made)


def _part(told: Json) -> str:
    """The same for the same thing of one form, whatever else it says when it is sent again."""
    coding = told["code"].get("coding", ()) if told["resourceType"] == "Observation" else ()
    return " ".join((told["resourceType"], *(one["code"] for one in coding)))


def _resource(told: Json, subject: Json, who: Json) -> Json:
    """With whose it is and who says so, where its type has that."""
    match told["resourceType"]:
        case "AllergyIntolerance":
            return {**told, "patient": subject, "recorder": who}
        case "Condition":
            return {**told, "subject": subject, "recorder": who}
        case "MedicationStatement":
            return {**told, "subject": subject, "informationSource": who}
        case "Immunization":
            return {**told, "patient": subject, "performer": [{"actor": who}]}
        case _:
            return {**told, "subject": subject, "performer": [who]}


def _told(entry: NewEntry) -> Iterator[Json]:
    match entry.kind:
        case EntryKind.ALLERGY:
            yield _allergy(entry)
        case EntryKind.PROBLEM:
            code: Json = {"text": entry.title}
            if entry.icd10:
                code |= coded(ICD10, entry.icd10, entry.title)
            yield (
                {
                    "resourceType": "Condition",
                    "clinicalStatus": coded(_CONDITION_STATE, "active"),
                    "verificationStatus": coded(_CONDITION_SURE, "confirmed"),
                    "code": code,
                }
                | _at(entry, "onsetDateTime")
                | _noted(entry)
            )
        case EntryKind.MEDICATION:
            yield {
                "resourceType": "MedicationStatement",
                "status": "active",
                "medicationCodeableConcept": {"text": entry.title},
                **({"effectivePeriod": {"start": entry.at}} if entry.at else {}),
            } | ({"dosage": [{"text": entry.note}]} if entry.note else {})
        case EntryKind.VITALS:
            yield from _vitals(entry)
        case EntryKind.LABORATORY:
            yield _laboratory(entry)
        case EntryKind.IMMUNISATION:
            yield {
                "resourceType": "Immunization",
                "status": "completed",
                "vaccineCode": {"text": entry.title},
                **(_at(entry, "occurrenceDateTime") or {"occurrenceString": "不详"}),
            } | ({"lotNumber": entry.note} if entry.note else {})


def _at(entry: NewEntry, element: str) -> Json:
    """When, where that is known."""
    return {element: entry.at} if entry.at else {}


def _noted(entry: NewEntry) -> Json:
    return {"note": [{"text": entry.note}]} if entry.note else {}


def _allergy(entry: NewEntry) -> Json:
    told: Json = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": coded(_ALLERGY_STATE, "active"),
        "verificationStatus": coded(_ALLERGY_SURE, "confirmed"),
    }
    if entry.none_known:
        said = coded(_SNOMED, _NO_ALLERGY, "No known allergy") | {"text": "无已知过敏"}
        return told | {"code": said} | _at(entry, "recordedDate")
    told |= {"code": {"text": entry.title}} | _at(entry, "onsetDateTime")
    if entry.severe:
        told["criticality"] = "high"
    if entry.note:
        told["reaction"] = [{"manifestation": [{"text": entry.note}]}]
    return told


def _vitals(entry: NewEntry) -> Iterator[Json]:
    values = dict(entry.vitals)
    pressure = [one for one in PRESSURE if one in values]
    head: Json = {
        "resourceType": "Observation",
        "status": "final",
        "category": [coded(_CATEGORY, "vital-signs")],
    } | _at(entry, "effectiveDateTime")
    if pressure:
        parts = [_measured(one, values[one]) for one in pressure]
        panel = coded(LOINC, "85354-9", "Blood pressure panel") | {"text": "血压"}
        yield {**head, "code": panel, "component": parts}
    for sign, value in values.items():
        if sign not in PRESSURE:
            yield head | _measured(sign, value)


def _measured(sign: VitalSign, value: Decimal) -> Json:
    measure = VITALS[sign]
    code = coded(LOINC, sign.value, measure.words) | {"text": measure.chinese}
    return {"code": code, "valueQuantity": _quantity(value, measure.unit, measure.ucum)}


def _laboratory(entry: NewEntry) -> Json:
    told: Json = {
        "resourceType": "Observation",
        "status": "final",
        "category": [coded(_CATEGORY, "laboratory")],
        "code": {"text": entry.title},
    } | _at(entry, "effectiveDateTime")
    if entry.value is not None:
        told["valueQuantity"] = _quantity(entry.value, entry.unit)
    else:
        told["valueString"] = entry.note
    usual = {
        name: _quantity(bound, entry.unit)
        for name, bound in (("low", entry.low), ("high", entry.high))
        if bound is not None
    }
    return told | ({"referenceRange": [usual]} if usual else {})


def _quantity(value: Decimal, unit: str, ucum: str = "") -> Json:
    told: Json = {"value": value}
    if unit:
        told["unit"] = unit
    return told | ({"system": UCUM, "code": ucum} if ucum else {})


ENDING = ("Condition", "MedicationStatement")
"""Types of what is over one day."""


def over(resource: Json, at: str) -> Json:
    """The same problem or medicine, over since `at` (a FHIR dateTime; empty: nobody knows)."""
    if resource["resourceType"] == "Condition":
        state = coded(_CONDITION_STATE, "resolved")
        ended = {"abatementDateTime": at} if at else {}
        return {**resource, "clinicalStatus": state, **ended}
    period = {**resource.get("effectivePeriod", {}), **({"end": at} if at else {})}
    taken = {"effectivePeriod": period} if period else {}
    return {**resource, "status": "completed", **taken}


def in_error(resource: Json) -> Json:
    """The same resource, taken back by who keeps it (R4: it must not be used)."""
    match resource["resourceType"]:
        case "AllergyIntolerance" | "Condition" as kind:
            system = _ALLERGY_SURE if kind == "AllergyIntolerance" else _CONDITION_SURE
            kept = {key: value for key, value in resource.items() if key != "clinicalStatus"}
            return {**kept, "verificationStatus": coded(system, IN_ERROR)}
        case _:
            return {**resource, "status": IN_ERROR}
