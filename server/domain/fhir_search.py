"""What FHIR R4 resources are found by, and what a search asks for (R4 3.1.1).

Of a resource the store keeps words, one for each value it can be found by; a search is several
conditions of which each names words, and one of them must be there.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from protocol.readings import has_characters, spelled

Json = dict[str, Any]
MOST_ON_A_PAGE, ON_A_PAGE = 1000, 50
MOST_PREFIX = 40
"""Characters of a name that are compared."""
_DAY = re.compile(r"(?:eq)?(\d{4}(?:-\d{2}(?:-\d{2})?)?)")
_NOT_ESCAPED_COMMA = re.compile(r"(?<!\\),")
_PASSED_OVER = frozenset(("_format", "_pretty", "_total"))
_OLDEST, _NEWEST = "_lastUpdated", "-_lastUpdated"


class Sort(StrEnum):
    """How a parameter is compared (R4 3.1.1.4)."""

    TOKEN = "token"  # noqa: S105 - R4's word
    REFERENCE = "reference"
    NAME = "string"
    DAY = "date"


@dataclass(frozen=True, slots=True)
class Parameter:
    """`paths`: the elements it looks at, lists passed through."""

    name: str
    sort: Sort
    paths: tuple[str, ...]


_IDENTIFIER = Parameter("identifier", Sort.TOKEN, ("identifier",))
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
_WITHOUT_IDENTIFIER = frozenset(("Provenance",))
PARAMETERS: Mapping[str, Mapping[str, Parameter]] = {
    kind: {
        one.name: one
        for one in (_TAG, *(() if kind in _WITHOUT_IDENTIFIER else (_IDENTIFIER,)), *own)
    }
    for kind, own in _OWN.items()
}
"""The types the store keeps, and what each is found by."""


class NotAsked(ValueError):
    """A search that this store does not know: answering it would answer another one."""


@dataclass(frozen=True, slots=True)
class Search:
    """`conditions`: of each, one word must be there. `ids` None: whatever its id."""

    kind: str
    conditions: tuple[frozenset[str], ...] = ()
    ids: frozenset[str] | None = None
    count: int = ON_A_PAGE
    offset: int = 0
    newest_first: bool = False
    only_count: bool = False


# --- what is asked ---------------------------------------------------------------------------


def asked(kind: str, query: Iterable[tuple[str, str]], base: str = "") -> Search:
    """A search of `kind`; `base` is the store's own address, as references may begin with it.

    Raises `NotAsked`: a parameter that is passed over would find others' resources as well.
    """
    known = PARAMETERS[kind]
    conditions: list[frozenset[str]] = []
    ids: frozenset[str] | None = None
    numbers = {"_count": ON_A_PAGE, "_offset": 0}
    newest = only_count = False
    for key, value in query:
        name, _, modifier = key.partition(":")
        if name in numbers:
            numbers[name] = _number(name, value)
        elif key == "_sort" and value in (_OLDEST, _NEWEST):
            newest = value == _NEWEST
        elif key == "_summary" and value in ("count", "false"):
            only_count = value == "count"
        elif key == "_id":
            ids = frozenset(value.split(",")) & (ids if ids is not None else {*value.split(",")})
        elif name in known and value:
            conditions.append(_words_of_condition(known[name], modifier, value, base))
        elif name not in _PASSED_OVER:
            raise NotAsked(f"{kind} is not searched by {name[:40]}")
    only_count = only_count or numbers["_count"] == 0
    return Search(
        kind,
        tuple(conditions),
        ids,
        max(1, min(numbers["_count"], MOST_ON_A_PAGE)),
        numbers["_offset"],
        newest,
        only_count,
    )


def _number(name: str, value: str) -> int:
    if not value.isdecimal() or len(value) > 9:
        raise NotAsked(f"{name} is a number")
    return int(value)


def _words_of_condition(one: Parameter, modifier: str, value: str, base: str) -> frozenset[str]:
    typed = one.sort is Sort.REFERENCE and modifier in PARAMETERS
    if modifier and not typed:
        raise NotAsked(f"{one.name} takes no :{modifier[:20]}")
    choices = [part.replace("\\,", ",") for part in _NOT_ESCAPED_COMMA.split(value)]
    if typed:
        choices = [part if "/" in part else f"{modifier}/{part}" for part in choices]
    return frozenset(_word_of_choice(one, part, base) for part in choices)


def _word_of_choice(one: Parameter, value: str, base: str) -> str:
    match one.sort:
        case Sort.NAME:
            value = folded(value)[:MOST_PREFIX]
        case Sort.DAY:
            day = _DAY.fullmatch(value)
            if day is None:
                raise NotAsked(f"{one.name} is compared with a day, a month or a year, by eq")
            value = day[1]
        case Sort.REFERENCE:
            value = relative(value, base)
        case Sort.TOKEN if one is _IDENTIFIER:
            value = _numbered(value)
    return word(one.name, value)


# --- what is found ---------------------------------------------------------------------------


def words_of(resource: Json, base: str = "") -> frozenset[str]:
    """Every word a resource is found by."""
    found: set[str] = set()
    for one in PARAMETERS[str(resource["resourceType"])].values():
        for path in one.paths:
            for value in at(resource, path.split(".")):
                found.update(word(one.name, text) for text in _texts(one, value, base))
    return frozenset(found)


def word(parameter: str, value: str) -> str:
    return f"{parameter}\0{value}"


def at(value: Any, path: Sequence[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield from at(one, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from at(value[path[0]], path[1:])


def _texts(one: Parameter, value: Any, base: str) -> Iterator[str]:
    match one.sort:
        case Sort.TOKEN if one is _IDENTIFIER:
            yield from map(_numbered, _tokens(value))
        case Sort.TOKEN:
            yield from _tokens(value)
        case Sort.REFERENCE:
            if isinstance(value, dict) and isinstance(value.get("reference"), str):
                named = relative(value["reference"], base)
                yield named
                yield named.rpartition("/")[2]
        case Sort.NAME:
            if isinstance(value, dict):
                yield from _beginnings(one.name, value)
        case Sort.DAY:
            day = _DAY.match(str(value))
            if day is not None:
                yield from {day[1], day[1][:7], day[1][:4]}


def _numbered(token: str) -> str:
    """A number without its system is found however it is typed: width, case and blanks; with its
    system it is what it is."""
    if "|" in token:
        return token
    return "".join(unicodedata.normalize("NFKC", token).casefold().split())


def _tokens(value: Any) -> Iterator[str]:
    """R4 3.1.1.4.10: by code, by system and code, by system, and by code without a system."""
    if isinstance(value, bool):
        yield str(value).lower()
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for coding in value.get("coding") or ():
            yield from _tokens(coding)
        code, system = value.get("code", value.get("value")), value.get("system", "")
        if isinstance(code, str) and isinstance(system, str):
            yield code
            yield f"{system}|{code}"
        if isinstance(system, str) and system:
            yield f"{system}|"


def _beginnings(parameter: str, name: Json) -> Iterator[str]:
    """What a HumanName may begin with, in either order; Chinese ones also as Pinyin."""
    family = str(name.get("family") or "")
    given = [str(one) for one in name.get("given") or () if one]
    whole = "".join(given)
    told = {
        "family": [family],
        "given": given,
        "name": [family, *given, family + whole, whole + family, str(name.get("text") or "")],
    }[parameter]
    read = [spelled(one) for one in told if has_characters(one)]
    for one in {folded(text) for text in (*told, *read)}:
        yield from (one[:length] for length in range(1, min(len(one), MOST_PREFIX) + 1))


def folded(text: str) -> str:
    """Without accents, case, blanks and what stands between parts of a name."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN")


def relative(reference: str, base: str) -> str:
    """Below the store's own address, and without a version."""
    reference = reference.split("/_history/")[0]
    own = base.rstrip("/") + "/"
    return reference[len(own) :] if base and reference.startswith(own) else reference
