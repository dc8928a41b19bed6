"""What FHIR R4 resources are found by (R4 3.1.1.4): types, parameters, and what is sent along."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """How a parameter is compared (R4 3.1.1.4)."""

    TOKEN = "token"  # nosec B105  # R4's word
    REFERENCE = "reference"
    NAME = "string"
    DAY = "date"


@dataclass(frozen=True, slots=True)
class Parameter:
    """`paths`: the elements it looks at, lists passed through."""

    name: str
    sort: Sort
    paths: tuple[str, ...]


IDENTIFIER = Parameter("identifier", Sort.TOKEN, ("identifier",))
_TAG = Parameter("_tag", Sort.TOKEN, ("meta.tag",))
_STATUS = Parameter("status", Sort.TOKEN, ("status",))
_CODE = Parameter("code", Sort.TOKEN, ("code",))
_CATEGORY = Parameter("category", Sort.TOKEN, ("category",))
_ENCOUNTER = Parameter("encounter", Sort.REFERENCE, ("encounter",))
_BASED_ON = Parameter("based-on", Sort.REFERENCE, ("basedOn",))
PATIENT = "patient"


def _of(path: str) -> tuple[Parameter, ...]:
    """Whose it is, by both names that R4 gives it."""
    named = (Parameter(PATIENT, Sort.REFERENCE, (path,)),)
    both = path in ("subject", "for")
    return (*named, Parameter("subject", Sort.REFERENCE, (path,))) if both else named


def _dated(*paths: str) -> Parameter:
    return Parameter("date", Sort.DAY, paths)


_SUBJECT, _PATIENT = _of("subject"), _of("patient")
_PERSON = tuple(Parameter(name, Sort.NAME, ("name",)) for name in ("name", "family", "given"))
_OWN: Mapping[str, tuple[Parameter, ...]] = {
    "Patient": (
        *_PERSON,
        Parameter("birthdate", Sort.DAY, ("birthDate",)),
        Parameter("gender", Sort.TOKEN, ("gender",)),
        Parameter("telecom", Sort.TOKEN, ("telecom",)),
    ),
    "AllergyIntolerance": (
        *_PATIENT,
        _CODE,
        _CATEGORY,
        Parameter("clinical-status", Sort.TOKEN, ("clinicalStatus",)),
        _dated("recordedDate"),
    ),
    "Appointment": (
        Parameter(PATIENT, Sort.REFERENCE, ("participant.actor",)),
        _STATUS,
        _dated("start"),
    ),
    "CarePlan": (*_SUBJECT, _STATUS, _CATEGORY),
    "Condition": (
        *_SUBJECT,
        _CODE,
        _CATEGORY,
        _ENCOUNTER,
        Parameter("clinical-status", Sort.TOKEN, ("clinicalStatus",)),
    ),
    "Consent": (*_PATIENT, _STATUS, _CATEGORY, _dated("dateTime")),
    "Device": (*_PATIENT, _STATUS, Parameter("type", Sort.TOKEN, ("type",))),
    "DiagnosticReport": (
        *_SUBJECT,
        _CODE,
        _CATEGORY,
        _STATUS,
        _ENCOUNTER,
        _BASED_ON,
        _dated("effectiveDateTime", "effectivePeriod.start"),
    ),
    "DocumentReference": (
        *_SUBJECT,
        _STATUS,
        _CATEGORY,
        Parameter("type", Sort.TOKEN, ("type",)),
        _dated("date"),
    ),
    "Encounter": (
        *_SUBJECT,
        _STATUS,
        Parameter("class", Sort.TOKEN, ("class",)),
        _dated("period.start"),
    ),
    "FamilyMemberHistory": (*_PATIENT, _STATUS, _dated("date")),
    "ImagingStudy": (*_SUBJECT, _STATUS, _BASED_ON, _ENCOUNTER, _dated("started")),
    "Immunization": (*_PATIENT, _STATUS, _dated("occurrenceDateTime")),
    "Location": (_STATUS,),
    "Medication": (_CODE, _STATUS),
    "MedicationRequest": (
        *_SUBJECT,
        _STATUS,
        _ENCOUNTER,
        Parameter("intent", Sort.TOKEN, ("intent",)),
        Parameter("code", Sort.TOKEN, ("medicationCodeableConcept",)),
        Parameter("authoredon", Sort.DAY, ("authoredOn",)),
    ),
    "MedicationStatement": (
        *_SUBJECT,
        _STATUS,
        Parameter("code", Sort.TOKEN, ("medicationCodeableConcept",)),
    ),
    "Observation": (
        *_SUBJECT,
        _CODE,
        _CATEGORY,
        _STATUS,
        _ENCOUNTER,
        _BASED_ON,
        _dated("effectiveDateTime", "effectivePeriod.start"),
    ),
    "Organization": (),
    "Practitioner": _PERSON,
    "PractitionerRole": (Parameter("practitioner", Sort.REFERENCE, ("practitioner",)),),
    "Procedure": (
        *_SUBJECT,
        _CODE,
        _STATUS,
        _ENCOUNTER,
        _dated("performedDateTime", "performedPeriod.start"),
    ),
    "Provenance": (Parameter("target", Sort.REFERENCE, ("target",)),),
    "RelatedPerson": (*_PATIENT, *_PERSON),
    "ServiceRequest": (*_SUBJECT, _CODE, _STATUS, _ENCOUNTER),
    "Specimen": (*_SUBJECT, _STATUS),
    "Task": (*_of("for"), _STATUS, Parameter("focus", Sort.REFERENCE, ("focus",))),
}
_FURTHER: Mapping[str, Mapping[str, str]] = {
    "DiagnosticReport": {"result": "result", "specimen": "specimen"},
    "MedicationRequest": {"medication": "medicationReference"},
    "MedicationStatement": {"medication": "medicationReference"},
    "Observation": {"specimen": "specimen", "has-member": "hasMember", "performer": "performer"},
}
"""What else can be sent along, though nothing is found by it: name of the parameter, element."""
_WITHOUT_IDENTIFIER = frozenset(("Provenance",))
PARAMETERS: Mapping[str, Mapping[str, Parameter]] = {
    kind: {
        one.name: one
        for one in (_TAG, *(() if kind in _WITHOUT_IDENTIFIER else (IDENTIFIER,)), *own)
    }
    for kind, own in _OWN.items()
}
"""The types the store keeps, and what each is found by."""

OF_PATIENTS = ("Patient", *(kind for kind, known in PARAMETERS.items() if PATIENT in known))
"""The types that are of somebody."""
INCLUDES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    kind: {
        **{one.name: one.paths for one in known.values() if one.sort is Sort.REFERENCE},
        **{name: (path,) for name, path in _FURTHER.get(kind, {}).items()},
    }
    for kind, known in PARAMETERS.items()
}
"""By type: which references `_include` follows, and in which elements they stand."""
