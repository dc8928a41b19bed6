"""The rota at a real server: who plans it, what overlaps, and what being off shift means."""

import ssl
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from protocol import paths
from protocol.base import new_id
from tests.server.people import Someone, Valley, expert_profile, submitted_case
from tests.server.sockets import Line, signed_in

MONDAY = "2027-03-01"


@pytest.fixture
def desk(valley: Valley) -> Someone:
    return valley.town.person("dispatcher", institution=valley.hospital, name="周调度")


def planned(valley: Valley, who: Someone, **more: object) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "expert_id": str(who.id),
        "department": valley.department,
        "kind": "shift",
        "from_at": "2027-03-01T00:00:00Z",
        "until_at": "2027-03-01T08:00:00Z",
        "weekly": None,
        **more,
    }


def enter(by: Someone, body: dict[str, Any]) -> dict[str, Any]:
    answer = by.send("POST", paths.ROTA, body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def read(by: Someone, valley: Valley, day: str = MONDAY) -> dict[str, Any]:
    query = f"?department={valley.department}&from_day={day}"
    found: dict[str, Any] = by.get(paths.ROTA + query)
    return found


def code(answer: httpx.Response) -> str:
    return str(answer.json()["code"])


def in_hours(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def change_of(entry: dict[str, Any], **more: object) -> dict[str, Any]:
    kept = ("version", "kind", "from_at", "until_at", "weekly")
    return {key: entry[key] for key in kept} | more


# --- planning -----------------------------------------------------------------------------------


def test_a_week_is_planned_read_and_changed(valley: Valley, desk: Someone) -> None:
    weekly = {"weekdays": [0, 1, 2, 3, 4], "last_day": None}
    body = planned(valley, valley.expert, weekly=weekly)
    entry = enter(desk, body)
    assert enter(desk, body) == entry, "sent twice it is there once"
    rota = read(desk, valley)
    assert rota["zone"] == "Asia/Shanghai"
    assert [one["day"] for one in rota["shifts"]] == [f"2027-03-0{n}" for n in range(1, 6)]
    assert rota["from_at"] == "2027-02-28T16:00:00Z", "a day begins at midnight in Shanghai"
    assert not rota["experts"][0]["always"]
    moved = change_of(entry, from_at="2027-03-01T01:00:00Z", only_day="2027-03-02")
    moved |= {"from_at": "2027-03-02T01:00:00Z", "until_at": "2027-03-02T09:00:00Z"}
    answer = desk.send("PUT", paths.ROTA_ENTRY, moved, entry_id=entry["id"])
    assert answer.status_code == 200, answer.text
    shifts = read(desk, valley)["shifts"]
    assert [one["from_at"][11:16] for one in shifts] == [
        "00:00",
        "01:00",
        "00:00",
        "00:00",
        "00:00",
    ]
    stale = desk.send("PUT", paths.ROTA_ENTRY, change_of(entry), entry_id=entry["id"])
    assert code(stale) == "conflict"
    gone = desk.send("DELETE", paths.ROTA_ENTRY + "?version=2", entry_id=entry["id"])
    assert gone.status_code == 204
    assert [one["day"] for one in read(desk, valley)["shifts"]] == ["2027-03-02"]


def test_hours_that_nobody_covers_are_told(valley: Valley, desk: Someone) -> None:
    enter(desk, planned(valley, valley.expert, until_at="2027-03-02T00:00:00Z"))
    enter(
        desk,
        planned(
            valley,
            valley.expert,
            kind="on_call",
            from_at="2027-03-02T00:00:00Z",
            until_at="2027-03-07T16:00:00Z",
        ),
    )
    found = [
        (one["from_at"][5:13], one["until_at"][5:13], one["on_call"])
        for one in read(desk, valley)["gaps"]
    ]
    assert found == [("02-28T16", "03-01T00", False), ("03-02T00", "03-07T16", True)]


def test_a_second_shift_at_the_same_time_is_refused_in_words(valley: Valley, desk: Someone) -> None:
    enter(desk, planned(valley, valley.expert))
    answer = desk.send("POST", paths.ROTA, planned(valley, valley.expert))
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["code"] == "rota_overlap"
    assert problem["holder"] == "陈专家"
    assert problem["since"] == "2027-03-01T00:00:00Z"
    assert problem["missing"] == [valley.department]


def test_a_week_is_copied_whole_or_not_at_all(valley: Valley, desk: Someone) -> None:
    second = valley.another_expert()
    enter(desk, planned(valley, valley.expert))
    enter(desk, planned(valley, second, kind="leave"))
    copy = {"department": valley.department, "from_day": MONDAY, "to_day": "2027-03-08"}
    made = desk.send("POST", paths.ROTA_COPY, copy)
    assert made.status_code == 201, made.text
    assert [one["from_at"] for one in made.json()] == ["2027-03-08T00:00:00Z"], "no leave"
    enter(desk, planned(valley, second, from_at="2027-03-03T00:00:00Z", until_at=THIRD))
    assert code(desk.send("POST", paths.ROTA_COPY, copy)) == "rota_overlap"
    assert len(read(desk, valley, "2027-03-08")["shifts"]) == 1, "nothing of it was written"


THIRD = "2027-03-03T08:00:00Z"


def test_a_rota_in_another_zone_keeps_its_hours_there(valley: Valley, desk: Someone) -> None:
    zone = {"department": valley.department, "zone": "Europe/Berlin"}
    assert desk.send("PUT", paths.ROTA_ZONE, zone).status_code == 204
    weekly = {"weekdays": [6], "last_day": None}
    day = {"from_at": "2027-03-21T07:00:00Z", "until_at": "2027-03-21T15:00:00Z"}
    enter(desk, planned(valley, valley.expert, weekly=weekly, **day))
    summer = read(desk, valley, "2027-03-22")["shifts"]
    assert [one["from_at"] for one in summer] == ["2027-03-28T06:00:00Z"], "08:00 in Berlin"
    wrong = desk.send("PUT", paths.ROTA_ZONE, zone | {"zone": "Mars/Olympus"})
    assert wrong.json()["fields"][0]["location"] == ["zone"]


# --- who may ------------------------------------------------------------------------------------


def test_heads_plan_their_department_in_their_house_and_experts_read_themselves(
    valley: Valley, desk: Someone
) -> None:
    town = valley.town
    profile = {"departments": ["心内科"], "heads": [valley.department]}
    head = valley.another_expert("赵主任", **profile)
    elsewhere = town.person(
        "expert",
        institution=town.institution("hospital"),
        expert=expert_profile(valley.department),
        name="孙专家",
    )
    enter(head, planned(valley, valley.expert))
    other = head.send("POST", paths.ROTA, planned(valley, elsewhere))
    assert code(other) == "forbidden"
    entry = enter(desk, planned(valley, elsewhere))
    assert [one["person"]["display_name"] for one in read(head, valley)["experts"]] == ["陈专家"]
    own = read(elsewhere, valley)
    assert not own["may_edit"]
    assert [one["id"] for one in own["entries"]] == [entry["id"]]
    assert own["gaps"] == []
    assert code(elsewhere.send("POST", paths.ROTA, planned(valley, elsewhere))) == "forbidden"
    gone = elsewhere.send("DELETE", paths.ROTA_ENTRY + "?version=1", entry_id=entry["id"])
    assert code(gone) == "forbidden"
    clinic = valley.doctor.http.get(f"{paths.ROTA}?from_day={MONDAY}")
    assert code(clinic) == "forbidden"


# --- what it means ------------------------------------------------------------------------------


async def ringing(line: Line) -> list[str]:
    return [
        frame["offer"]["consultation"]["id"]
        for frame in await line.quiet()
        if frame["type"] == "offer_rang"
    ]


async def test_who_is_off_shift_is_asked_for_critical_cases_only(
    valley: Valley, desk: Someone, context: ssl.SSLContext
) -> None:
    async with signed_in(valley.town.url, context, valley.expert.tokens.access_token) as expert:
        later = planned(valley, valley.expert, from_at=in_hours(5), until_at=in_hours(13))
        entry = enter(desk, later)
        seen = await expert.hear(
            "presence_changed", lambda one: one["presence"]["account_id"] == str(valley.expert.id)
            and one["presence"]["presence"] == "off_shift"
        )  # fmt: skip
        told = datetime.fromisoformat(seen["presence"]["until"])
        assert told == datetime.fromisoformat(entry["from_at"])
        usual = submitted_case(valley)
        assert await ringing(expert) == []
        (candidate,) = (
            one
            for one in desk.get(paths.CANDIDATES, consultation_id=usual)
            if one["expert_id"] == str(valley.expert.id)
        )
        assert candidate["ineligible"] == ["off_shift"]
        critical = submitted_case(valley, urgency="critical")
        assert await ringing(expert) == [critical]
        named = desk.act(usual, "assign", expert_id=str(valley.expert.id))
        assert named.status_code == 200, "a dispatcher may name them nevertheless"
        assert await ringing(expert) == [usual]


async def test_what_waits_rings_when_a_shift_begins(
    valley: Valley, desk: Someone, context: ssl.SSLContext
) -> None:
    async with signed_in(valley.town.url, context, valley.expert.tokens.access_token) as expert:
        soon = planned(valley, valley.expert, from_at=in_hours(1.5 / 3600), until_at=in_hours(8))
        enter(desk, soon)
        case_id = submitted_case(valley)
        rang = await expert.hear("offer_rang")
        assert rang["offer"]["consultation"]["id"] == case_id


async def test_whoever_is_on_call_is_rung_for_any_disease_of_a_critical_case(
    valley: Valley, desk: Someone, context: ssl.SSLContext
) -> None:
    other = valley.another_expert(icd10_prefixes=["I10"])
    now = {"from_at": in_hours(-1), "until_at": in_hours(8)}
    enter(desk, planned(valley, other, kind="on_call", **now))
    async with signed_in(valley.town.url, context, other.tokens.access_token) as line:
        critical = submitted_case(valley, urgency="critical")
        rang = await line.hear("offer_rang")
        assert rang["offer"]["consultation"]["id"] == critical
        other.take(critical)


async def test_everybody_hears_that_a_rota_was_edited(
    valley: Valley, desk: Someone, context: ssl.SSLContext
) -> None:
    async with signed_in(valley.town.url, context, desk.tokens.access_token) as line:
        enter(desk, planned(valley, valley.expert))
        told = await line.hear("rota_changed")
        assert told["department"] == valley.department


# --- the store ----------------------------------------------------------------------------------


def test_an_id_of_somebody_elses_entry_is_not_taken_over(valley: Valley, desk: Someone) -> None:
    body = planned(valley, valley.expert)
    enter(desk, body)
    other = body | {"expert_id": str(valley.another_expert().id)}
    assert code(desk.send("POST", paths.ROTA, other)) == "conflict"
    assert UUID(read(desk, valley)["entries"][0]["expert_id"]) == valley.expert.id


@pytest.mark.parametrize("day", ["9999-12-30", "0001-01-01"])
def test_a_day_off_the_calendar_of_rotas_is_refused_in_words(
    valley: Valley, desk: Someone, day: str
) -> None:
    query = f"?department={valley.department}&from_day={day}"
    far = planned(valley, valley.expert, from_at=f"{day}T00:00:00Z", until_at=f"{day}T08:00:00Z")
    week = {"department": valley.department, "from_day": MONDAY, "to_day": day}
    for answer in (
        desk.send("GET", paths.ROTA + query),
        desk.send("POST", paths.ROTA, far),
        desk.send("POST", paths.ROTA_COPY, week),
    ):
        assert (answer.status_code, code(answer)) == (422, "validation_failed"), answer.text


def test_a_moment_that_no_utc_calendar_has_is_refused(valley: Valley, desk: Someone) -> None:
    never = planned(valley, valley.expert, until_at="9999-12-31T23:59:59-08:00")
    answer = desk.send("POST", paths.ROTA, never)
    assert (answer.status_code, code(answer)) == (422, "validation_failed")
