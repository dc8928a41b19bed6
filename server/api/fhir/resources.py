"""What is done with the record an institution keeps here: read, searched, written, never lost.

Every institution has a record of its own, for those of it who send cases; nobody else comes near,
and every look and every change is in the audit trail. A version that was is kept.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qsl
from uuid import UUID

from protocol.account import Role
from protocol.base import new_id
from protocol.decimals import dumps
from server.api.fhir.judging import judge, named_beside, patients_named, read_json
from server.api.fhir.outcomes import FhirRefused, Json
from server.api.fhir.versions import IfMatch
from server.domain.audit import Access, Resource
from server.domain.errors import Forbidden
from server.domain.fhir_parameters import OF_PATIENTS, PARAMETERS, PATIENT
from server.domain.fhir_search import NotAsked, asked
from server.domain.fhir_words import word, words_of
from server.domain.people import Who
from server.store.fhir import FhirVersion
from server.store.work import Store, Work

MOST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Written:
    """`status`: 201 where it was made or brought back, 200 where it is there or was replaced."""

    status: int
    version: FhirVersion


class FhirResources:
    def __init__(self, store: Store) -> None:
        self._store = store

    # --- reading -------------------------------------------------------------------------------

    async def read(self, who: Who, kind: str, id_: str) -> FhirVersion:
        """The newest version; 410 where it was deleted."""
        house = whose(who)
        async with self._store.looking() as work:
            found = await newest(work, house, kind, id_)
            if found.is_deleted:
                raise FhirRefused(410, _deleted(found))
            _note(work, who, Access.READ, found)
        return found

    async def version(self, who: Who, kind: str, id_: str, version: int) -> FhirVersion:
        house = whose(who)
        async with self._store.looking() as work:
            found = await work.fhir.version(house, kind, own_id(kind, id_), version)
            if found is None:
                raise _none(kind)
            if found.is_deleted:
                raise FhirRefused(410, f"this version is the end of this {kind}")
            _note(work, who, Access.READ, found, f"version {version}")
        return found

    async def history(
        self, who: Who, kind: str, id_: str, offset: int
    ) -> tuple[int, list[FhirVersion]]:
        """How many versions there are, and a page of them."""
        house = whose(who)
        async with self._store.looking() as work:
            total, found = await work.fhir.history(house, kind, own_id(kind, id_), offset)
            if not total:
                raise _none(kind)
            if found:
                _note(work, who, Access.READ, found[0], "history")
        return total, found

    # --- writing -------------------------------------------------------------------------------

    async def create(self, who: Who, kind: str, raw: bytes, base: str, criteria: str) -> Written:
        """Unless `criteria` find one that is there (`If-None-Exist`)."""
        house = whose(who)
        resource = await asyncio.to_thread(_read, raw, kind)
        async with self._store.writing() as work:
            await work.fhir.lock(house)
            there = await matching(work, who, house, kind, base, criteria)
            return there or await create(work, who, house, resource, base, new_id())

    async def update(
        self, who: Who, kind: str, id_: str, raw: bytes, base: str, if_match: IfMatch | None
    ) -> Written:
        """Replaces what is there, or was until it was deleted, if it still is of a version that
        `if_match` names, which is needed."""
        house = whose(who)
        resource = await asyncio.to_thread(_read, raw, kind)
        async with self._store.writing() as work:
            await work.fhir.lock(house)
            return await update(work, who, house, resource, base, id_, if_match)

    async def delete(self, who: Who, kind: str, id_: str, if_match: IfMatch | None) -> None:
        """Its versions stay; a Patient of whom something is there stays too."""
        house = whose(who)
        async with self._store.writing() as work:
            await work.fhir.lock(house)
            await delete(work, who, house, kind, id_, if_match)


_WHICH_VERSION = (
    'an update says which version it replaces: If-Match: W/"1", or request.ifMatch of an entry'
)

# --- of one transaction ----------------------------------------------------------------------


async def matching(
    work: Work, who: Who, house: UUID, kind: str, base: str, criteria: str
) -> Written | None:
    """The one that `criteria` find, if they do; 412 where they find several."""
    if not criteria:
        return None
    query = parse_qsl(criteria.rpartition("?")[2], keep_blank_values=True)
    with told_what_is_wrong():
        search = asked(kind, query, base)
    if not search.conditions and not search.ids:
        raise FhirRefused(412, "If-None-Exist names nothing to look for")
    search = replace(search, count=2, offset=0, only_count=False)
    with told_what_is_wrong():
        total, found, _ = await work.fhir.find(house, search)
    if total > 1:
        raise FhirRefused(412, f"several of this {kind} are there: say which one is meant")
    if not found:
        return None
    _note(work, who, Access.READ, found[0])
    return Written(200, found[0])


async def create(
    work: Work, who: Who, house: UUID, resource: Json, base: str, id_: UUID
) -> Written:
    patient = await _patient(work, house, resource, base, id_)
    made = _made(resource, id_, 1, patient, "POST", work.now)
    await work.fhir.put(house, made, _words(resource, base), who.id)
    _note(work, who, Access.CREATE, made)
    return Written(201, made)


async def update(
    work: Work,
    who: Who,
    house: UUID,
    resource: Json,
    base: str,
    id_: str,
    if_match: IfMatch | None,
) -> Written:
    kind = resource["resourceType"]
    if resource.get("id") != id_:
        raise FhirRefused(400, "the resource's id and the address differ")
    before = await work.fhir.newest(house, kind, own_id(kind, id_))
    if before is None:
        raise FhirRefused(405, f"ids are given here: POST a new {kind}")
    _still(before, if_match)
    if if_match is None or if_match.anything:  # R4 3.1.0.5.1: 400 where it has to be said
        raise FhirRefused(400, _deleted(before) if before.is_deleted else _WHICH_VERSION)
    patient = await _patient(work, house, resource, base, before.id)
    if patient != before.patient_id and before.patient_id != house:
        raise FhirRefused(409, f"this {kind} is another patient's: make a new one for this patient")
    made = _made(resource, before.id, before.version + 1, patient, "PUT", work.now)
    await work.fhir.put(house, made, _words(resource, base), who.id)
    _note(work, who, Access.UPDATE, made)
    return Written(201 if before.is_deleted else 200, made)  # R4 3.1.0.4: 201 where it comes back


async def delete(
    work: Work, who: Who, house: UUID, kind: str, id_: str, if_match: IfMatch | None
) -> None:
    before = await newest(work, house, kind, id_)
    if before.is_deleted:
        return
    _still(before, if_match)
    if kind == "Patient":
        named = {word(PATIENT, f"Patient/{before.id}")}
        if await work.fhir.is_named(house, OF_PATIENTS, named):
            raise FhirRefused(409, "there is a record of this Patient: delete its resources first")
    gone = FhirVersion(
        kind, before.id, before.version + 1, before.patient_id, "DELETE", work.now, ""
    )
    await work.fhir.put(house, gone, (), who.id)
    _note(work, who, Access.DELETE, gone)


def whose(who: Who) -> UUID:
    """The institution whose record it is."""
    who.needs(Role.REQUESTER)
    if who.institution_id is None or not who.institution_active:
        raise Forbidden("this needs an institution that works here")
    return who.institution_id


def kept_kind(kind: str) -> str:
    """Raises `FhirRefused` for a type that is not kept here."""
    if kind not in PARAMETERS:
        raise FhirRefused(404, "this store keeps no resources of this type")
    return kind


def _read(raw: bytes, kind: str) -> Json:
    resource = read_json(raw)
    judge(resource, kind)
    return resource


@contextmanager
def told_what_is_wrong() -> Iterator[None]:
    """With a search that this store does not do."""
    try:
        yield
    except NotAsked as error:
        raise FhirRefused(400, str(error)) from error


async def _patient(work: Work, house: UUID, resource: Json, base: str, id_: UUID) -> UUID:
    """Whose it is: a Patient who is there."""
    if resource["resourceType"] == "Patient":
        return id_
    named = patients_named(resource, base)
    for one in named:
        if not await work.fhir.has_patient(house, own_id("Patient", one)):
            raise FhirRefused(422, "it names a Patient who is not in this record")
    whose = UUID(named[0]) if named else house
    for place, kind, beside in named_beside(resource, base):
        other = await work.fhir.patient_of(house, kind, beside)
        if other is not None and other not in (whose, house):
            raise FhirRefused(422, "", [(place, "refers to what is said of another patient")])
    return whose


def _made(
    resource: Json, id_: UUID, version: int, patient: UUID, method: str, at: datetime
) -> FhirVersion:
    meta = resource.get("meta")
    kept = {**meta} if isinstance(meta, dict) else {}
    kept |= {"versionId": str(version), "lastUpdated": at.isoformat(timespec="milliseconds")}
    first = {"resourceType": resource["resourceType"], "id": str(id_), "meta": kept}
    rest = {key: value for key, value in resource.items() if key not in first}
    return FhirVersion(
        resource["resourceType"], id_, version, patient, method, at, dumps(first | rest)
    )


def _words(resource: Json, base: str) -> frozenset[str]:
    found = words_of(resource, base)
    if len(found) > MOST_WORDS:
        raise FhirRefused(422, "it has more names, numbers and codes than anything is found by")
    return found


def _still(before: FhirVersion, if_match: IfMatch | None) -> None:
    if if_match is not None and not if_match.holds(before.version, deleted=before.is_deleted):
        raise FhirRefused(412, f"this {before.kind} was changed meanwhile: read it again")


def _deleted(version: FhirVersion) -> str:
    back = f'If-Match: W/"{version.version}" with an update brings it back'
    return f"this {version.kind} was deleted: {back}"


async def newest(work: Work, house: UUID, kind: str, id_: str) -> FhirVersion:
    found = await work.fhir.newest(house, kind, own_id(kind, id_))
    if found is None:
        raise _none(kind)
    return found


def own_id(kind: str, id_: str) -> UUID:
    """As it was given: other ways to write it would be found by no search."""
    try:
        found = UUID(id_)
    except ValueError as error:
        raise _none(kind) from error
    if str(found) != id_:
        raise _none(kind)
    return found


def _none(kind: str) -> FhirRefused:
    return FhirRefused(404, f"there is no such {kind}")


def _note(work: Work, who: Who, access: Access, version: FhirVersion, detail: str = "") -> None:
    told = f"{version.kind}/{version.id}"
    whom = f"Patient/{version.patient_id}"
    work.trail.note(
        who.id, access, Resource.RECORD, told, detail=detail or ("" if told == whom else whom)
    )
