"""Puts what was entered by hand into the own record: each thing once, in its newest words."""

from collections.abc import Callable, Iterable

from app.net.emr.elements import Json, objects
from app.net.emr.entering import in_error, over
from app.net.emr.hospital import id_of, kept_of
from app.net.emr.writing import Changing
from protocol import decimals
from protocol.fhir_case import CaseResource

_OF_THE_SERVER = ("id", "meta")


def put(
    server: Changing, told: Iterable[CaseResource], before: Iterable[CaseResource] = ()
) -> None:
    """Blocks; raises NetError.

    Args:
        before: what was sent of the same form without an answer. It may have got through: what it
            said otherwise is said anew, and what is not said any more is marked as an error.
    """
    told = tuple(told)
    for one in told:
        kept = server.create(one.resource, one.criteria)
        if kept.fresh:
            continue
        there = kept if kept.resource else kept_of(server.read(kept.at))
        if not _is_same(there.resource, one.resource):
            server.update(there.at, one.resource, there.version)
    for gone in before:
        if gone.key not in {one.key for one in told}:
            _withdraw(server, gone)


def take_back(server: Changing, name: str) -> None:
    """The resource of this type and id stays, marked as an error."""
    _change(server, name, in_error)


def end(server: Changing, name: str, at: str) -> None:
    """The problem or medicine of this type and id is over since `at`."""
    _change(server, name, lambda there: over(there, at))


def _change(server: Changing, name: str, change: Callable[[Json], Json]) -> None:
    there = kept_of(server.read(name))
    if there.at == name and id_of(there.resource):
        server.update(name, change(there.resource), there.version)


def _withdraw(server: Changing, gone: CaseResource) -> None:
    parameter, _, value = gone.criteria.partition("=")
    page = server.search(gone.kind, {parameter: value})
    for one in objects([entry.get("resource") for entry in objects(page.get("entry"))]):
        if gone.key in [named.get("value") for named in objects(one.get("identifier"))]:
            take_back(server, kept_of(one).at)


def _is_same(theirs: Json, ours: Json) -> bool:
    """By what is written: 0.040 is no 0.04."""
    return decimals.dumps(_said(theirs), ordered=True) == decimals.dumps(_said(ours), ordered=True)


def _said(resource: Json) -> Json:
    return {key: value for key, value in resource.items() if key not in _OF_THE_SERVER}
