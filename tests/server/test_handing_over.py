"""Handing a case over: whom, who hears of it, and what an appointment leaves on the row."""

from datetime import UTC, datetime, timedelta
from typing import Any

from protocol import paths
from tests.server.people import Valley, submitted_case


def held(valley: Valley) -> str:
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    assert valley.expert.act(case_id, "accept").status_code == 200
    return case_id


def ring_of(offers: list[dict[str, Any]], case_id: str) -> dict[str, Any]:
    return next(one for one in offers if one["consultation"]["id"] == case_id)


def test_the_holder_sees_whom_the_case_could_go_to(valley: Valley) -> None:
    case_id, other = held(valley), valley.another_expert()
    listed = valley.expert.get(paths.CANDIDATES, consultation_id=case_id)
    assert str(other.id) in [one["expert_id"] for one in listed]
    stranger = other.send("GET", paths.CANDIDATES, consultation_id=case_id)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "not_found")


def test_the_ring_says_who_hands_over_and_why(valley: Valley) -> None:
    case_id, other = held(valley), valley.another_expert()
    note = "心脏问题，请心内科专家看"
    answer = valley.expert.act(case_id, "assign", expert_id=str(other.id), reason=note)
    assert answer.status_code == 200, answer.text
    ring = ring_of(other.get(paths.OFFERS), case_id)
    assert (ring["handed_by"]["id"], ring["note"]) == (str(valley.expert.id), note)
    assert ring["consultation"]["patient_name"] == "何**"


def test_a_ring_of_the_queue_has_nobody_who_hands_over(valley: Valley) -> None:
    case_id, other = submitted_case(valley), valley.another_expert()
    dispatcher = valley.town.person("dispatcher", name="调度")
    dispatcher.act(case_id, "assign", expert_id=str(other.id))
    ring = ring_of(other.get(paths.OFFERS), case_id)
    assert (ring["handed_by"], ring["note"]) == (None, "")


def test_an_appointment_stands_on_the_row_of_both(valley: Valley) -> None:
    case_id, at = held(valley), f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M:00Z}"
    answer = valley.expert.act(case_id, "schedule", scheduled_for=at)
    assert answer.json()["summary"]["phase"] == "scheduled"
    for person in (valley.expert, valley.doctor):
        view = person.get(paths.CONSULTATION, consultation_id=case_id)
        assert view["summary"]["scheduled_for"] == at
