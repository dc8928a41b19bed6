"""An auditor reads the trail and is warned; a security officer sees lock-outs; nobody else does."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from protocol import paths
from protocol.base import new_id
from server.api.services.backoff import FREE_TRIES
from server.store import trail_reading
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import (
    PASSWORD,
    Someone,
    Town,
    Valley,
    make_valley,
    open_case,
    submitted_case,
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[InProcess]:
    made = InProcess(tmp_path, many_cases_an_hour=3)
    yield made
    made.end()


@pytest.fixture
def within(house: InProcess) -> Iterator[TownWithin]:
    made = TownWithin(house)
    yield made
    made.close()


def trail(auditor: Someone, **asked: object) -> list[dict[str, Any]]:
    answer = auditor.http.get(paths.AUDIT, params={k: str(v) for k, v in asked.items()})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def number_of(valley: Valley, case_id: str) -> str:
    case = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
    return str(case["summary"]["number"])


@pytest.mark.both_databases
def test_the_trail_is_searched_by_who_case_action_and_outcome(valley: Valley, town: Town) -> None:
    auditor = town.person("auditor", name="赵审计")
    case_id = submitted_case(valley)
    number = number_of(valley, case_id)
    of_case = trail(auditor, number=number)
    assert {one["number"] for one in of_case} == {number}
    assert "林医生" in {one["by"]["display_name"] for one in of_case if one["by"]}
    by_doctor = trail(auditor, who=valley.doctor.username)
    assert {one["username"] for one in by_doctor} == {valley.doctor.username}
    assert [one["at"] for one in by_doctor] == sorted((o["at"] for o in by_doctor), reverse=True)
    created = trail(auditor, number=number, access="create", resource="consultation")
    assert [(one["access"], one["resource"]) for one in created] == [("create", "consultation")]
    assert created[0]["origin"] == "127.0.0.1"
    with town.client() as http:
        http.post(paths.SESSION, json={"username": valley.doctor.username, "password": "no"})
    (undone,) = trail(auditor, who=valley.doctor.username, undone="true")
    assert undone["outcome"] == "wrong_password"
    assert trail(auditor, who="nobody.at.all") == trail(auditor, number="CONS-19990101-0001") == []


def export_of(case_id: str | None, at: datetime) -> dict[str, Any]:
    exported = {"kind": "pictures", "to": "paper", "count": 3, "study_instance_uid": "2.25.7"}
    body = {"id": str(new_id()), "at": at.isoformat(), "exported": exported}
    return body if case_id is None else {**body, "consultation_id": case_id}


@pytest.mark.both_databases
def test_what_left_the_program_is_told_once_also_when_the_case_is_not_theirs_any_more(
    valley: Valley, town: Town
) -> None:
    auditor = town.person("auditor")
    case_id, began = submitted_case(valley), datetime.now(UTC) - timedelta(hours=3)
    valley.expert.take(case_id)
    assert valley.expert.act(case_id, "release", reason="去急诊").is_success
    note = export_of(case_id, began)
    for who in (valley.doctor, valley.doctor, valley.expert):
        assert who.http.post(paths.EXPORTS, json=note).status_code == 204
    for other in ({"consultation_id": open_case(valley)}, {"at": datetime.now(UTC).isoformat()}):
        again = valley.doctor.http.post(paths.EXPORTS, json={**note, **other})
        assert again.status_code == 409, "an id is told once"
    told = trail(auditor, resource="export")
    assert [(one["username"], one["number"]) for one in told] == [
        (valley.expert.username, number_of(valley, case_id)),
        (valley.doctor.username, number_of(valley, case_id)),
    ]
    assert told[1]["target"] == "2.25.7"
    assert told[1]["purpose"] == "TREAT"
    at = began.isoformat(timespec="seconds")
    assert told[1]["detail"] == f"pictures to=paper count=3 at={at}"


def test_who_never_had_to_do_with_a_case_has_not_exported_it(
    house: InProcess, within: TownWithin
) -> None:
    """And learns nothing of whether there is one."""
    valley = make_valley(within)
    auditor, stranger = within.person("auditor"), within.person("security")
    case_id = submitted_case(valley)
    answers = [
        stranger.http.post(paths.EXPORTS, json=export_of(of, house.clock.at)).json()
        for of in (case_id, case_id, str(new_id()))
    ]
    assert {(one["code"], one["title"]) for one in answers} == {
        ("not_found", "there is no such consultation")
    }
    told = trail(auditor, resource="export")
    assert [(one["outcome"], one["purpose"]) for one in told] == [("not_a_member", None)] * 2


def test_an_export_of_a_time_that_cannot_be_is_refused(
    house: InProcess, within: TownWithin
) -> None:
    somebody = within.person("security")
    for off in (timedelta(minutes=5), timedelta(days=-401), timedelta(days=-700_000)):
        note = export_of(None, house.clock.at + off)
        answer = somebody.http.post(paths.EXPORTS, json=note)
        assert answer.status_code == 422
        assert "clock" in answer.text


@pytest.mark.both_databases
def test_a_long_trail_is_read_page_after_page_without_a_gap(valley: Valley, town: Town) -> None:
    auditor = town.person("auditor")
    for _ in range(7):
        valley.doctor.get(paths.CONSULTATIONS)
    name = valley.doctor.username
    whole = [one["id"] for one in trail(auditor, who=name)]
    paged: list[str] = []
    query: dict[str, str | int] = {"who": name, "limit": 3}
    while True:
        page = auditor.http.get(paths.AUDIT, params=query).json()
        paged += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert paged == whole
    assert len(whole) >= 7


def test_it_is_searched_by_time(house: InProcess, within: TownWithin) -> None:
    valley, auditor = make_valley(within), within.person("auditor")
    valley.doctor.get(paths.CONSULTATIONS)
    noon = house.clock.now()
    house.pass_time(3600)
    valley.doctor.get(paths.CONSULTATIONS)
    name, at = valley.doctor.username, noon.isoformat()
    assert len(trail(auditor, who=name, resource="worklist")) == 2
    assert len(trail(auditor, who=name, resource="worklist", since=at)) == 1
    assert len(trail(auditor, who=name, resource="worklist", until=at)) == 1


def test_reading_the_trail_is_in_the_trail(valley: Valley, town: Town) -> None:
    auditor = town.person("auditor")
    trail(auditor)
    assert len(trail(auditor, who=auditor.username, resource="audit")) == 1
    assert len(trail(auditor, who=auditor.username, resource="audit")) == 2


def test_no_clinical_word_is_in_it(valley: Valley, town: Town) -> None:
    number = number_of(valley, submitted_case(valley))
    auditor = town.person("auditor")
    text = auditor.http.get(paths.AUDIT, params={"number": number}).text
    assert not [word for word in ("何小溪", "QS-2026-0042", "咳嗽", "结节") if word in text]


def _alerts(auditor: Someone) -> list[Any]:
    """Without those of the accounts that a test begins with."""
    return [one for one in auditor.get(paths.AUDIT_ALERTS) if one["kind"] != "roles"]


@pytest.mark.both_databases
def test_an_auditor_is_told_who_gave_whom_roles_and_a_way_in(town: Town, valley: Valley) -> None:
    auditor, admin, doctor = town.person("auditor"), town.admin, valley.doctor
    body = {"roles": ["requester", "dispatcher"]}
    admin.send("PATCH", paths.ACCOUNT, body, account_id=doctor.id)
    admin.send("POST", paths.ACCOUNT_RESET, account_id=doctor.id)
    told = [one for one in auditor.get(paths.AUDIT_ALERTS) if one["about"] == doctor.username]
    assert [(one["kind"], one["username"], one["detail"]) for one in told] == [
        ("reset", admin.username, ""),
        ("roles", admin.username, "requester > dispatcher,requester"),
    ]
    own = admin.send(
        "PATCH", paths.ACCOUNT, {"roles": ["admin", "dispatcher"]}, account_id=admin.id
    )
    assert own.status_code == 422, "nobody gives themselves roles"


def test_that_an_account_was_disabled_and_enabled_again_is_said(within: TownWithin) -> None:
    auditor, admin, other = within.person("auditor"), within.admin, within.person("dispatcher")
    for change in ({"disabled": True}, {"display_name": "某某"}, {"disabled": False}):
        answer = admin.send("PATCH", paths.ACCOUNT, change, account_id=other.id)
        assert answer.is_success
    found = trail(auditor, resource="account")
    said = [one["detail"] for one in found if one["target"] == str(other.id)]
    assert [one for one in said if not one.startswith("roles")] == ["enabled", "", "disabled"]


def test_of_more_than_can_be_told_the_newest_is(
    house: InProcess, within: TownWithin, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor, older = within.person("auditor"), within.person("dispatcher")
    house.pass_time(60)
    newer = within.person("dispatcher")
    monkeypatch.setattr(trail_reading, "MOST_TOLD", 1)
    told = [one["about"] for one in auditor.get(paths.AUDIT_ALERTS)]
    assert (newer.username in told, older.username in told) == (True, False)


def test_a_time_that_was_made_into_something_else_hides_no_entry(
    within: TownWithin, tmp_path: Path
) -> None:
    valley, auditor = make_valley(within), within.person("auditor")
    valley.doctor.get(paths.CONSULTATIONS)
    name = valley.doctor.username
    whole = trail(auditor, who=name)
    with closing(sqlite3.connect(tmp_path / "huizhen.sqlite")) as hand:
        hand.execute("DROP TRIGGER audit_refuses_update")
        hand.execute("UPDATE audit SET at = 'garbage' WHERE id = ?", (UUID(whole[0]["id"]).hex,))
        hand.commit()
    found = trail(auditor, who=name)
    assert [one["id"] for one in found] == [one["id"] for one in whole]
    assert [one["outcome"] for one in found] == ["time_unreadable", *[None] * (len(whole) - 1)]


def test_an_auditor_is_warned_of_guesses_emergencies_and_curiosity(
    house: InProcess, within: TownWithin
) -> None:
    valley, stranger = make_valley(within), make_valley(within).expert
    auditor = within.person("auditor")
    assert _alerts(auditor) == []
    cases = [submitted_case(valley) for _ in range(4)]
    for case_id in cases[:2] * 3:
        valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
    assert _alerts(auditor) == [], "twice the same case is no other case"
    for case_id in cases:
        note = export_of(case_id, house.clock.at)
        assert valley.doctor.http.post(paths.EXPORTS, json=note).status_code == 204
    body = {"number": number_of(valley, cases[0]), "reason": "患者昏迷送来急诊，需要既往影像"}
    assert stranger.send("POST", paths.EMERGENCY_ACCESS, body).status_code == 201
    with within.client() as http:
        for _ in range(5):
            guess = {"username": valley.expert.username, "password": "a guess"}
            http.post(paths.SESSION, json=guess)
    lock_out, emergency, many = _alerts(auditor)
    assert (lock_out["kind"], lock_out["count"]) == ("lock_out", 5)
    assert lock_out["by"]["id"] == str(valley.expert.id)
    assert (emergency["kind"], emergency["number"]) == ("emergency", body["number"])
    assert (emergency["username"], bool(emergency["origins"])) == (stranger.username, True)
    assert (many["kind"], many["count"]) == ("many_cases", 4)
    assert many["by"]["id"] == str(valley.doctor.id)
    house.pass_time(timedelta(days=1, minutes=1).total_seconds())
    assert auditor.get(paths.AUDIT_ALERTS) == []


def test_guesses_from_elsewhere_keep_nobody_out_where_they_work(
    house: InProcess, within: TownWithin, monkeypatch: pytest.MonkeyPatch
) -> None:
    expert = make_valley(within).expert
    right = {"username": expert.username, "password": PASSWORD, "take_over": True}
    with within.client() as http:
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(house.line, "client", ("203.0.113.9", 1))
            for _ in range(FREE_TRIES):
                http.post(paths.SESSION, json={**right, "password": "a guess"})
            assert http.post(paths.SESSION, json=right).status_code == 429, "nor does the right one"
        assert http.post(paths.SESSION, json=right).status_code == 200
        for _ in range(FREE_TRIES):
            http.post(paths.SESSION, json={**right, "password": "a guess"})
        assert http.post(paths.SESSION, json=right).status_code == 429, "there they are counted too"


def test_a_security_officer_sees_who_is_locked_out_and_until_when(
    house: InProcess, within: TownWithin
) -> None:
    valley, officer = make_valley(within), within.person("security")
    with within.client() as http:
        for name in (*[valley.doctor.username] * 5, "nobody.at.all"):
            http.post(paths.SESSION, json={"username": name, "password": "a guess"})
    found = {one["username"]: one for one in officer.get(paths.LOCK_OUTS)}
    assert found[valley.doctor.username]["wrong"] == 5
    assert found[valley.doctor.username]["waits_until"]
    assert (found[None]["by"], found[None]["wrong"]) == (None, 1)
    house.pass_time(10)
    found = {one["username"]: one for one in officer.get(paths.LOCK_OUTS)}
    assert found[valley.doctor.username]["waits_until"] is None


@pytest.mark.parametrize(
    "roles",
    [
        ("auditor", "admin"),
        ("auditor", "security"),
        ("auditor", "dispatcher"),
        ("admin", "security"),
    ],
)
def test_duties_that_watch_each_other_are_two_accounts(roles: tuple[str, str], town: Town) -> None:
    body = {
        "username": "two.duties",
        "display_name": "x",
        "password": "a long enough password",
        "roles": roles,
    }
    answer: httpx.Response = town.admin.send("POST", paths.ACCOUNTS, body)
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["location"] == ["roles"]


def test_a_draft_is_named_in_the_trail_by_its_number_only(valley: Valley, town: Town) -> None:
    number = number_of(valley, open_case(valley))
    auditor = town.person("auditor")
    assert {one["consultation_id"] for one in trail(auditor, number=number)}
