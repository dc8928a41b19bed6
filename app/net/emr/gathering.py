"""Gathers what a hospital's server has of a patient, type by type, and hands it on as it comes.

A server that lacks a type, a parameter, totals or links gives what it has; what it would not give
is told with its reason. What names another patient stops everything.
"""

import contextlib
import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from app.net.emr.asking import Searching, is_of
from app.net.emr.at_once import as_they_come
from app.net.emr.clinical import SECTION_OF, Gap, Lack, Unfinished
from app.net.emr.elements import Json, coded, concept, reference, relative, text_of
from app.net.emr.gaps import withheld
from app.net.emr.paging import newest, pages
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
MOST_NAMED = {"Medication": 100, "Specimen": 100}
KINDS = tuple(SECTION_OF)
"""In the order a doctor reads."""
PATIENCE_S = 0.7
"""Where the values have not come by then, the newest of them are asked for besides."""
_VALUES = "Observation"
_ASKED = (*KINDS[:2], _VALUES, *(one for one in KINDS[2:] if one != _VALUES))
"""In that order too, but for the values, which take longest."""
_TOLD = (NotSignedIn, FhirRefused, NotUnderstood, Unreachable)
"""What a type lacks is told, and the others are read."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything of one patient, or what of it has come. `irregular`: entries that do not follow
    the standard, kept and read as far as that goes; `own`: the clinic keeps the record itself;
    `unfinished`: what more may come of."""

    patient: Json
    resources: tuple[Json, ...] = ()
    gaps: tuple[Gap, ...] = ()
    irregular: int = 0
    own: bool = False
    unfinished: tuple[Unfinished, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.unfinished

    @property
    def patient_id(self) -> str:
        return text_of(self.patient.get("id"))


@dataclass
class FromFiles:
    """Patients of HL7 v2 files in the order of their first message. `others`: messages of other
    kinds, or none."""

    patients: list[Gathered] = field(default_factory=list)
    others: int = 0


def gather(
    server: Searching,
    patient: Json,
    on_part: Callable[[Gathered], None] = lambda _so_far: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Gathered:
    """Reads the patient anew and everything of theirs. `on_part` is given all that has come so far,
    at last the whole, before what is irregular in it has been counted. Once `stopped`, it ends
    with what came until then.

    Raises NetError where the server admits nobody or is away from the beginning, and
    `TwoPatients`: what was handed on before is then not to be used either."""
    id_ = text_of(patient.get("id"))
    who = server.read(f"Patient/{id_}")
    if who.get("resourceType") != "Patient" or text_of(who.get("id")) != id_:
        raise TwoPatients("the server answers with somebody else")
    so_far = Gathered(who)
    with contextlib.closing(_coming(server, who)) as parts:
        for so_far in parts:
            if stopped():
                return so_far
            on_part(so_far)
    return replace(so_far, irregular=_irregular(so_far.resources, stopped))


def _coming(server: Searching, patient: Json) -> Generator[Gathered, None, None]:
    """All that has come so far, each time more has; at last the whole."""
    found, values = _Found(patient), _Values()
    yield found.so_far()
    questions = [partial(_of_kind, server, patient, kind, values) for kind in _ASKED]
    beside = partial(_newest_values, server, patient, values)
    with contextlib.closing(as_they_come([*questions, beside])) as coming:
        for parts in coming:
            found.take(parts)
            if not found.waiting:
                break
            yield found.so_far()
    if names := found.names():
        yield found.so_far()
        with contextlib.closing(
            as_they_come([partial(_named, server, name) for name in names])
        ) as coming:
            for parts in coming:
                found.take(parts)
    found.unnamed.clear()
    yield found.so_far()


@dataclass(frozen=True, slots=True)
class _Part:
    """Of one type; `ended`: the last of it. `total` as of `Page`."""

    kind: str
    resources: tuple[Json, ...] = ()
    total: int = 0
    gaps: tuple[Gap, ...] = ()
    ended: bool = False


class _Found:
    """What has come, whatever the order: each resource once."""

    def __init__(self, patient: Json) -> None:
        self._patient = patient
        self._got: dict[str, dict[str, Json]] = {kind: {} for kind in (*KINDS, *MOST_NAMED)}
        self._totals: dict[str, int] = {}
        self._gaps: dict[str, tuple[Gap, ...]] = {}
        self._doubled: dict[tuple[str, str], list[Json]] = {}
        self.waiting = dict.fromkeys(KINDS)
        self.unnamed: dict[str, dict[str, None]] = {kind: {} for kind in MOST_NAMED}

    def take(self, parts: list[_Part]) -> None:
        for part in parts:
            here: set[str] = set()
            for one in part.resources:
                self._keep(part.kind, one, here)
                for kind, names in self.unnamed.items():
                    if name := _names(kind, one):
                        names[name] = None
            self._totals[part.kind] = max(part.total, self._totals.get(part.kind, 0))
            if part.ended:
                self._gaps[part.kind] = part.gaps
                self.waiting.pop(part.kind, None)

    def _keep(self, kind: str, one: Json, here: set[str]) -> None:
        """`here`: the ids of this page. Two things that one page says under one id are two, the
        second without an id, and told; from another page it may be a newer version of it."""
        got, id_ = self._got[kind], text_of(one.get("id"))
        known = got.get(id_) if id_ else None
        if known is not None and _said(known) != _said(one):
            later = id_ not in here and _version(known) != _version(one)
            if not later:
                others = self._doubled.setdefault((kind, id_), [])
                if _said(one) not in others:
                    others.append(_said(one))
                    got[f"#{len(got)}"] = {key: told for key, told in one.items() if key != "id"}
                return
        here.add(id_)
        got[id_ or f"#{len(got)}"] = one

    def _doubles(self) -> Iterator[Gap]:
        told: Counter[str] = Counter()
        for (kind, _), others in self._doubled.items():
            told[kind] += len(others)
        return (Gap(kind, Lack.DOUBLED, number=count) for kind, count in told.items())

    def names(self) -> list[str]:
        """What prescriptions and values without a code of all laboratories only refer to; a
        reference to nowhere stays one."""
        wanted: list[str] = []
        for kind, names in self.unnamed.items():
            came = {f"{kind}/{id_}" for id_ in self._got[kind]}  # along with those that name it
            wanted += [one for one in names if one not in came][: MOST_NAMED[kind]]
        return wanted

    def so_far(self) -> Gathered:
        named = (kind for kind, names in self.unnamed.items() if names)
        unfinished = (
            Unfinished(kind, len(self._got[kind]), self._totals.get(kind, 0))
            for kind in (*self.waiting, *named)
        )
        return Gathered(
            self._patient,
            tuple(one for got in self._got.values() for one in got.values()),
            (*(gap for kind in KINDS for gap in self._gaps.get(kind, ())), *self._doubles()),
            unfinished=tuple(unfinished),
        )


def _said(resource: Json) -> Json:
    """Without what servers say of it themselves."""
    return {key: told for key, told in resource.items() if key not in ("meta", "text")}


def _version(resource: Json) -> tuple[str, str]:
    meta = resource.get("meta")
    told = meta if isinstance(meta, dict) else {}
    return text_of(told.get("versionId")), text_of(told.get("lastUpdated"))


class _Values:
    """Whether all values come soon, or the newest are to be asked for besides."""

    def __init__(self) -> None:
        self._came = threading.Event()
        self._more = False

    def came(self, *, more: bool) -> None:
        """A first page, with or without others behind it; or none."""
        if not self._came.is_set():
            self._more = more
            self._came.set()

    def take_long(self) -> bool:
        return not self._came.wait(PATIENCE_S) or self._more


Tell = Callable[[_Part], None]


def _of_kind(server: Searching, patient: Json, kind: str, values: _Values, tell: Tell) -> None:
    names = names_of(patient, None, server.base)
    left: Counter[Lack] = Counter()
    gaps: list[Gap] = []
    cut = False
    try:
        for page in pages(server, kind, text_of(patient.get("id")), names):
            told = [one for one in page.entries if is_of(one, "OperationOutcome")]
            gaps += [gap for one in told for gap in withheld(kind, one)]
            for named in MOST_NAMED:
                if along := tuple(one for one in page.included if is_of(one, named)):
                    tell(_Part(named, along))
            tell(_Part(kind, _hers(kind, page.entries, names, left), page.total))
            cut = page.cut
            if kind == _VALUES:
                values.came(more=page.follows)
    except _TOLD as error:
        if _admits_nobody(error):
            raise
        gaps.append(_refused(kind, error))
        log.info("the record has no %s: %s", kind, type(error).__name__)
    finally:
        if kind == _VALUES:
            values.came(more=False)
    gaps += [Gap(kind, why, number=count) for why, count in left.items()]
    gaps += [Gap(kind, Lack.MORE)] if cut else []
    tell(_Part(kind, gaps=tuple(gaps), ended=True))


def _hers(
    kind: str, entries: tuple[Json, ...], names: set[str], left: Counter[Lack]
) -> tuple[Json, ...]:
    """Those of this type and patient; what is left out is counted."""
    hers = []
    for one in entries:
        if is_of(one, "OperationOutcome"):
            continue
        if not is_of(one, kind):
            left[Lack.UNREADABLE] += 1
            continue
        owner = owner_of(one)
        if not owner or is_unresolved(owner) or _is_nobody(owner):
            left[Lack.NOBODYS] += 1
        elif not refers_to(owner, names):
            raise TwoPatients("an answer names another patient")
        else:
            hers.append(one)
    return tuple(hers)


def _is_nobody(owner: str) -> bool:
    """R4 lets some types be of a group, a device or a place."""
    return relative(owner).partition("/")[0] in ("Group", "Device", "Location")


def _newest_values(server: Searching, patient: Json, values: _Values, tell: Tell) -> None:
    """The few newest, where all of them take long: nobody reads those of ten years ago first.
    Whatever is wrong with them is told of all of them."""
    if not values.take_long():
        return
    names = names_of(patient, None, server.base)
    try:
        page = newest(server, _VALUES, text_of(patient.get("id")), names)
    except _TOLD as error:
        log.info("the newest values are not told: %s", type(error).__name__)
    else:
        hers = _hers(_VALUES, page.entries, names, Counter())
        tell(_Part(_VALUES, tuple(one for one in hers if one.get("id"))))


def _named(server: Searching, name: str, tell: Tell) -> None:
    kind = name.partition("/")[0]
    try:
        resource = server.read(name)
    except _TOLD as error:
        log.info("a %s is not there: %s", kind, type(error).__name__)
    else:
        if is_of(resource, kind):
            tell(_Part(kind, (resource,)))


def _names(kind: str, resource: Json) -> str:
    """The relative reference to one of this kind that has to be read to understand a resource."""
    if kind == "Medication":
        told, known = resource.get("medicationReference"), resource.get("medicationCodeableConcept")
    else:
        told, known = resource.get("specimen"), coded(resource.get("code"), LOINC)
    name = relative(reference(told))
    return name if name.startswith(f"{kind}/") and not concept(known) else ""


def _admits_nobody(error: NetError) -> bool:
    return isinstance(error, NotSignedIn) and error.status != 403


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


def _irregular(resources: tuple[Json, ...], stopped: Callable[[], bool]) -> int:
    """How many fhirclient's strict models do not take, of those that are looked at before nobody
    wants to know any more."""
    from fhirclient.models.fhirabstractbase import FHIRValidationError
    from fhirclient.models.fhirelementfactory import FHIRElementFactory

    irregular = 0
    for one in resources:
        if stopped():
            break
        plain = json.loads(decimals.dumps(one))  # these models know no Decimal
        began = time.perf_counter()
        try:
            FHIRElementFactory.instantiate(text_of(one.get("resourceType")), plain)
        except (FHIRValidationError, TypeError, ValueError, KeyError, AttributeError):
            irregular += 1
        # Nobody waits for this, but somebody scrolls: Python runs one thread at a time, so as long
        # as it took is left to the window.
        time.sleep(time.perf_counter() - began)
    return irregular
