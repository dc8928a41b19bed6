"""Every operation, every role and relationship: what they are answered, in one table.

`rights.txt` has a line for each operation of the OpenAPI document and a column for everybody: 401
sign in, 403 not you, 404 nothing there for you; 400, 409, 415 and 422 are said of what was sent, to
whoever may ask or before anybody is looked at. A new operation without its line fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from protocol import paths
from protocol.base import new_id
from server.api.application import openapi
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import Someone, Town, Valley, make_valley, open_case
from tests.server.signing import OPINION, report_of, signed, signing_key

TABLE = Path(__file__).with_name("rights.txt")
PEOPLE = (
    "nobody",
    "signed_out",
    "requester",
    "colleague",
    "other_requester",
    "holder",
    "expert",
    "other_expert",
    "reviewer",
    "dispatcher",
    "other_dispatcher",
    "admin",
    "auditor",
    "security",
)
"""`requester` has sent the case and `holder` has it; `colleague` is of the same clinic, `expert` of
the same department, `other_…` of houses without any relation."""
WITH_A_CODE = ("/v1/call/redeem", "/v1/call/invitation", "/v1/report-copy")
STRANGERS_ONLY = ("/v1/session", "/v1/me/password", *WITH_A_CODE)
"""Tried by who is not signed in: the others would be signed out by them, or are not asked who they
are."""


@dataclass
class Case:
    """A case that the holder reads, with one image."""

    id: str
    study: str
    series: str
    instance: str
    patient: str
    """One whose record the clinic keeps here."""


@dataclass
class House:
    """Everybody, and what is there for them to ask for."""

    valley: Valley
    clients: dict[str, httpx.Client]
    reading: Case
    reported: Case
    spare: Case
    """For whatever might change something."""
    colleague: Someone

    def place(self, case: Case) -> dict[str, str]:
        """What stands in paths; somebody new where an operation may change somebody."""
        return {
            "consultation_id": case.id,
            "study": case.study,
            "study_uid": case.study,
            "study_instance_uid": case.study,
            "series": case.series,
            "instance": case.instance,
            "kind": "Patient",
            "resource_id": case.patient,
            "version": "1",
            "numbers": "1",
            "sha256": "0" * 64,
            "account_id": str(self.colleague.id),
            "institution_id": str(self.valley.clinic),
        }


def new_case(valley: Valley, *, key: Any = None) -> Case:
    """Signed with the key, if there is one; else it is being read."""
    (made,) = new_study(1)
    data = file_bytes(made)
    case_id = open_case(valley)
    declare(valley.doctor, case_id, [made], [data])
    assert stow(valley.doctor, [data]).status_code == 200
    assert valley.doctor.act(case_id, "submit").is_success
    valley.expert.take(case_id)
    for action in ("accept", "start_reading"):
        assert valley.expert.act(case_id, action).is_success
    body = {**valley.expert.claim[case_id], "opinion": OPINION}
    assert valley.expert.send("PUT", paths.OPINION, body, consultation_id=case_id).is_success
    if key is not None:
        report = report_of(valley.expert, case_id)
        assert signed(valley.expert, case_id, report, key).status_code == 201
    person = {"resourceType": "Patient", "name": [{"text": "林小溪"}]}
    patient = valley.doctor.http.post(f"{paths.FHIR}/Patient", json=person).json()["id"]
    return Case(
        case_id, made.StudyInstanceUID, made.SeriesInstanceUID, made.SOPInstanceUID, patient
    )


@pytest.fixture(scope="module")
def house(town: Town) -> Iterator[House]:
    valley, far = make_valley(town), make_valley(town)
    colleague = town.person("requester", institution=valley.clinic)
    gone = town.person("requester", institution=valley.clinic)
    assert gone.send("DELETE", paths.SESSION).is_success
    people = {
        "signed_out": gone,
        "requester": valley.doctor,
        "colleague": colleague,
        "other_requester": far.doctor,
        "holder": valley.expert,
        "expert": valley.another_expert(),
        "other_expert": far.expert,
        "reviewer": town.person("reviewer", institution=valley.hospital),
        "dispatcher": town.person("dispatcher", institution=valley.hospital),
        "other_dispatcher": town.person("dispatcher", institution=far.hospital),
        "admin": town.admin,
        "auditor": town.person("auditor", institution=valley.hospital),
        "security": town.person("security", institution=valley.hospital),
    }
    with town.client() as nobody:
        key = signing_key(valley.expert)
        yield House(
            valley,
            {"nobody": nobody, **{name: one.http for name, one in people.items()}},
            new_case(valley),
            new_case(valley, key=key),
            new_case(valley),
            town.person("requester", institution=valley.clinic),
        )


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, methods in openapi("1")["paths"].items()
        for method, operation in methods.items()
    ]


def lines() -> list[list[str]]:
    text = TABLE.read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines() if line.strip()]


def test_every_operation_has_its_line_and_everybody_a_column() -> None:
    head, *rest = lines()
    assert head == ["method", "path", *PEOPLE]
    assert [row[:2] for row in rest] == [[method, path] for method, path, _ in operations()]


def answered(who: str) -> list[tuple[str, str, str]]:
    """Method, path and status of a column."""
    place = 2 + PEOPLE.index(who)
    return [(row[0], row[1], row[place]) for row in lines()[1:]]


@pytest.mark.parametrize("who", ["admin", "auditor", "security"])
def test_who_administers_audits_or_watches_sees_nothing_of_any_case(who: str) -> None:
    told = [one for one in answered(who) if "{consultation_id}" in one[1] and one[0] == "GET"]
    assert {status for _, _, status in told} == {"404"}


def test_an_auditor_changes_nothing_but_what_is_their_own() -> None:
    done = {
        (method, path)
        for method, path, status in answered("auditor")
        if method != "GET" and status.startswith("2") and not path.startswith("/v1/me/")
    }
    assert done == {
        ("POST", "/v1/call/check/speed"),  # measures one's own line and keeps nothing
        ("POST", "/v1/audit/exports"),  # adds what they did themselves, in their own name
    }


def test_each_duty_has_its_own_doors() -> None:
    only = {
        "auditor": {"/v1/audit", "/v1/audit/alerts"},
        "security": {"/v1/security/lock-outs"},
        "admin": {"/v1/accounts", "/v1/institutions", "/v1/agreements"},
    }
    for who, doors in only.items():
        for path in doors:
            opens = {one for one in PEOPLE if ("GET", path, "200") in answered(one)}
            assert opens == {who}, path


def test_nobody_unknown_is_told_anything_but_how_to_sign_in() -> None:
    open_to_all = {("GET", "/v1/server"), ("GET", "/healthz"), ("GET", "/fhir/metadata")}
    open_to_all |= {("GET", "/readyz")}
    for method, path, nobody, signed_out, *_ in lines()[1:]:
        if (method, path) not in open_to_all and not path.startswith(("/v1/call/", *WITH_A_CODE)):
            assert (nobody, signed_out) == ("401", "401"), f"{method} {path}"


KNOWS = {"requester", "holder", "dispatcher", "other_dispatcher"}
"""Who has a part in a case that is being read; `reviewer` in one that is signed."""


@pytest.mark.parametrize("who", [one for one in PEOPLE[2:] if one not in KNOWS])
def test_a_case_that_is_not_ones_own_answers_like_one_that_is_not_there(
    house: House, who: str
) -> None:
    """Whoever guesses an id learns nothing, whatever is asked for and sent."""
    for method, path, operation in operations():
        if "{consultation_id}" not in path:
            continue
        case = house.reading if method == "GET" else house.spare
        there = house.place(case)
        absent = {**there, "consultation_id": str(new_id())}
        one, other = (asked(house, who, method, path, operation, at) for at in (there, absent))
        told = [
            (each.status_code, each.json().get("code"), each.json().get("title"))
            for each in (one, other)
        ]
        if who == "expert" and path in (paths.CLAIM, paths.TRANSITIONS):
            continue  # it was shown to who may take it
        assert told[0] == told[1], f"{method} {path}"


def test_they_are_answered_as_the_table_says(house: House) -> None:
    found = [" ".join(map(str, row)) for row in answers(house)]
    assert found == [" ".join(row) for row in lines()[1:]]


def answers(house: House) -> Iterator[list[object]]:
    for method, path, operation in operations():
        about_report = "report" in path
        case = house.reported if about_report else house.reading
        place = house.place(case if method == "GET" else house.spare)
        few = path.startswith(STRANGERS_ONLY)
        told: list[object] = [
            asked(house, who, method, path, operation, place).status_code
            for who in (PEOPLE[:2] if few else PEOPLE)
        ]
        yield [method, path, *told, *("-" for _ in PEOPLE[len(told) :])]


def asked(
    house: House, who: str, method: str, path: str, operation: dict[str, Any], place: dict[str, str]
) -> httpx.Response:
    filled = path
    for one in operation.get("parameters", []):
        if one["in"] == "path":
            known = place.get(one["name"], str(new_id()))
            filled = filled.replace(f"{{{one['name']}}}", known)
    content = operation.get("requestBody", {}).get("content", {})
    more: dict[str, Any] = {}
    for kind, body in content.items():
        if "json" in kind:
            more = {"json": body.get("example", {})}
        else:
            more = {"content": b"", "headers": {"content-type": kind}}
        break
    query = {
        one["name"]: _query(one)
        for one in operation.get("parameters", [])
        if one["in"] == "query" and one.get("required")
    }
    return house.clients[who].request(method, filled, params=query, **more)


def _query(parameter: dict[str, Any]) -> str:
    kind = parameter.get("schema", {})
    if kind.get("format") == "date":
        return "2026-01-05"
    if kind.get("type") in {"integer", "number"}:
        return "1"
    if kind.get("format") == "uuid":
        return str(UUID(int=1))
    return parameter.get("example") or "0" * 64
