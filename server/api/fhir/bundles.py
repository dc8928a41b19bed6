"""Pages and histories as Bundles (R4 3.1.1.3, 3.1.0.2)."""

from email.utils import format_datetime
from urllib.parse import urlencode

from protocol.decimals import dumps
from server.api.fhir.outcomes import warnings
from server.api.fhir.searching import Page
from server.store.fhir import MOST_COUNTED, FhirVersion


def searchset(page: Page, base: str, query: list[tuple[str, str]] | None) -> str:
    """What was found. Without `query` it came in a body: no link repeats it, since a name would
    then stand in an address; whoever wants more asks again with `_offset`."""
    search = page.search
    itself = f"{base}/{page.place}" if query is not None else f"{base}/{page.place}/_search"
    if query is not None:
        query = [one for one in query if one[0] not in search.passed_over]
    links = [{"relation": "self", "url": _with(itself, query or [])}]
    counted = page.total <= MOST_COUNTED
    more = page.after < page.total or not counted
    if query is not None and search.offset < page.after and more:
        rest = [one for one in query if one[0] != "_offset"]
        links.append(
            {"relation": "next", "url": _with(itself, [*rest, ("_offset", str(page.after))])}
        )
    head = {
        "resourceType": "Bundle",
        "type": "searchset",
        **({"total": page.total} if counted else {}),
        "link": links,
    }
    entries = [
        *(_found(one, base, "match") for one in page.found),
        *(_found(one, base, "include") for one in page.beside),
    ]
    if page.told:
        said = {"resource": warnings(page.told), "search": {"mode": "outcome"}}
        entries.append(dumps(said))
    return _bundle(head, entries)


def _found(one: FhirVersion, base: str, mode: str) -> str:
    place = dumps(f"{base}/{one.kind}/{one.id}")
    return f'{{"fullUrl": {place}, "resource": {one.body}, "search": {{"mode": "{mode}"}}}}'


def history(versions: list[FhirVersion], total: int, after: int, base: str) -> str:
    """The newest first; `after` is where the next page begins."""
    head = {"resourceType": "Bundle", "type": "history", "total": total}
    if versions and after < total:
        place = f"{base}/{versions[0].kind}/{versions[0].id}/_history"
        head["link"] = [{"relation": "next", "url": _with(place, [("_offset", str(after))])}]
    entries = []
    for one in versions:
        place = f"{one.kind}/{one.id}"
        status = {"POST": "201", "PUT": "200", "DELETE": "204"}[one.method]
        said = {
            "fullUrl": f"{base}/{place}",
            "request": {"method": one.method, "url": one.kind if one.version == 1 else place},
            "response": {"status": status, **stamps_of(one)},
        }
        resource = f', "resource": {one.body}' if one.body else ""
        entries.append(f"{dumps(said)[:-1]}{resource}}}")
    return _bundle(head, entries)


def etag(version: FhirVersion) -> str:
    return f'W/"{version.version}"'


def stamps_of(version: FhirVersion) -> dict[str, str]:
    """Of an entry's `response`."""
    return {
        "etag": etag(version),
        "lastModified": version.at.isoformat(timespec="milliseconds"),
    }


def headers_of(version: FhirVersion) -> dict[str, str]:
    return {"etag": etag(version), "last-modified": format_datetime(version.at, usegmt=True)}


def _bundle(head: dict[str, object], entries: list[str]) -> str:
    """`entry` is left out where it is empty: R4 allows no empty lists."""
    if not entries:
        return dumps(head)
    return f'{dumps(head)[:-1]}, "entry": [{", ".join(entries)}]}}'


def _with(url: str, query: list[tuple[str, str]]) -> str:
    return f"{url}?{urlencode(query)}" if query else url
