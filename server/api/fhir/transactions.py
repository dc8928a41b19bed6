"""Several requests in one Bundle: all of them or none (transaction), or each by itself (batch);
R4 3.1.0.11."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from protocol.base import new_id
from server.api.fhir.bundles import stamps_of
from server.api.fhir.judging import judge, read_json
from server.api.fhir.outcomes import FhirRefused, Json, outcome
from server.api.fhir.resources import Written, create, delete, kept_kind, matching, update, whose
from server.api.fhir.versions import IfMatch, if_match_of
from server.domain.people import Who
from server.store.work import Store, Work

MOST_ENTRIES = 500
"""Written at once: everybody else who writes waits for about half a second."""
_BESIDE = re.compile(r"[A-Za-z]+/[A-Za-z0-9.-]{1,64}$")
_FIRST = {"DELETE": 0, "POST": 1, "PUT": 2}


@dataclass(frozen=True, slots=True)
class _Entry:
    """One request; `at` is its place in the Bundle. `id` is given to what is made."""

    at: int
    method: str
    kind: str
    id: str = ""
    resource: Json | None = None
    full_url: str = ""
    criteria: str = ""
    if_match: IfMatch | None = None

    @property
    def order(self) -> tuple[int, bool, int]:
        """Patients before what names them, and gone after it."""
        last = self.method == "DELETE"
        return _FIRST[self.method], (self.kind != "Patient") is not last, self.at


class FhirTransactions:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def do(self, who: Who, raw: bytes, base: str) -> Json:
        """The Bundle of answers, in the order of the requests; raises `FhirRefused`."""
        house = whose(who)
        bundle = await asyncio.to_thread(read_json, raw)
        kind, told = bundle.get("type"), bundle.get("entry", [])
        if bundle.get("resourceType") != "Bundle" or kind not in ("transaction", "batch"):
            raise FhirRefused(400, "send a Bundle of type transaction or batch")
        if not isinstance(told, list) or len(told) > MOST_ENTRIES:
            raise FhirRefused(400, f"a Bundle has a list of at most {MOST_ENTRIES} entries")
        if kind == "transaction":
            entries = await asyncio.to_thread(
                lambda: [_entry(at, one) for at, one in enumerate(told)]
            )
            answers = await self._all_or_none(who, house, entries, base)
        else:
            answers = [await self._alone(who, house, at, one, base) for at, one in enumerate(told)]
        return {"resourceType": "Bundle", "type": f"{kind}-response"} | (
            {"entry": answers} if answers else {}
        )

    async def _all_or_none(
        self, who: Who, house: UUID, entries: list[_Entry], base: str
    ) -> list[Json]:
        answers: dict[int, Json] = {}
        async with self._store.writing() as work:
            await work.fhir.lock(house)
            named, there = await _named(work, who, house, entries, base)
            for one in sorted(entries, key=lambda entry: entry.order):
                done = there.get(one.at)
                if done is None:
                    told = replace(one, resource=_resolved(one.resource, named))
                    with _placed(one.at):
                        done = await _do(work, who, house, told, base)
                answers[one.at] = _answer(done)
        return [answers[one.at] for one in entries]

    async def _alone(self, who: Who, house: UUID, at: int, told: Any, base: str) -> Json:
        try:
            entry = await asyncio.to_thread(_entry, at, told)
            return (await self._all_or_none(who, house, [entry], base))[0]
        except FhirRefused as error:
            said = outcome(error.status, error.said, error.issues)
            return {"response": {"status": str(error.status), "outcome": said}}


@contextmanager
def _placed(at: int) -> Iterator[None]:
    """Says at which entry it was that something was refused."""
    try:
        yield
    except FhirRefused as error:
        raise _at_entry(error, at) from error


def _at_entry(error: FhirRefused, at: int) -> FhirRefused:
    place = f"Bundle.entry[{at}]"
    issues = [(f"{place}.resource: {where}", said) for where, said in error.issues]
    return FhirRefused(error.status, error.said, issues or [(place, error.said)])


def _entry(at: int, told: Any) -> _Entry:
    """One entry, judged; raises `FhirRefused` that names it."""
    with _placed(at):
        request = told.get("request") if isinstance(told, dict) else None
        if not isinstance(request, dict):
            raise FhirRefused(400, "an entry needs a request")
        method = str(request.get("method"))
        path = str(request.get("url", "")).split("?")
        kind, _, id_ = path[0].partition("/")
        if method not in _FIRST or len(path) > 1 or (method == "POST") is bool(id_):
            raise FhirRefused(400, "an entry is POST Type, PUT Type/id or DELETE Type/id")
        kept_kind(kind)
        resource = told.get("resource")
        if method != "DELETE":
            if not isinstance(resource, dict):
                raise FhirRefused(400, "an entry needs its resource")
            judge(resource, kind)
        return _Entry(
            at,
            method,
            kind,
            str(new_id()) if method == "POST" else id_,
            resource if method != "DELETE" else None,
            str(told.get("fullUrl") or ""),
            str(request.get("ifNoneExist") or ""),
            if_match_of(request.get("ifMatch")),
        )


async def _named(
    work: Work, who: Who, house: UUID, entries: list[_Entry], base: str
) -> tuple[dict[str, str], dict[int, Written]]:
    """How the entries are called from now on, by what the Bundle calls them; and those of them
    that are there already."""
    named, there, asked = {}, {}, set[tuple[str, str]]()
    for one in entries:
        if one.method != "POST":
            continue
        with _placed(one.at):
            if one.criteria and (one.kind, one.criteria) in asked:
                raise FhirRefused(400, "another entry has the same ifNoneExist: one is enough")
            asked.add((one.kind, one.criteria))
            found = await matching(work, who, house, one.kind, base, one.criteria)
        if found is not None:
            there[one.at] = found
        if one.full_url in named:
            raise FhirRefused(400, "", [(f"Bundle.entry[{one.at}].fullUrl", "stands here twice")])
        if one.full_url:
            id_ = one.id if found is None else str(found.version.id)
            named[one.full_url] = f"{one.kind}/{id_}"
            beside = _BESIDE.search(one.full_url)
            if beside is not None:  # siblings may name it as the same server would
                named.setdefault(beside[0], f"{one.kind}/{id_}")
    return named, there


def _resolved(value: Any, named: dict[str, str]) -> Any:
    """With every reference to another entry as the store names it."""
    if isinstance(value, list):
        return [_resolved(one, named) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: named.get(one, one)
        if key == "reference" and isinstance(one, str)
        else _resolved(one, named)
        for key, one in value.items()
    }


async def _do(work: Work, who: Who, house: UUID, one: _Entry, base: str) -> Written | None:
    if one.resource is None:
        await delete(work, who, house, one.kind, one.id, one.if_match)
        return None
    if one.method == "POST":
        return await create(work, who, house, one.resource, base, UUID(one.id))
    return await update(work, who, house, one.resource, base, one.id, one.if_match)


def _answer(done: Written | None) -> Json:
    if done is None:
        return {"response": {"status": "204"}}
    one = done.version
    return {
        "response": {
            "status": str(done.status),
            "location": f"{one.kind}/{one.id}/_history/{one.version}",
            **stamps_of(one),
        }
    }
