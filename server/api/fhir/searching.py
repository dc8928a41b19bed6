"""What is found in the record an institution keeps here, page by page, with what belongs to it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from protocol.decimals import loads
from server.api.fhir.outcomes import FhirRefused
from server.api.fhir.resources import newest, told_what_is_wrong, whose
from server.domain.audit import Access, Resource
from server.domain.fhir_parameters import OF_PATIENTS, PARAMETERS
from server.domain.fhir_search import Included, Search, asked, everything
from server.domain.fhir_words import at, relative
from server.domain.people import Who
from server.store.fhir import FhirVersion
from server.store.work import Store, Work

_UNSEEN = "not all that is referred to is sent along: read it by its reference"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what was found, at `place` below the store's address. `after`: where the next
    page begins. `beside`: what it refers to, sent along; `told`: what there is to say of it."""

    place: str
    search: Search
    total: int
    found: tuple[FhirVersion, ...]
    after: int
    beside: tuple[FhirVersion, ...] = ()
    told: tuple[str, ...] = ()


class FhirSearches:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def search(
        self, who: Who, kind: str, query: list[tuple[str, str]], base: str, *, lenient: bool = False
    ) -> Page:
        """One page; each patient something was found of is in the trail. `lenient`: what is not
        known of the query is passed over, and told."""
        house = whose(who)
        with told_what_is_wrong():
            search = asked(kind, query, base, lenient=lenient)
        async with self._store.looking() as work:
            page = await self._page(work, house, kind, search, base)
            patients = {one.patient_id for one in (*page.found, *page.beside)} - {house}
            for patient in sorted(patients):
                work.trail.note(
                    who.id, Access.READ, Resource.RECORD, f"Patient/{patient}", detail=kind
                )
            if not patients:
                said = f"{page.total} found"
                work.trail.note(who.id, Access.READ, Resource.RECORD, kind, detail=said)
        return page

    async def everything(
        self, who: Who, id_: str, query: list[tuple[str, str]], base: str, *, lenient: bool = False
    ) -> Page:
        """One page of all that is of a Patient, the Patient first, and of what it refers to."""
        house = whose(who)
        async with self._store.looking() as work:
            patient = await newest(work, house, "Patient", id_)
            if patient.is_deleted:
                raise FhirRefused(410, "this Patient was deleted")
            with told_what_is_wrong():
                search = everything(patient.id, query, lenient=lenient)
            told = f"Patient/{patient.id}"
            page = await self._page(work, house, f"{told}/$everything", search, base)
            work.trail.note(who.id, Access.READ, Resource.RECORD, told, detail="$everything")
        return page

    async def _page(self, work: Work, house: UUID, place: str, search: Search, base: str) -> Page:
        with told_what_is_wrong():
            total, found, read = await work.fhir.find(house, search)
        beside, whole = await _beside(work, house, search, found, base)
        told = [f"{one[:40]} is not known here and was passed over" for one in search.passed_over]
        return Page(
            place,
            search,
            total,
            tuple(found),
            search.offset + read,
            tuple(beside),
            (*told, *(() if whole else (_UNSEEN,))),
        )


async def _beside(
    work: Work, house: UUID, search: Search, found: list[FhirVersion], base: str
) -> tuple[list[FhirVersion], bool]:
    """What is sent along, and whether that is all of it."""
    if not found or (search.everything_of is None and not search.includes):
        return [], True
    named = await asyncio.to_thread(_named, search, found, base)
    return await work.fhir.beside(house, named)


def _named(search: Search, found: list[FhirVersion], base: str) -> set[UUID]:
    """The ids that are referred to and are not on the page itself."""
    named: set[UUID] = set()
    for one in found:
        resource = loads(one.body)
        if search.everything_of is None:
            told = _of_includes(resource, search.includes, base)
        else:
            told = (name for name in _references(resource, base) if name[0] not in OF_PATIENTS)
        for kind, id_ in told:
            try:
                named |= {UUID(id_)} if kind in PARAMETERS else set()
            except ValueError:
                continue
    return named - {one.id for one in found}


def _of_includes(
    resource: object, includes: tuple[Included, ...], base: str
) -> Iterable[tuple[str, str]]:
    for include in includes:
        for path in include.paths:
            for value in at(resource, path.split(".")):
                for name in _references(value, base):
                    if include.kind in ("", name[0]):
                        yield name


def _references(value: object, base: str) -> Iterable[tuple[str, str]]:
    """Type and id of everything that is referred to."""
    if isinstance(value, list):
        for one in value:
            yield from _references(one, base)
    elif isinstance(value, dict):
        told = value.get("reference")
        if isinstance(told, str):
            kind, _, id_ = relative(told, base).partition("/")
            yield kind, id_
        for one in value.values():
            if isinstance(one, dict | list):
                yield from _references(one, base)
