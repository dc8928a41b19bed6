"""Reads a resource that is to be kept, and refuses what is none of FHIR R4."""

import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import UUID

import simplejson
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from protocol.fhir_bundle import OF_A_PATIENT
from server.api.fhir.outcomes import FhirRefused, Json
from server.api.fhir.statuses import STATUSES
from server.domain.fhir_parameters import PARAMETERS, PATIENT
from server.domain.fhir_words import at, relative

MOST_BYTES = 16 << 20
"""Of one resource: a report carries its file along."""
MOST_ISSUES = 20
MOST_DIGITS = 40
"""Of a number: to make one of a million digits stops everybody."""
_ACTIVE = re.compile(
    r"<\s*(script|style|iframe|object|embed|form|input|link|meta|base)\b|\son\w+\s*=|javascript:",
    re.IGNORECASE,
)
"""What R4 allows in no narrative (R4 Narrative, txt-1)."""
_OF_SOMEBODY = frozenset((*OF_A_PATIENT, "CarePlan", "Consent", "ServiceRequest", "Task"))


def read_json(raw: bytes) -> Json:
    """A JSON object with its numbers as they were written; raises `FhirRefused`."""
    try:
        found = simplejson.loads(
            raw.decode(), parse_float=_decimal, parse_int=_integer, allow_nan=False
        )
    except (ValueError, RecursionError) as error:
        raise FhirRefused(400, "the body is no JSON") from error
    if not isinstance(found, dict):
        raise FhirRefused(400, "the body is no resource: send one JSON object")
    return found


def _decimal(text: str) -> Decimal:
    found = Decimal(text) if len(text) <= MOST_DIGITS else None
    if found is None or abs(found.adjusted()) > MOST_DIGITS:
        raise FhirRefused(400, "a number in the body is longer than anybody measures")
    return found


def _integer(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise FhirRefused(400, "a number in the body is longer than anybody counts")
    return int(text)


def judge(resource: Json, kind: str) -> None:
    """Whether it is a resource of this type as R4 defines it; raises `FhirRefused`."""
    if resource.get("resourceType") != kind:
        raise FhirRefused(400, f"resourceType and address differ: this is the place for a {kind}")
    from fhir.resources.R4B import get_fhir_model_class

    model: type[BaseModel] = get_fhir_model_class(kind)
    try:
        read = model.model_validate(resource)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        issues = [(_place(kind, one["loc"]), one["msg"]) for one in found[:MOST_ISSUES]]
        raise FhirRefused(422, f"this is no {kind} of FHIR R4", issues) from error
    except RecursionError as error:
        raise FhirRefused(422, f"this {kind} is nested too deeply") from error
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        # What the models themselves stumble over: a type that there is not, among others.
        raise FhirRefused(422, f"this {kind} has a part that is none of FHIR R4") from error
    wrong = [*_wrong(resource, read, kind)][:MOST_ISSUES]
    if wrong:
        raise FhirRefused(422, f"this {kind} says something that R4 does not know", wrong)


def _wrong(told: Any, read: Any, place: str) -> Iterator[tuple[str, str]]:
    """What the models let pass: a number or a truth that came as text, codes of no list, and what a
    narrative must not have."""
    if isinstance(told, list) and isinstance(read, list):
        for number, (one, other) in enumerate(zip(told, read, strict=False)):
            yield from _wrong(one, other, f"{place}[{number}]")
    elif isinstance(told, dict) and isinstance(read, BaseModel):
        for name, field in type(read).model_fields.items():
            key = field.alias or name
            if key in told:
                yield from _wrong(told[key], getattr(read, name), f"{place}.{key}")
                listed = STATUSES.get((type(read).__name__, key)) or _listed(field)
                yield from _unlisted(listed, told[key], f"{place}.{key}")
    elif isinstance(told, str) and isinstance(read, bool | int | float | Decimal):
        yield place, "is no text"
    elif isinstance(told, bool) is not isinstance(read, bool) and isinstance(read, bool | int):
        yield place, "is true or false, or a number"
    elif place.endswith(".div") and _ACTIVE.search(str(told)):
        yield place, "has what R4 allows in no narrative"


def _listed(field: FieldInfo) -> tuple[str, ...]:
    """Codes that R4 lists, where the model has the whole list; else none."""
    more: Any = field.json_schema_extra
    choices = more.get("enum_values") if isinstance(more, dict) else None
    return () if not choices or "+" in choices else tuple(choices)


def _unlisted(listed: tuple[str, ...], value: object, place: str) -> Iterator[tuple[str, str]]:
    """Of a code, or of a CodeableConcept in FHIR's own words."""
    for one in value if listed and isinstance(value, list) else [value] if listed else []:
        codings = at(one, ["coding"]) if isinstance(one, dict) else [{"code": one}]
        own = (told for told in codings if isinstance(told, dict) and _is_own(told.get("system")))
        codes = [code for told in own if isinstance(code := told.get("code"), str)]
        if any(code not in listed for code in codes):
            yield place, f"is one of {', '.join(listed)}"


def _is_own(system: object) -> bool:
    return not system or str(system).startswith("http://terminology.hl7.org/")


def _place(kind: str, where: tuple[int | str, ...]) -> str:
    """FHIRPath of an element."""
    path = kind
    for one in where:
        path += f"[{one}]" if isinstance(one, int) else f".{one}"
    return path


def patients_named(resource: Json, base: str) -> list[str]:
    """The ids of the store's Patients a resource says it is of, each once.

    Raises `FhirRefused` where it does not say whose it is, or names one of another server.
    """
    kind = str(resource["resourceType"])
    parameter = PARAMETERS[kind].get(PATIENT)
    if parameter is None:
        return []
    told = [one for path in parameter.paths for one in at(resource, path.split("."))]
    named = [
        relative(one["reference"], base)
        for one in told
        if isinstance(one, dict) and isinstance(one.get("reference"), str)
    ]
    needed = kind in _OF_SOMEBODY
    place = f"{kind}.{parameter.paths[0]}"
    if needed and not named:
        raise FhirRefused(422, "", [(place, "say whose it is by reference")])
    if needed and not all(one.startswith("Patient/") for one in named):
        raise FhirRefused(422, "", [(place, "refer to a Patient of this store: Patient/<id>")])
    return list(dict.fromkeys(one.partition("/")[2] for one in named if one.startswith("Patient/")))


def named_beside(resource: Json, base: str) -> Iterator[tuple[str, str, UUID]]:
    """Place, type and id of the resources that must speak of the same patient; what can be none of
    this store is not among them."""
    kind = str(resource["resourceType"])
    for element in ("result", "hasMember", "derivedFrom", "basedOn", "focus"):
        for one in at(resource, [element]):
            told = one.get("reference") if isinstance(one, dict) else None
            named = relative(told, base).split("/") if isinstance(told, str) else []
            if len(named) == 2 and named[0] in PARAMETERS and named[0] != "Patient":
                with suppress(ValueError):
                    yield f"{kind}.{element}", named[0], UUID(named[1])
