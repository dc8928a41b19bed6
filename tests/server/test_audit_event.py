"""Each entry of the trail is a FHIR AuditEvent by two judges, and loses nothing."""

import json
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from protocol.fhir_case import key_of
from server.domain.audit import Access, AuditEntry, Resource
from server.domain.audit_event import audit_event
from tests.fakes.examples import NOW, named
from tests.protocol.judges import NpmJudge, npm_judge, strict


def entry(**more: Any) -> AuditEntry:
    values: dict[str, Any] = {
        "id": named("entry"),
        "at": NOW,
        "account_id": named("林医生"),
        "access": Access.READ,
        "resource": Resource.REPORT,
        "target": str(named("case a")),
        "consultation_id": named("case a"),
        "detail": "version 2",
        "request_id": "r-1",
        "origin": "10.1.2.3",
    }
    return AuditEntry(**(values | more))


EVERY = [
    *(entry(access=access, resource=resource) for access, resource in product(Access, Resource)),
    entry(account_id=None, origin=None, request_id=None, detail="", target=""),
    entry(consultation_id=None, outcome="wrong_password", resource=Resource.SESSION),
]


@pytest.fixture(scope="module")
def judge() -> Iterator[NpmJudge]:
    with npm_judge() as running:
        yield running


def test_the_model_of_r4b_takes_every_kind_of_entry() -> None:
    for one in EVERY:
        strict(audit_event(one))


@pytest.mark.live
def test_the_npm_validator_takes_every_kind_of_entry(judge: NpmJudge) -> None:
    assert judge.wrong(audit_event(one) for one in EVERY) == []


def test_an_export_says_when_it_began_where_each_program_looks_for_it() -> None:
    detail = "pictures to=paper count=3 at=2026-01-05T08:30:00+00:00"
    made = audit_event(entry(access=Access.EXECUTE, resource=Resource.EXPORT, detail=detail))
    assert made["period"] == {"start": "2026-01-05T08:30:00+00:00"}
    strict(made)
    assert "period" not in audit_event(entry(detail=detail))


@pytest.mark.parametrize("field", ["id", "account_id", "target", "detail", "request_id", "origin"])
def test_everything_an_entry_says_is_in_its_event(field: str) -> None:
    value = uuid4() if field in ("id", "account_id") else "9.9.9.9"
    assert str(value) in json.dumps(audit_event(entry(**{field: value})))


def test_the_case_has_the_identifier_it_has_at_a_hospital() -> None:
    told = json.dumps(audit_event(entry()))
    assert key_of(named("case a"), "ServiceRequest") in told


def test_what_was_not_done_says_so() -> None:
    event = audit_event(entry(resource=Resource.SESSION, outcome="wrong_password"))
    assert (event["outcome"], event["outcomeDesc"]) == ("4", "wrong_password")
    assert event["type"]["code"] == "110114"
    assert audit_event(entry())["outcome"] == "0"


def test_the_server_itself_is_no_person() -> None:
    (agent,) = audit_event(entry(account_id=None, origin=None))["agent"]
    assert agent == {"who": {"display": "huizhen-server"}, "requestor": False}


def test_who_ran_a_command_is_named_as_their_computer_knows_them() -> None:
    made = audit_event(entry(account_id=None, origin="he@hub01"))
    (agent,) = made["agent"]
    assert (agent["altId"], agent["network"]) == ("he", {"address": "hub01", "type": "1"})
    strict(made)
