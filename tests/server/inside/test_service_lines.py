"""Directed, pull and dispatched, for each department (domain.md, Queue, modes)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from protocol import paths
from server.api.services import pulling
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import Someone, Valley, make_valley, submitted_case
from tests.server.statements import Statement

SKIP = {"decline_reason": "too_busy", "reason": "先看更急的"}


@pytest.fixture
def valley(kept_server: InProcess, within: TownWithin) -> Iterator[Valley]:
    made = make_valley(within)
    kept_server.connect(made.expert)
    yield made
    kept_server.disconnect(made.expert)


def choose(valley: Valley, mode: str | None) -> httpx.Response:
    body = {"department": valley.department, "mode": mode}
    return valley.town.admin.send("PUT", paths.SERVICE_LINES, body)


def phase(valley: Valley, case_id: str) -> str:
    summary = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)["summary"]
    found: str = summary["phase"]
    return found


def shown(expert: Someone) -> list[str]:
    return [one["id"] for one in expert.get(paths.QUEUE)["items"]]


def claim(expert: Someone, case_id: str) -> httpx.Response:
    return expert.send("POST", paths.CLAIM, consultation_id=case_id)


def rings(expert: Someone) -> list[str]:
    return [one["consultation"]["id"] for one in expert.get(paths.OFFERS)]


# --- pull -------------------------------------------------------------------------------------


def test_a_case_that_experts_pull_rings_nobody_and_waits(
    kept_server: InProcess, valley: Valley
) -> None:
    assert choose(valley, "pull").status_code == 200
    case_id = submitted_case(valley)
    assert (phase(valley, case_id), rings(valley.expert)) == ("queued", [])
    assert shown(valley.expert) == [case_id]
    assert claim(valley.expert, case_id).status_code == 200


def test_what_waited_before_somebody_took_it_unrung_is_no_response_of_theirs(
    kept_server: InProcess, valley: Valley
) -> None:
    choose(valley, "pull")
    case_id = submitted_case(valley)
    kept_server.pass_time(10 * 60)
    valley.expert.take(case_id)
    desk = valley.town.person("dispatcher", institution=valley.hospital)
    experts = desk.get(paths.BOARD)["experts"]
    (done,) = (one["statistics"] for one in experts if one["person"]["id"] == str(valley.expert.id))
    assert (done["taken"], done["response_minutes"]) == (1, None)
    (mine,) = (
        one
        for one in desk.get(paths.CANDIDATES, consultation_id=submitted_case(valley))
        if one["expert_id"] == str(valley.expert.id)
    )
    terms = {one["term"]: one["value"] for one in mine["terms"]}
    assert terms["response"] == "30", "as a newcomer has"


def test_only_the_head_of_the_queue_is_shown_and_taken(
    kept_server: InProcess, valley: Valley
) -> None:
    """The head is the first by class, slack and arrival, of those that fit this expert."""
    choose(valley, "pull")
    routine = submitted_case(valley, urgency="routine")
    urgent = submitted_case(valley, urgency="urgent")
    foreign = submitted_case(valley, urgency="emergency", diagnosis_codes=["C50"])
    assert shown(valley.expert) == [urgent]
    refused = claim(valley.expert, routine)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_your_turn")
    assert refused.json()["consultation_id"] == urgent
    valley.expert.take(urgent)
    assert shown(valley.expert) == [routine]
    assert phase(valley, foreign) in ("queued", "dispatching")


def test_who_takes_the_head_keeps_no_writer_waiting_for_a_look_at_the_queue(
    kept_server: InProcess, valley: Valley, asked: list[Statement]
) -> None:
    choose(valley, "pull")
    head, second = submitted_case(valley), submitted_case(valley)
    asked.clear()
    assert claim(valley.expert, second).status_code == 409
    valley.expert.take(head)
    all_rings = "SELECT offers.consultation_id, offers.expert_id"
    assert [one.writes for one in asked if one.text.startswith(all_rings)] == [False, False]


def test_of_a_long_queue_the_head_is_shown_and_how_many_wait_behind_it(
    kept_server: InProcess, valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second, _third = (submitted_case(valley) for _ in range(3))
    monkeypatch.setattr(pulling, "MOST_SHOWN", 1)
    page = valley.expert.get(paths.QUEUE)
    assert [one["id"] for one in page["items"]] == [first]
    assert page["behind"] == 2


def test_the_head_is_passed_over_with_a_reason_only(kept_server: InProcess, valley: Valley) -> None:
    choose(valley, "pull")
    first, second = submitted_case(valley), submitted_case(valley)
    assert valley.expert.act(first, "decline").status_code == 422
    assert valley.expert.act(first, "decline", **SKIP).status_code == 200
    assert shown(valley.expert) == [second]
    events = valley.doctor.get(paths.TIMELINE, consultation_id=first)
    (passed,) = [one for one in events if one["action"] == "decline"]
    assert passed["reason"] == "too_busy; 先看更急的"
    valley.expert.take(second)


def test_what_everybody_passes_over_goes_to_the_dispatchers(
    kept_server: InProcess, valley: Valley
) -> None:
    choose(valley, "pull")
    case_id = submitted_case(valley)
    valley.expert.act(case_id, "decline", **SKIP)
    assert phase(valley, case_id) == "dispatching"


def test_a_critical_case_rings_everybody_where_experts_pull_too(
    kept_server: InProcess, valley: Valley
) -> None:
    choose(valley, "pull")
    waiting = submitted_case(valley)
    critical = submitted_case(valley, urgency="critical")
    assert rings(valley.expert) == [critical]
    assert shown(valley.expert) == [critical, waiting]
    assert claim(valley.expert, critical).status_code == 200


def test_what_has_waited_too_long_is_rung_as_well(kept_server: InProcess, valley: Valley) -> None:
    choose(valley, "pull")
    case_id = submitted_case(valley)
    kept_server.pass_time(15 * 60 + 1)
    assert rings(valley.expert) == [case_id]


# --- dispatched -------------------------------------------------------------------------------


def test_where_cases_are_given_to_experts_they_take_what_rings_them_and_nothing_else(
    kept_server: InProcess, valley: Valley
) -> None:
    choose(valley, "dispatched")
    second = valley.another_expert("王专家")
    kept_server.connect(second)
    case_id = submitted_case(valley)
    (rung,) = [one for one in (valley.expert, second) if rings(one) == [case_id]]
    other = second if rung is valley.expert else valley.expert
    assert (shown(rung), shown(other)) == ([case_id], [])
    refused = claim(other, case_id)
    assert refused.json()["code"] == "rings_another"
    rung.act(case_id, "decline", **SKIP)
    assert (rings(rung), rings(other)) == ([], [case_id])
    assert claim(other, case_id).status_code == 200
    kept_server.disconnect(second)


def test_what_dispatchers_are_to_assign_says_so_where_it_rings_nobody_and_may_be_declined(
    kept_server: InProcess, valley: Valley
) -> None:
    choose(valley, "dispatched")
    case_id = submitted_case(valley)
    kept_server.pass_time(61)
    assert (phase(valley, case_id), rings(valley.expert)) == ("dispatching", [])
    refused = claim(valley.expert, case_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "dispatchers_assign")
    assert valley.expert.act(case_id, "decline", **SKIP).status_code == 200


# --- directed ---------------------------------------------------------------------------------


def test_where_clinics_name_experts_only_who_is_named_is_rung_and_then_it_is_in_the_pool(
    kept_server: InProcess, valley: Valley
) -> None:
    choose(valley, "directed")
    named = valley.another_expert("王专家")
    kept_server.connect(named)
    case_id = submitted_case(valley, directed_expert_id=str(named.id))
    assert (rings(named), shown(valley.expert)) == ([case_id], [])
    kept_server.pass_time(61)
    assert (phase(valley, case_id), rings(named), rings(valley.expert)) == ("queued", [], [])
    assert shown(valley.expert) == [case_id]
    assert claim(valley.expert, case_id).status_code == 200
    kept_server.disconnect(named)


# --- without an agreement ---------------------------------------------------------------------


def test_a_clinic_without_an_agreement_is_told_so_before_and_after_it_sends_a_case(
    valley: Valley,
) -> None:
    clinic = valley.town.institution("clinic")
    alone = valley.town.person("requester", institution=clinic, name="周医生")

    def agreed(who: Someone) -> bool:
        lines = who.get(paths.SERVICE_LINES)["lines"]
        (found,) = [one["agreed"] for one in lines if one["department"] == valley.department]
        return bool(found)

    assert (agreed(valley.doctor), agreed(alone)) == (True, False)
    submitted_case(replace(valley, doctor=alone))
    (place,) = alone.get(paths.WAITING)["places"]
    assert place["unknown"] == "no_agreement"


# --- choosing it ------------------------------------------------------------------------------


def test_dispatchers_and_administrators_choose_it_everybody_knows_it_and_hears_of_a_change(
    kept_server: InProcess, valley: Valley
) -> None:
    body = {"department": valley.department, "mode": "pull"}
    dispatcher = valley.town.person("dispatcher", institution=valley.hospital)
    assert valley.doctor.send("PUT", paths.SERVICE_LINES, body).status_code == 403
    ear = kept_server.connect(valley.doctor)
    assert dispatcher.send("PUT", paths.SERVICE_LINES, body).status_code == 200
    assert len(ear.heard("service_lines_changed")) == 1
    lines = {one["department"]: one for one in valley.doctor.get(paths.SERVICE_LINES)["lines"]}
    assert lines[valley.department] == {**body, "chosen": True, "agreed": True}
    choose(valley, None)
    lines = {one["department"]: one for one in valley.doctor.get(paths.SERVICE_LINES)["lines"]}
    assert (lines[valley.department]["mode"], lines[valley.department]["chosen"]) == ("open", False)


def test_all_departments_at_once_are_the_settings_matter(valley: Valley) -> None:
    body = {"department": "*", "mode": "pull"}
    answer = valley.town.admin.send("PUT", paths.SERVICE_LINES, body)
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["location"] == ["department"]


def test_what_waits_follows_a_change_at_once(kept_server: InProcess, valley: Valley) -> None:
    choose(valley, "pull")
    case_id = submitted_case(valley)
    assert rings(valley.expert) == []
    choose(valley, "dispatched")
    assert rings(valley.expert) == [case_id]


def test_a_site_says_it_in_its_settings(tmp_path: Path) -> None:
    made = InProcess(tmp_path, service_lines={"*": "pull", "急诊科": "dispatched"})
    answer = TownWithin(made).admin.get(paths.SERVICE_LINES)
    assert answer["default"] == "pull"
    assert answer["lines"] == [
        {"department": "急诊科", "mode": "dispatched", "chosen": False, "agreed": True}
    ]
    made.end()
