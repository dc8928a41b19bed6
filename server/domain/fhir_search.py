"""What a search of FHIR R4 resources asks for (R4 3.1.1).

Of a resource the store keeps words, one for each value it can be found by; a search is several
conditions of which each names words, and one of them must be there. What a word cannot say, spans
of time, is looked at in the resource itself.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from server.domain.fhir_dates import AskedDate, DateCondition, NoDate, asked_date, has_periods
from server.domain.fhir_parameters import (
    IDENTIFIER,
    INCLUDES,
    OF_PATIENTS,
    PARAMETERS,
    Parameter,
    Sort,
)
from server.domain.fhir_words import DAY, MOST_PREFIX, Json, folded, numbered, relative, word

MOST_ON_A_PAGE, ON_A_PAGE = 1000, 50
_NOT_ESCAPED_COMMA = re.compile(r"(?<!\\),")
_PASSED_OVER = frozenset(("_format", "_pretty", "_total"))
_OLDEST, _NEWEST = "_lastUpdated", "-_lastUpdated"
UPDATED = "_lastUpdated"


class NotAsked(ValueError):
    """A search that this store does not know: answering it would answer another one."""


@dataclass(frozen=True, slots=True)
class Included:
    """References of these elements are sent along, where they are of this type; empty: any."""

    paths: tuple[str, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """`conditions`: of each, one word must be there. `ids` None: whatever its id. `dates`: by type,
    what must take each of it. `since`, `before`: when the version was written. `passed_over`: names
    that were asked for and are not known. `everything_of`: the Patient, and all of `kinds` of
    theirs."""

    kind: str
    conditions: tuple[frozenset[str], ...] = ()
    ids: frozenset[str] | None = None
    count: int = ON_A_PAGE
    offset: int = 0
    newest_first: bool = False
    only_count: bool = False
    dates: Mapping[str, tuple[DateCondition, ...]] = field(default_factory=dict)
    since: datetime | None = None
    before: datetime | None = None
    includes: tuple[Included, ...] = ()
    passed_over: tuple[str, ...] = ()
    everything_of: UUID | None = None
    kinds: tuple[str, ...] = ()

    def takes(self, resource: Json) -> bool:
        """Whether its dates are those that are asked for."""
        conditions = self.dates.get(str(resource.get("resourceType")), ())
        return all(one.takes(resource) for one in conditions)


# --- what is asked ---------------------------------------------------------------------------


def asked(
    kind: str, query: Iterable[tuple[str, str]], base: str = "", *, lenient: bool = False
) -> Search:
    """A search of `kind`; `base` is the store's own address, as references may begin with it.

    Raises `NotAsked`: a parameter that is passed over would find others' resources as well. Who is
    `lenient` wants that all the same.
    """
    reading = _Reading(kind, base)
    for key, value in query:
        if not reading.takes(key, value):
            if not lenient:
                raise NotAsked(f"{kind} is not searched by {key.partition(':')[0][:40]}")
            reading.passed_over.append(key)
    return reading.search()


class _Reading:
    """A query, parameter by parameter."""

    def __init__(self, kind: str, base: str) -> None:
        self._kind, self._base = kind, base
        self._conditions: list[frozenset[str]] = []
        self._ids: frozenset[str] | None = None
        self._numbers = {"_count": ON_A_PAGE, "_offset": 0}
        self._newest = self._only_count = False
        self._dates: list[DateCondition] = []
        self._includes: list[Included] = []
        self._since: datetime | None = None
        self._before: datetime | None = None
        self.passed_over: list[str] = []

    def takes(self, key: str, value: str) -> bool:
        """Whether it is known; raises `NotAsked` where it is and makes no sense."""
        name, _, modifier = key.partition(":")
        known = PARAMETERS[self._kind]
        if name in self._numbers:
            self._numbers[name] = number_asked(name, value)
        elif key == "_sort" and value in (_OLDEST, _NEWEST):
            self._newest = value == _NEWEST
        elif key == "_summary" and value in ("count", "false"):
            self._only_count = value == "count"
        elif key == "_id":
            ids = frozenset(value.split(","))
            self._ids = ids & (self._ids if self._ids is not None else ids)
        elif key == UPDATED:
            self._updated(value)
        elif key == "_include":
            self._includes += _included(self._kind, value)
        elif name in known and value:
            self._condition(known[name], modifier, value)
        else:
            return name in _PASSED_OVER
        return True

    def _updated(self, value: str) -> None:
        since, before = updated(value)
        self._since = max((one for one in (self._since, since) if one), default=None)
        self._before = min((one for one in (self._before, before) if one), default=None)

    def _condition(self, one: Parameter, modifier: str, value: str) -> None:
        by_word = one.sort is not Sort.DAY or all(map(DAY.fullmatch, value.split(",")))
        if by_word:
            self._conditions.append(_words_of_condition(one, modifier, value, self._base))
        if not by_word or (one.sort is Sort.DAY and has_periods(one.paths)):
            _no_modifier(one, modifier)
            choices = (_as_asked(one.name, part) for part in value.split(","))
            self._dates.append(DateCondition(one.paths, tuple(choices)))

    def search(self) -> Search:
        return Search(
            self._kind,
            tuple(self._conditions),
            self._ids,
            max(1, min(self._numbers["_count"], MOST_ON_A_PAGE)),
            self._numbers["_offset"],
            self._newest,
            self._only_count or self._numbers["_count"] == 0,
            {self._kind: tuple(self._dates)} if self._dates else {},
            self._since,
            self._before,
            tuple(self._includes),
            tuple(self.passed_over),
        )


def number_asked(name: str, value: str) -> int:
    if not value.isdecimal() or len(value) > 9:
        raise NotAsked(f"{name} is a number")
    return int(value)


def updated(value: str) -> tuple[datetime | None, datetime | None]:
    """From when until before when a version was written; raises `NotAsked`."""
    try:
        return asked_date(value).moments()
    except NoDate as error:
        raise NotAsked(f"{UPDATED}: {error}") from error


def _as_asked(name: str, value: str) -> AskedDate:
    try:
        return asked_date(value)
    except NoDate as error:
        raise NotAsked(f"{name}: {error}") from error


def _included(kind: str, value: str) -> list[Included]:
    """`Observation:specimen`, `Observation:subject:Patient`, or `*`."""
    if value == "*":
        return [Included(paths) for paths in INCLUDES[kind].values()]
    source, _, rest = value.partition(":")
    name, _, target = rest.partition(":")
    if source != kind or name not in INCLUDES[kind] or (target and target not in PARAMETERS):
        raise NotAsked(f"{kind} includes {', '.join(sorted(INCLUDES[kind])) or 'nothing'}")
    return [Included(INCLUDES[kind][name], target)]


def _words_of_condition(one: Parameter, modifier: str, value: str, base: str) -> frozenset[str]:
    typed = one.sort is Sort.REFERENCE and modifier in PARAMETERS
    if not typed:
        _no_modifier(one, modifier)
    choices = [part.replace("\\,", ",") for part in _NOT_ESCAPED_COMMA.split(value)]
    if typed:
        choices = [part if "/" in part else f"{modifier}/{part}" for part in choices]
    return frozenset(_word_of_choice(one, part, base) for part in choices)


def _no_modifier(one: Parameter, modifier: str) -> None:
    if modifier:
        raise NotAsked(f"{one.name} takes no :{modifier[:20]}")


def _word_of_choice(one: Parameter, value: str, base: str) -> str:
    match one.sort:
        case Sort.NAME:
            value = folded(value)[:MOST_PREFIX]
        case Sort.DAY:
            value = value.removeprefix("eq")
        case Sort.REFERENCE:
            value = relative(value, base)
        case Sort.TOKEN if one is IDENTIFIER:
            value = numbered(value)
    return word(one.name, value)


# --- everything of a patient -----------------------------------------------------------------


def everything(patient: UUID, query: Iterable[tuple[str, str]], *, lenient: bool = False) -> Search:
    """`$everything` of a Patient (R4, OperationDefinition Patient-everything): `start` and `end`
    are days of care, and what has no date is always among it. Raises `NotAsked`."""
    numbers = {"_count": MOST_ON_A_PAGE, "_offset": 0}
    care: list[AskedDate] = []
    since: datetime | None = None
    kinds = OF_PATIENTS
    passed_over: list[str] = []
    for key, value in query:
        if key in numbers:
            numbers[key] = number_asked(key, value)
        elif key in _CARE:
            care.append(_as_asked(key, f"{_CARE[key]}{value}"))
        elif key == "_since":
            since, _ = updated(f"ge{value}")
        elif key == "_type":
            kinds = _types(value)
        elif key not in _PASSED_OVER:
            if not lenient:
                raise NotAsked(f"$everything takes no {key[:40]}")
            passed_over.append(key)
    dates = {}
    for kind in kinds if care else ():
        paths = tuple(path for one in _care_dates(kind) for path in one.paths)
        if paths:
            dates[kind] = tuple(DateCondition(paths, (one,), undated=True) for one in care)
    return Search(
        "Patient",
        count=max(1, min(numbers["_count"], MOST_ON_A_PAGE)),
        offset=numbers["_offset"],
        dates=dates,
        since=since,
        passed_over=tuple(passed_over),
        everything_of=patient,
        kinds=kinds,
    )


_CARE = {"start": "ge", "end": "le"}


def _types(value: str) -> tuple[str, ...]:
    kinds = tuple(dict.fromkeys(value.split(",")))
    if not set(kinds) <= set(OF_PATIENTS):
        raise NotAsked(f"_type is of {', '.join(OF_PATIENTS)}")
    return kinds


def _care_dates(kind: str) -> list[Parameter]:
    known = PARAMETERS[kind].values()
    return [one for one in known if one.sort is Sort.DAY and one.name != "birthdate"]
