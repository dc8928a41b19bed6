"""Writes what is to be written at the hospital: no resource twice, nothing of somebody else's.

A resource is created under the condition that its identifier is not there yet, and where it is not
known whether an earlier request got through, it is looked for first: there are servers that know no
conditions. What is there is replaced only in the version that we know.
"""

import logging
from collections.abc import Callable, Iterator
from typing import Any, Protocol
from urllib.parse import quote

from app.net.emr.asking import Searching
from app.net.emr.elements import Json, objects, resources_in, text_of
from app.net.emr.entering import IN_ERROR, in_error
from app.net.emr.hospital import Kept, id_of, kept_of
from app.net.emr.ours import came_of, is_ours, keys_of, merged, says_the_same
from app.net.emr.paging import found_there
from app.net.emr.writes import PATIENT, HospitalWrite, WriteFault, WritePart
from app.net.errors import AnswerTooLarge, FhirRefused, NotSignedIn, NotUnderstood
from protocol import decimals
from protocol.consultation import Patient
from protocol.fhir_bundle import identifiers, patient_text
from protocol.fhir_case import (
    DICOM_UID,
    URI,
    located,
    patient_resource,
    study_uid,
    with_references,
)
from protocol.record_owner import is_another

log = logging.getLogger(__name__)
MOST_STUDIES = 20
_BUSY = (408, 425, 429, 500, 502, 503, 504)
"""It may take the same later: it waits, and nobody is asked to do anything."""
_CHANGED = (409, 412)
_GONE = (404, 410)


class Changing(Searching, Protocol):
    """What is asked: `app.net.emr.hospital.Hospital`."""

    @property
    def makes_patients(self) -> bool: ...

    def create(self, resource: Json, criteria: str) -> Kept: ...

    def update(self, at: str, resource: Json, version: str) -> Kept: ...


def write(
    server: Changing, entry: HospitalWrite, keep: Callable[[HospitalWrite], None]
) -> HospitalWrite:
    """Everything that waits, as far as the server takes it; `keep` is told each step before it is
    taken, so that a crash makes no second resource.

    Raises NetError where the server is away, busy, or admits nobody: what was written until then
    has been kept.
    """
    entry = _with_patient(server, entry)
    keep(entry)
    if entry.fault is not None:
        return entry
    known = {PATIENT: f"Patient/{entry.patient_id}"}
    known |= {one.key: one.at for one in entry.parts if one.at}
    studies = _studies(server, entry)
    for part in entry.parts:
        if not part.waits:
            continue
        wanted = located(with_references(decimals.loads(part.resource), known), studies)
        if any(one.startswith("urn:") for one in _references(wanted)):
            continue  # it refers to what has been refused, and waits with it

        def mark(changed: WritePart) -> None:
            nonlocal entry
            entry = entry.with_part(changed)
            keep(entry)

        placed = _placed(server, part, wanted, mark)
        mark(placed)
        if placed.at:
            known[placed.key] = placed.at
    return _with_strays_withdrawn(server, entry, keep)


def _with_strays_withdrawn(
    server: Changing, entry: HospitalWrite, keep: Callable[[HospitalWrite], None]
) -> HospitalWrite:
    """Findings of an earlier version that another computer of ours has written, or this one long
    ago: they are found by the request they came of. Looked for once the report is there."""
    report = next((one for one in entry.parts if one.kind == "DiagnosticReport"), None)
    request = next((one.at for one in entry.parts if one.kind == "ServiceRequest"), "")
    if report is None or not report.at or not request or report.strays_seen:
        return entry
    known = {one.key for one in entry.parts}
    for there in _findings_there(server, request):
        key = next((one for one in keys_of(there.resource) if one not in known), "")
        if not key or there.resource.get("status") == IN_ERROR:
            continue
        criteria = f"identifier={URI}|{key}"
        stray = WritePart(
            key=key, kind="Observation", criteria=criteria, at=there.at, version=there.version
        )
        entry = entry.model_copy(update={"parts": (*entry.parts, stray.as_withdrawn())})
        keep(entry)
        placed = _placed(server, entry.parts[-1], there.resource, lambda _part: None)
        entry = entry.with_part(placed)
        keep(entry)
    entry = entry.with_part(report.model_copy(update={"strays_seen": True}))
    keep(entry)
    return entry


def _findings_there(server: Changing, request: str) -> list[Kept]:
    """Our findings that name the request; none where the server does not know the question."""
    try:
        there = [*found_there(server, "Observation", {"based-on": request})]
    except FhirRefused as refused:
        if refused.status in _BUSY:
            raise
        return []
    except (NotSignedIn, AnswerTooLarge):
        return []
    return [
        kept_of(one)
        for one in there
        if one.get("resourceType") == "Observation" and id_of(one) and came_of(one, request)
    ]


def _placed(
    server: Changing, part: WritePart, wanted: Json, mark: Callable[[WritePart], None]
) -> WritePart:
    try:
        kept = _written(server, part, wanted, mark)
    except ChangedThere as changed:
        # Without its version: whoever writes to it next has to look at it first.
        known = part.model_copy(update={"at": changed.there.at, "version": ""})
        return _faulty(known, 409, "")
    except Unsearchable:
        return part.model_copy(update={"fault": WriteFault.UNSEARCHABLE, "status": 0, "said": ""})
    except FhirRefused as refused:
        if refused.status in _BUSY:
            raise
        return _faulty(part, refused.status, refused.said)
    except NotSignedIn as refused:
        if refused.status != 403:
            raise
        return _faulty(part, 403, refused.said)
    done: dict[str, object] = {"resource": "", "asked": False, "over": False}
    return part.model_copy(update={**done, "at": kept.at, "version": kept.version})


class ChangedThere(Exception):
    """Somebody at the hospital took back what they had of us: a person decides what stands."""

    def __init__(self, there: Kept) -> None:
        super().__init__(there.at)
        self.there = there


class Unsearchable(NotUnderstood):
    """A server that does not know our numbers, and holds more than can be looked through."""


def _faulty(part: WritePart, status: int, said: str) -> WritePart:
    fault = WriteFault.REFUSED
    if part.at and status in _CHANGED:
        fault = WriteFault.CHANGED_THERE
    elif status == 412:
        fault = WriteFault.SEVERAL_THERE
    log.info("the hospital does not take a %s: %d", part.kind, status)
    return part.model_copy(update={"fault": fault, "status": status, "said": said})


def _written(
    server: Changing, part: WritePart, wanted: Json, mark: Callable[[WritePart], None]
) -> Kept:
    if part.withdrawn:
        return _withdrawn(server, part)
    if part.over and part.at:
        try:
            return _over(server, kept_of(server.read(part.at)), wanted, decided=True)
        except FhirRefused as refused:
            if refused.status not in _GONE:
                raise
            part = part.model_copy(update={"at": "", "version": ""})
    if part.at:
        return _replaced(server, part, wanted)
    if part.asked and (found := _found(server, part)) is not None:
        return _over(server, found, wanted)
    mark(part.model_copy(update={"asked": True}))
    made = server.create(wanted, part.criteria)
    if made.fresh:
        return made
    there = made if made.resource else kept_of(server.read(made.at))
    if not is_ours(part.key, there.resource) or not there.at:
        raise NotUnderstood("the server answers with another resource")
    return _over(server, there, wanted)


def _withdrawn(server: Changing, part: WritePart) -> Kept:
    """It stays, marked; what is not there needs no mark."""
    nowhere = Kept(part.at, part.version, {})
    try:
        found = kept_of(server.read(part.at)) if part.at else _found(server, part)
    except FhirRefused as refused:
        if refused.status not in _GONE:
            raise
        return nowhere
    if found is None or found.resource.get("status") == IN_ERROR:
        return found or nowhere
    version = found.version if part.over or not part.version else part.version
    return server.update(found.at, in_error(found.resource), version)


def _replaced(server: Changing, part: WritePart, wanted: Json) -> Kept:
    if not part.version:
        _refuse_taken_back(kept_of(server.read(part.at)), wanted)
    try:
        return server.update(part.at, wanted, part.version)
    except FhirRefused as refused:
        if refused.status not in _CHANGED:
            raise
        newest = kept_of(server.read(part.at))
        if says_the_same(
            newest.resource, wanted
        ):  # an earlier request got through without its answer
            return newest
        raise


def _over(server: Changing, there: Kept, wanted: Json, *, decided: bool = False) -> Kept:
    """What is there with our words: nothing to do where they are, and what others added stays.

    Raises `ChangedThere` where it was taken back there, unless a person has `decided`.
    """
    if says_the_same(there.resource, wanted):
        return there
    if not decided:
        _refuse_taken_back(there, wanted)
    return server.update(there.at, merged(there.resource, wanted), there.version)


def _refuse_taken_back(there: Kept, wanted: Json) -> None:
    if there.resource.get("status") == IN_ERROR != wanted.get("status"):
        raise ChangedThere(there)


def _found(server: Changing, part: WritePart) -> Kept | None:
    """The one with our identifier; several are refused."""
    ours = ours_there(server, part.kind, part.key, part.criteria)
    if len(ours) > 1:
        raise FhirRefused(412)
    return ours[0] if ours else None


def ours_there(server: Searching, kind: str, key: str, criteria: str) -> list[Kept]:
    """What we wrote under a key. A server that does not know the parameter answers everything, page
    by page. Raises `Unsearchable` where that has no end."""
    parameter, _, value = criteria.partition("=")
    try:
        return [
            kept_of(one)
            for one in found_there(server, kind, {parameter: value})
            if is_ours(key, one) and id_of(one)
        ]
    except AnswerTooLarge as error:
        raise Unsearchable("whether it is there cannot be seen") from error


# --- whose it is -----------------------------------------------------------------------------


def _with_patient(server: Changing, entry: HospitalWrite) -> HospitalWrite:
    """The one Patient of the number, who must not be somebody else by what both say."""
    if entry.patient is None or not (entry.patient_id or entry.whose):
        return entry.model_copy(update={"fault": WriteFault.NO_PATIENT})
    found = _patients(server, entry)
    if not found and entry.whose and server.makes_patients:
        if _there_by_name(server, entry.patient):  # under another number: a person says which
            return entry.model_copy(update={"fault": WriteFault.NO_PATIENT, "patient_id": ""})
        found = [enter_patient(server, entry.patient, entry.whose).resource]
    if not found:
        return entry.model_copy(update={"fault": WriteFault.NO_PATIENT, "patient_id": ""})
    if len(found) > 1:
        return entry.model_copy(update={"fault": WriteFault.SEVERAL_PATIENTS})
    if _is_somebody_else(entry.patient, found[0]):
        return entry.model_copy(update={"fault": WriteFault.ANOTHER_PATIENT, "patient_id": ""})
    return entry.model_copy(update={"patient_id": id_of(found[0])})


def enter_patient(server: Changing, patient: Patient, number: str) -> Kept:
    """The Patient of this number, made where there is none."""
    told = patient_resource(patient.model_copy(update={"patient_id": number}))
    value = quote(number.replace("\\", "\\\\").replace(",", "\\,"))
    return server.create(told, f"identifier={value}")


def _there_by_name(server: Changing, patient: Patient) -> bool:
    """Whether somebody of this name and date of birth has a record already."""
    if not patient.complete:
        return False
    query: dict[str, str | int] = {"name": patient.name, "birthdate": patient.born}
    page = server.search_by_post("Patient", query)
    return any(not _is_somebody_else(patient, one) for one in resources_in(page))


def _patients(server: Changing, entry: HospitalWrite) -> list[Json]:
    if entry.patient_id:
        try:
            found = [server.read(f"Patient/{entry.patient_id}")]
        except FhirRefused as refused:
            if refused.status not in _GONE:
                raise
            found = []
    else:
        page = server.search_by_post("Patient", {"identifier": entry.whose})
        found = resources_in(page)
    return [one for one in found if one.get("resourceType") == "Patient" and id_of(one)]


def _is_somebody_else(entered: Patient, patient: Json) -> bool:
    return is_another(entered, patient_text(patient), tuple(identifiers(patient)))


# --- studies of the hospital's own -----------------------------------------------------------


def _studies(server: Changing, entry: HospitalWrite) -> dict[str, str]:
    """Where the hospital has the studies that are named by their UID; who has none of that type, or
    not these, is referred to by UID alone."""
    found: dict[str, str] = {}
    waiting = (decimals.loads(one.resource) for one in entry.parts if one.waits)
    wanted = {uid for one in waiting for uid in _uids(one)}
    for uid in sorted(wanted)[:MOST_STUDIES]:
        try:
            page = server.search("ImagingStudy", {"identifier": f"{DICOM_UID}|{uid}"})
        except (FhirRefused, NotSignedIn, NotUnderstood):
            break
        for one in resources_in(page):
            told = [text_of(name.get("value")) for name in objects(one.get("identifier"))]
            if uid in told and one.get("resourceType") == "ImagingStudy" and id_of(one):
                found[uid] = f"ImagingStudy/{id_of(one)}"
    return found


def _uids(resource: Any) -> Iterator[str]:
    return (uid for one in _objects_in(resource) if (uid := study_uid(one)))


def _references(resource: Any) -> Iterator[str]:
    for one in _objects_in(resource):
        if isinstance(one.get("reference"), str):
            yield one["reference"]


def _objects_in(value: Any) -> Iterator[Json]:
    if isinstance(value, list):
        for one in value:
            yield from _objects_in(one)
    elif isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _objects_in(one)
