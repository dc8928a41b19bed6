"""One type of a patient's record page by page, as servers cut it: by link, by total, or counted
on."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from app.net.emr.asking import UNSUPPORTED, Searching, is_of, linked
from app.net.emr.elements import Json, name_of, number_of, objects, resources_in, text_of
from app.net.errors import AnswerTooLarge, FhirRefused, NetError, TimedOut

PAGE = 1000
MANY = {"Observation": 5000}
"""Asked for at once where the type is many and small: a server gives as many as it likes."""
SMALLER = (50, 5, 1)
"""Where a page is too large for one answer."""
ROUND = 10
"""A page of a multiple of it was cut, perhaps: servers have limits of their own."""
INCLUDED = {"MedicationRequest": "medication", "MedicationStatement": "medication"}
"""What a prescription only refers to comes along (R4 3.1.1.3.1, `_include`) from a server that
knows how, and is read by itself from the others."""
MOST_PAGES = 100
MOST_OF_A_TYPE = 10_000
NEWEST = 50
_BUSY = (429, 502, 503)


@dataclass(frozen=True, slots=True)
class Page:
    """`entries`: what is no resource stands as one of type `?`. `total` as the server says it, 0
    where it does not; `follows`: another page is asked for; `cut`: none is, though there may be
    more; `included`: what came along besides."""

    entries: tuple[Json, ...] = ()
    total: int = 0
    follows: bool = False
    cut: bool = False
    included: tuple[Json, ...] = ()


def pages(server: Searching, kind: str, id_: str, names: set[str]) -> Iterator[Page]:
    """All of one patient; the last page says whether the server has more. `names` takes in how the
    patient is named by what the server calls itself. Raises NetError."""
    (page, query), links = _first(server, kind, id_), set[str]()
    known: set[str] = set()
    seen, counted_on = 0, False
    for _ in range(MOST_PAGES):
        told = _entries(page)
        names |= _called_there(page, kind, id_)
        there = [name_of(one) for one in told if not is_of(one, "OperationOutcome")]
        before = len(known)
        known.update(there)
        seen += len(there)
        fresh, link = len(known) - before, linked(page, "next")
        total, full = int(number_of(page.get("total")) or 0), seen >= MOST_OF_A_TYPE
        by_link = bool(link) and link not in links
        # No link, but a full page: some servers count on instead (`_offset`).
        counts = not link and fresh and _has_more(page, len(there), seen, int(query["_count"]))
        follows = not full and bool(by_link or counts)
        repeats = counted_on and there and not fresh
        more = bool(link) or total > (seen if full else len(known)) or bool(repeats and not full)
        yield Page(told, total, follows, more and not follows, _included(page))
        if not follows:
            return
        if by_link:
            links.add(link)
            page = server.follow(link)
        elif (counted := _if_known(server, kind, query | {"_offset": seen})) is not None:
            page, counted_on = counted, True
        else:
            break
    yield Page(cut=True)


def found_there(server: Searching, kind: str, query: dict[str, str | int]) -> Iterator[Json]:
    """What a search finds, by its links. Raises NetError; AnswerTooLarge where it has no end."""
    page, links = server.search(kind, query), set[str]()
    for _ in range(MOST_PAGES):
        yield from resources_in(page)
        link = linked(page, "next")
        if not link or link in links:
            return
        links.add(link)
        page = server.follow(link)
    raise AnswerTooLarge("a search without an end")


def newest(server: Searching, kind: str, id_: str, names: set[str]) -> Page:
    """The few newest, by their own date or else by when they were written; none where the server
    knows neither. Raises NetError."""
    for order in ("-date", "-_lastUpdated"):
        asked: dict[str, str | int] = {"patient": f"Patient/{id_}", "_sort": order}
        page = _if_known(server, kind, asked | {"_count": NEWEST})
        if page is not None:
            names |= _called_there(page, kind, id_)
            return Page(_entries(page))
    return Page()


def _entries(page: Json) -> tuple[Json, ...]:
    told = (one.get("resource") for one in objects(page.get("entry")) if _matches(one))
    return tuple(one if isinstance(one, dict) else {"resourceType": "?"} for one in told)


def _included(page: Json) -> tuple[Json, ...]:
    told = (one.get("resource") for one in objects(page.get("entry")) if _mode(one) == "include")
    return tuple(objects([*told]))


def _matches(entry: Json) -> bool:
    """What is said of the search is told."""
    return _mode(entry) in ("", "match", "outcome")


def _mode(entry: Json) -> str:
    search = entry.get("search")
    return text_of(search.get("mode")) if isinstance(search, dict) else ""


def _called_there(page: Json, kind: str, id_: str) -> set[str]:
    """How the patient is named by what the server calls itself."""
    itself, called, _ = linked(page, "self").partition(f"/{kind}")
    return {f"{itself}/Patient/{id_}"} if called else set()


def _if_known(server: Searching, kind: str, query: dict[str, str | int]) -> Json | None:
    """None where the server does not know of what is asked."""
    try:
        return server.search(kind, query)
    except FhirRefused as error:
        if error.status not in UNSUPPORTED:
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
    by_subject = ("subject", f"Patient/{id_}")
    forms = [("patient", f"Patient/{id_}"), ("patient", id_), by_subject]
    if kind in MANY and _knows_subject(server, kind):
        forms = [by_subject, *forms[:2]]
    include: dict[str, str | int] = {}
    if kind in INCLUDED:
        include["_include"] = f"{kind}:{INCLUDED[kind]}"
    empty: tuple[Json, dict[str, str | int]] | None = None
    refused: FhirRefused | None = None
    for number, (parameter, value) in enumerate(forms):
        if parameter == "subject" and number and empty is not None:
            break
        try:
            asked: dict[str, str | int] = {parameter: value}
            if include and (page_and_query := _with_more(server, kind, asked | include)):
                page, query = page_and_query
            else:
                include = {}
                page, query = _as_large_as_goes(server, kind, asked)
        except FhirRefused as error:
            if error.status not in UNSUPPORTED or error.status == 404:
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


def _with_more(
    server: Searching, kind: str, asked: dict[str, str | int]
) -> tuple[Json, dict[str, str | int]] | None:
    """None where the server knows no `_include`, or stumbles over it."""
    try:
        return _as_large_as_goes(server, kind, asked)
    except FhirRefused as error:
        if error.status == 404 or error.status in _BUSY:
            raise
        return None
    except (AnswerTooLarge, TimedOut):  # more may have been asked for than it can do
        return None


def _knows_subject(server: Searching, kind: str) -> bool:
    """`subject` is cheaper where there is no index: `patient` is defined as those subjects that
    resolve to a Patient. But a server that passes over what it does not know would give
    everybody's; so it is first asked how many there are of somebody who cannot be there."""
    asked: dict[str, str | int] = {"subject": f"Patient/{uuid4()}", "_summary": "count"}
    try:
        told = server.search(kind, asked)
    except NetError:
        return False
    return number_of(told.get("total")) == 0 and not objects(told.get("entry"))


def _as_large_as_goes(
    server: Searching, kind: str, asked: dict[str, str | int]
) -> tuple[Json, dict[str, str | int]]:
    """One report may carry megabytes: fewer at once, where the answer is too large. Of more than
    `PAGE` a server may refuse to give so many, or take too long over them."""
    if many := MANY.get(kind):
        with contextlib.suppress(AnswerTooLarge, TimedOut):
            try:
                return server.search(kind, asked | {"_count": many}), asked | {"_count": many}
            except FhirRefused as error:
                if error.status in _BUSY:
                    raise
    for count in (PAGE, *SMALLER[:-1]):
        with contextlib.suppress(AnswerTooLarge):
            return server.search(kind, asked | {"_count": count}), asked | {"_count": count}
    query = asked | {"_count": SMALLER[-1]}
    return server.search(kind, query), query
