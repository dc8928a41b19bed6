"""Judges a Bundle before it is shared, and before it is kept: whose it is, and that it is one's.

Both sides hold it to the same: FHIR R4 Bundle.type `collection`, dated, one Patient, and nothing
that is said of somebody else.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NoReturn

from protocol.dicom_sex import dicom_sex
from protocol.patients import PatientText
from protocol.readings import has_characters
from protocol.shared_record import MAX_RECORD_BYTES, MAX_RECORD_ENTRIES

Json = dict[str, Any]

OF_A_PATIENT: dict[str, tuple[str, ...]] = {
    "Condition": ("subject",),
    "AllergyIntolerance": ("patient",),
    "MedicationRequest": ("subject",),
    "MedicationStatement": ("subject",),
    "Observation": ("subject",),
    "Encounter": ("subject",),
    "DocumentReference": ("subject",),
    "Immunization": ("patient",),
    "FamilyMemberHistory": ("patient",),
    "DiagnosticReport": ("subject",),
    "ImagingStudy": ("subject",),
    "Procedure": ("subject",),
}
"""The types a record is made of, and the element that says whose they are."""
BESIDE = frozenset(
    (
        *("Medication", "Practitioner", "PractitionerRole", "Organization", "Location", "Specimen"),
        "OperationOutcome",
    )
)
"""What those refer to and a record may carry, and what it says of what it lacks."""


class BundleFault(StrEnum):
    """Why a Bundle is refused."""

    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    NOT_A_COLLECTION = "not_a_collection"
    NOT_DATED = "not_dated"
    UNKNOWN_TYPE = "unknown_type"
    NO_PATIENT = "no_patient"
    TWO_PATIENTS = "two_patients"
    NOBODYS = "nobodys"  # a part that does not say whose it is


class BundleRefused(ValueError):
    """`fault` says why, `entry` which entry (from 0) where it is one."""

    def __init__(self, fault: BundleFault, entry: int | None = None) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.entry = entry


@dataclass(frozen=True, slots=True)
class JudgedBundle:
    """A Bundle that may be shared; `resources` in their order, its Patient among them."""

    dated_at: datetime
    patient: Json
    resources: tuple[Json, ...]
    counts: tuple[tuple[str, int], ...]


def judged(raw: bytes) -> JudgedBundle:
    """Raises `BundleRefused`."""
    if len(raw) > MAX_RECORD_BYTES:
        raise BundleRefused(BundleFault.TOO_LARGE)
    try:
        bundle = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BundleRefused(BundleFault.NOT_JSON) from error
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise BundleRefused(BundleFault.NOT_A_COLLECTION)
    if bundle.get("type") != "collection":
        raise BundleRefused(BundleFault.NOT_A_COLLECTION)
    dated_at = instant(bundle.get("timestamp"))
    if dated_at is None:
        raise BundleRefused(BundleFault.NOT_DATED)
    entries = bundle.get("entry")
    if not isinstance(entries, list):
        raise BundleRefused(BundleFault.NO_PATIENT)
    if len(entries) > MAX_RECORD_ENTRIES:
        raise BundleRefused(BundleFault.TOO_LARGE)
    return _of_one_patient(entries, dated_at)


def _of_one_patient(entries: list[Any], dated_at: datetime) -> JudgedBundle:
    resources: list[Json] = []
    names: set[str] = set()
    patient: Json | None = None
    for at, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        kind = resource.get("resourceType") if isinstance(resource, dict) else None
        if not isinstance(resource, dict) or not isinstance(kind, str):
            raise BundleRefused(BundleFault.UNKNOWN_TYPE, at)
        if kind == "Patient":
            if patient is not None:
                raise BundleRefused(BundleFault.TWO_PATIENTS, at)
            patient = resource
            names = names_of(resource, entry.get("fullUrl"))
        elif kind not in OF_A_PATIENT and kind not in BESIDE:
            raise BundleRefused(BundleFault.UNKNOWN_TYPE, at)
        resources.append(resource)
    if patient is None:
        raise BundleRefused(BundleFault.NO_PATIENT)
    for at, resource in enumerate(resources):
        if resource is patient or resource["resourceType"] in BESIDE:
            continue
        told = owner_of(resource)
        if not told:
            raise BundleRefused(BundleFault.NOBODYS, at)
        if not refers_to(told, names):
            raise BundleRefused(BundleFault.TWO_PATIENTS, at)
    counts = Counter(str(one["resourceType"]) for one in resources)
    return JudgedBundle(dated_at, patient, tuple(resources), tuple(sorted(counts.items())))


def _no_constant(_text: str) -> NoReturn:
    raise ValueError("no JSON number")


def names_of(patient: Json, full_url: object = None, *bases: str) -> set[str]:
    """How references may name this Patient; `bases` are addresses of the server it lies on."""
    names = {full_url} if isinstance(full_url, str) and full_url else set()
    if isinstance(patient.get("id"), str) and patient["id"]:
        relative = f"Patient/{patient['id']}"
        names |= {relative, *(f"{base.rstrip('/')}/{relative}" for base in bases)}
    return names


def owner_of(resource: Json) -> str:
    """The reference that says whose a resource is; empty where there is none."""
    for element in OF_A_PATIENT.get(str(resource.get("resourceType")), ()):
        told = resource.get(element)
        if isinstance(told, dict) and isinstance(told.get("reference"), str):
            return str(told["reference"])
    return ""


def refers_to(reference: str, names: set[str]) -> bool:
    """Whether a reference (absolute, relative or with a version) names one of these. Another
    server's Patient of the same id is another patient."""
    return reference.split("/_history/")[0] in names


def is_unresolved(reference: str) -> bool:
    """Whether it names nobody outside of its own resource or Bundle (R4 2.3.0.3)."""
    return reference.startswith(("#", "urn:"))


def instant(value: object) -> datetime | None:
    """A FHIR instant (R4 2.24.0.1); None where it is none, or has no zone."""
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return None if found.tzinfo is None else found.astimezone(UTC)


def patient_text(patient: Json) -> PatientText:
    """Who a FHIR Patient is, in the words of DICOM: what the banner and the images are compared
    with. Names of both scripts stand in one PN (PS3.5 6.2.1)."""
    names = tuple(person_names(patient))
    latin = next((one for one in names if not has_characters(one)), "")
    characters = next((one for one in names if has_characters(one)), "")
    return PatientText(
        name="=".join((latin, characters)).rstrip("="),
        patient_id=next(iter(identifiers(patient)), ""),
        birth_date=_born(patient.get("birthDate")),
        sex=dicom_sex(str(patient.get("gender") or "")),
    )


_BORN = re.compile(r"(\d{4})(?:[-/.]?(\d{2})(?:[-/.]?(\d{2})(?:T.*)?)?)?")


def _born(value: object) -> str:
    """As DA, as far as it is known: YYYY, YYYYMM or YYYYMMDD."""
    found = _BORN.fullmatch(value.strip()) if isinstance(value, str) else None
    return "".join(part for part in found.groups() if part) if found is not None else ""


def person_names(patient: Json) -> Iterator[str]:
    """Each HumanName as Family^Given, those in use before those of old."""
    told = [one for one in _list(patient.get("name")) if isinstance(one, dict)]
    told.sort(key=lambda one: (one.get("use") in ("old", "maiden"), one.get("use") != "official"))
    for one in told:
        family = str(one.get("family") or "").strip()
        given = " ".join(str(part).strip() for part in _list(one.get("given")) if part)
        if family or given:
            yield f"{family}^{given}".rstrip("^")
        elif text := str(one.get("text") or "").strip():
            yield text


def identifiers(patient: Json) -> Iterator[str]:
    """Each Identifier.value, those in use first and a medical record number before others."""
    told = [one for one in _list(patient.get("identifier")) if isinstance(one, dict)]
    told.sort(key=lambda one: (one.get("use") == "old", identifier_type(one) != "MR"))
    for one in told:
        if value := str(one.get("value") or "").strip():
            yield value


def identifier_type(identifier: Json) -> str:
    """The code of its type (HL7 v2 table 0203), empty where there is none."""
    kind = identifier.get("type")
    codings = _list(kind.get("coding")) if isinstance(kind, dict) else []
    return next((str(one.get("code") or "") for one in codings if isinstance(one, dict)), "")


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
