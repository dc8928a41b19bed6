"""Finds a patient at the hospital's server and gathers what it has of them, type by type.

A server that lacks a type, a parameter, totals or links gives what it has; what it would not give
is told with its reason. What names another patient stops everything.
"""

import contextlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from app.net.emr.at_once import at_once
from app.net.emr.clinical import SECTION_OF, Gap, Lack
from app.net.emr.elements import Json, coded, concept, number_of, objects, reference, text_of
from app.net.emr.gaps import withheld
from app.net.emr.names import is_named, split_names
from app.net.emr.results import LOINC
from app.net.errors import (
    AnswerTooLarge,
    FhirRefused,
    NetError,
    NotSignedIn,
    NotUnderstood,
    TimedOut,
    TwoPatients,
    Unreachable,
)
from protocol import decimals
from protocol.fhir_bundle import is_unresolved, names_of, owner_of, refers_to

log = logging.getLogger(__name__)
PAGE = 1000
SMALLER = (50, 5, 1)
"""Where a page is too large for one answer."""
ROUND = 10
"""A page of a multiple of it was cut, perhaps: servers have limits of their own."""
MOST_PAGES = 100
MOST_OF_A_TYPE = 10_000
MOST_FOUND = 50
MOST_NAMED = {"Medication": 100, "Specimen": 100}
KINDS = tuple(SECTION_OF)
_UNSUPPORTED = (400, 404, 405, 406, 410, 422, 501)
"""How servers say that they have no such type, or do not know a parameter."""


class Searching(Protocol):
    """What is asked: `app.net.emr.hospital.Hospital`."""

    @property
    def base(self) -> str: ...

    def read(self, path: str) -> Json: ...

    def search(self, kind: str, query: dict[str, str | int]) -> Json: ...

    def search_by_post(self, kind: str, query: dict[str, str | int]) -> Json: ...

    def follow(self, link: str) -> Json: ...


@dataclass(frozen=True, slots=True)
class PatientsFound:
    """`more`: there are more than are listed."""

    patients: tuple[Json, ...] = ()
    more: bool = False
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything of one patient. `irregular`: entries that do not follow the standard, kept and
    read as far as that goes; `own`: the clinic keeps the record itself."""

    patient: Json
    resources: tuple[Json, ...] = ()
    gaps: tuple[Gap, ...] = ()
    irregular: int = 0
    stopped: bool = False
    own: bool = False

    @property
    def patient_id(self) -> str:
        return text_of(self.patient.get("id"))


@dataclass
class FromFiles:
    """Patients of HL7 v2 files in the order of their first message. `others`: messages of other
    kinds, or none."""

    patients: list[Gathered] = field(default_factory=list)
    others: int = 0


def find_patients(server: Searching, words: str) -> PatientsFound:
    """By identifier where it can be one, then by name, then by its parts; the first that finds
    somebody holds. Few servers find 何小溪 by `name` who have 何 and 小溪."""
    words = words.strip()
    found = PatientsFound()
    numbered = any(sign.isdigit() for sign in words)
    whole = [{"identifier": words}] if numbered else []
    if numbered and words != words.upper():
        whole.append({"identifier": words.upper()})
    for query in (*whole, {"name": words}):
        found = _found(server, query)
        if found.patients:
            return found
    for query in split_names(words):
        try:
            parts = _found(server, query)
        except FhirRefused as error:
            if error.status not in _UNSUPPORTED:
                raise
            continue
        # A server that does not know a parameter may pass over it, and give everybody.
        named = tuple(one for one in parts.patients if is_named(one, words))
        if named or parts.more:
            found = replace(parts, patients=named)
        if named:
            break
    return found


def _found(server: Searching, query: dict[str, str]) -> PatientsFound:
    told = server.search_by_post("Patient", {**query, "_count": MOST_FOUND})
    entries = [one.get("resource") for one in objects(told.get("entry"))]
    patients = [one for one in objects(entries) if _is_of(one, "Patient") and one.get("id")]
    others = sum(1 for one in entries if not _is_of(one, "OperationOutcome")) - len(patients)
    more = bool(_linked(told, "next")) or (number_of(told.get("total")) or 0) > len(patients)
    return PatientsFound(tuple(patients[:MOST_FOUND]), more and bool(patients), others)


def gather(
    server: Searching,
    patient: Json,
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Gathered:
    """Reads the patient anew and everything of theirs. Raises NetError where the server admits
    nobody or is away from the beginning, and `TwoPatients`."""
    id_ = text_of(patient.get("id"))
    newest = server.read(f"Patient/{id_}")
    if newest.get("resourceType") != "Patient" or text_of(newest.get("id")) != id_:
        raise TwoPatients("the server answers with somebody else")
    found = Gathered(newest)
    on_progress(0, len(KINDS))
    parts = at_once([partial(_of_kind, server, newest, kind) for kind in KINDS])
    with contextlib.closing(parts):
        for done, part in enumerate(parts, 1):
            if stopped():
                return replace(found, stopped=True)
            found = _with(found, part)
            on_progress(done, len(KINDS))
    found = _with_named(server, found)
    return replace(found, irregular=_irregular(found.resources))


def _with(found: Gathered, part: Gathered) -> Gathered:
    return replace(
        found,
        resources=(*found.resources, *part.resources),
        gaps=(*found.gaps, *part.gaps),
    )


def _of_kind(server: Searching, patient: Json, kind: str) -> Gathered:
    id_ = text_of(patient.get("id"))
    names = names_of(patient, None, server.base)
    got: dict[str, Json] = {}
    left: Counter[Lack] = Counter()
    gaps: tuple[Gap, ...] = ()
    cut = False
    try:
        for resource, more in _pages(server, kind, id_, names):
            cut = more
            if resource is None:
                continue
            if resource.get("resourceType") == "OperationOutcome":
                gaps = (*gaps, *withheld(kind, resource))
                continue
            if not _is_of(resource, kind):
                left[Lack.UNREADABLE] += 1
                continue
            owner = owner_of(resource)
            if not owner or is_unresolved(owner):
                left[Lack.NOBODYS] += 1
            elif not refers_to(owner, names):
                raise TwoPatients("an answer names another patient")
            else:
                got[text_of(resource.get("id")) or f"#{len(got)}"] = resource
    except (NotSignedIn, FhirRefused, NotUnderstood, Unreachable) as error:
        if _admits_nobody(error):
            raise
        gaps = (*gaps, _refused(kind, error))
        log.info("the record has no %s: %s", kind, type(error).__name__)
    gaps = (*gaps, *(Gap(kind, why, number=count) for why, count in left.items()))
    gaps = (*gaps, Gap(kind, Lack.MORE)) if cut else gaps
    return Gathered(patient, tuple(got.values()), gaps)


def _admits_nobody(error: NetError) -> bool:
    return isinstance(error, NotSignedIn) and error.args[:1] != ("403",)


_LACKS = {
    **dict.fromkeys((401, 403), Lack.FORBIDDEN),
    **dict.fromkeys((404, 405, 501), Lack.NOT_SUPPORTED),
    **dict.fromkeys((429, 502, 503, 504), Lack.BUSY),
}


def _refused(kind: str, error: NetError) -> Gap:
    match error:
        case FhirRefused():
            why = _LACKS.get(error.status, Lack.FAILED)
            return Gap(kind, why, error.said, error.status if why is Lack.FAILED else 0)
        case NotSignedIn():
            return Gap(kind, Lack.FORBIDDEN)
        case TimedOut() | Unreachable():
            return Gap(kind, Lack.NO_ANSWER)
        case AnswerTooLarge():
            return Gap(kind, Lack.TOO_LARGE)
        case _:
            return Gap(kind, Lack.FAILED, number=200)


def _pages(
    server: Searching, kind: str, id_: str, names: set[str]
) -> Iterator[tuple[Json | None, bool]]:
    """Each resource, and whether the server has more than was read up to it. `names` takes in how
    the patient is named by what the server calls itself."""
    (page, query), seen, links = _first(server, kind, id_), 0, set[str]()
    known: set[str] = set()
    counted_on = False
    for _ in range(MOST_PAGES):
        entries = [one for one in objects(page.get("entry")) if _matches(one)]
        names |= _called_there(page, kind, id_)
        before, on_page = len(known), 0
        for one in entries:
            resource = one.get("resource")
            told = resource if isinstance(resource, dict) else {"resourceType": "?"}
            if not _is_of(told, "OperationOutcome"):
                known.add(f"{text_of(told.get('resourceType'))}/{text_of(told.get('id'))}")
                seen += 1
                on_page += 1
            yield told, False
        fresh = len(known) - before
        link, total = _linked(page, "next"), number_of(page.get("total")) or 0
        if seen >= MOST_OF_A_TYPE:
            yield None, bool(link) or total > seen
            return
        if link and link not in links:
            links.add(link)
            page = server.follow(link)
        elif not link and fresh and _has_more(page, on_page, seen, int(query["_count"])):
            # No link, but a full page: some servers count on instead (`_offset`).
            counted = _counted_on(server, kind, query | {"_offset": seen})
            if counted is None:
                break
            page, counted_on = counted, True
        else:
            repeats = counted_on and on_page > 0 and not fresh
            yield None, bool(link) or total > len(known) or repeats
            return
    yield None, True


def _called_there(page: Json, kind: str, id_: str) -> set[str]:
    """How the patient is named by what the server calls itself."""
    itself, called, _ = _linked(page, "self").partition(f"/{kind}")
    return {f"{itself}/Patient/{id_}"} if called else set()


def _counted_on(server: Searching, kind: str, query: dict[str, str | int]) -> Json | None:
    """None where the server does not count on."""
    try:
        return server.search(kind, query)
    except FhirRefused as error:
        if error.status not in _UNSUPPORTED:
            raise
        return None


def _has_more(page: Json, on_page: int, seen: int, asked: int) -> bool:
    total = number_of(page.get("total"))
    if total is not None:
        return total > seen
    return on_page >= asked or (on_page > 0 and on_page % ROUND == 0)


def _first(server: Searching, kind: str, id_: str) -> tuple[Json, dict[str, str | int]]:
    """The first page, and the query that had it. R4 names `patient` for every type, by reference or
    by bare id (R4 3.1.1.4.12); there are servers that find nothing by one of them, and some that
    know `subject` only."""
    forms = (("patient", f"Patient/{id_}"), ("patient", id_), ("subject", f"Patient/{id_}"))
    empty: tuple[Json, dict[str, str | int]] | None = None
    refused: FhirRefused | None = None
    for parameter, value in forms:
        if parameter == "subject" and empty is not None:
            break
        try:
            page, query = _as_large_as_goes(server, kind, {parameter: value})
        except FhirRefused as error:
            if error.status not in _UNSUPPORTED or error.status == 404:
                raise
            refused = error
            continue
        if objects(page.get("entry")):
            return page, query
        empty = empty or (page, query)
    if empty is not None:
        return empty
    assert refused is not None
    raise refused


def _as_large_as_goes(
    server: Searching, kind: str, asked: dict[str, str | int]
) -> tuple[Json, dict[str, str | int]]:
    """One report may carry megabytes: fewer at once, where the answer is too large."""
    for count in (PAGE, *SMALLER[:-1]):
        with contextlib.suppress(AnswerTooLarge):
            return server.search(kind, asked | {"_count": count}), asked | {"_count": count}
    query = asked | {"_count": SMALLER[-1]}
    return server.search(kind, query), query


def _matches(entry: Json) -> bool:
    """What was included besides is not asked for; what is said of the search is told."""
    search = entry.get("search")
    mode = text_of(search.get("mode")) if isinstance(search, dict) else ""
    return mode in ("", "match", "outcome")


def _linked(page: Json, relation: str) -> str:
    links = objects(page.get("link"))
    return next((text_of(one.get("url")) for one in links if one.get("relation") == relation), "")


def _is_of(value: object, kind: str) -> bool:
    return isinstance(value, dict) and value.get("resourceType") == kind


def _with_named(server: Searching, found: Gathered) -> Gathered:
    """What prescriptions and values without a code of all laboratories only refer to; a reference
    to nowhere stays one."""
    names: list[str] = []
    for kind, most in MOST_NAMED.items():
        told = dict.fromkeys(name for one in found.resources if (name := _names(kind, one)))
        names += list(told)[:most]
    got = [one for one in at_once([partial(_named, server, name) for name in names]) if one]
    return replace(found, resources=(*found.resources, *got))


def _names(kind: str, resource: Json) -> str:
    """The relative reference to one of this kind that has to be read to understand a resource."""
    if kind == "Medication":
        told, known = resource.get("medicationReference"), resource.get("medicationCodeableConcept")
    else:
        told, known = resource.get("specimen"), coded(resource.get("code"), LOINC)
    name = reference(told).split("/_history/")[0]
    tail = "/".join(name.rsplit("/", 2)[-2:])
    return tail if tail.startswith(f"{kind}/") and not concept(known) else ""


def _named(server: Searching, name: str) -> Json | None:
    kind = name.partition("/")[0]
    try:
        resource = server.read(name)
    except (FhirRefused, NotSignedIn, NotUnderstood, Unreachable) as error:
        log.info("a %s is not there: %s", kind, type(error).__name__)
        return None
    return resource if _is_of(resource, kind) else None


def _irregular(resources: tuple[Json, ...]) -> int:
    """How many fhirclient's strict models do not take."""
    from fhirclient.models.fhirabstractbase import FHIRValidationError
    from fhirclient.models.fhirelementfactory import FHIRElementFactory

    irregular = 0
    for one in resources:
        plain = json.loads(decimals.dumps(one))  # these models know no Decimal
        try:
            FHIRElementFactory.instantiate(text_of(one.get("resourceType")), plain)
        except (FHIRValidationError, TypeError, ValueError, KeyError, AttributeError):
            irregular += 1
    return irregular
