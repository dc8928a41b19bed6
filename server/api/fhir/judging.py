"""Reads a resource that is to be kept, and refuses what is none of FHIR R4."""

from collections.abc import Iterator
from typing import Any

import simplejson
from pydantic import BaseModel, ValidationError

from protocol.fhir_bundle import OF_A_PATIENT
from server.api.fhir.outcomes import FhirRefused, Json
from server.domain.fhir_search import PARAMETERS, PATIENT, at, relative

MOST_BYTES = 16 << 20
"""Of one resource: a report carries its file along."""
MOST_ISSUES = 20


def read_json(raw: bytes) -> Json:
    """A JSON object with its numbers as they were written; raises `FhirRefused`."""
    try:
        found = simplejson.loads(raw.decode(), use_decimal=True, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise FhirRefused(400, "the body is no JSON") from error
    if not isinstance(found, dict):
        raise FhirRefused(400, "the body is no resource: send one JSON object")
    return found


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
    unknown = [
        (f"{kind}.{name}", f"is one of {', '.join(choices)}")
        for name, choices in _choices(model)
        if isinstance(getattr(read, name), str) and getattr(read, name) not in choices
    ]
    if unknown:
        raise FhirRefused(422, f"this {kind} has a code that R4 does not know", unknown)


def _choices(model: type[BaseModel]) -> Iterator[tuple[str, list[str]]]:
    """Elements whose codes R4 lists, where the model has the whole list."""
    for name, field in model.model_fields.items():
        told: Any = field.json_schema_extra
        choices = told.get("enum_values") if isinstance(told, dict) else None
        if choices and "+" not in choices:
            yield name, choices


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
    needed = kind in OF_A_PATIENT
    place = f"{kind}.{parameter.paths[0]}"
    if needed and not named:
        raise FhirRefused(422, "", [(place, "say whose it is by reference")])
    if needed and not all(one.startswith("Patient/") for one in named):
        raise FhirRefused(422, "", [(place, "refer to a Patient of this store: Patient/<id>")])
    return list(dict.fromkeys(one.partition("/")[2] for one in named if one.startswith("Patient/")))
