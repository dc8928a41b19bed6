"""The words a FHIR R4 resource is found by: one for each value of each parameter (R4 3.1.1)."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from protocol.readings import has_characters, spelled
from server.domain.fhir_parameters import IDENTIFIER, PARAMETERS, Parameter, Sort

Json = dict[str, Any]
MOST_PREFIX = 40
"""Characters of a name that are compared."""
DAY = re.compile(r"(?:eq)?(\d{4}(?:-\d{2}(?:-\d{2})?)?)")


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
        case Sort.TOKEN if one is IDENTIFIER:
            yield from map(numbered, _tokens(value))
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
            day = DAY.match(str(value))
            if day is not None:
                yield from {day[1], day[1][:7], day[1][:4]}


def numbered(token: str) -> str:
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
