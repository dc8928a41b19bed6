"""Heartbeats of claims share a transaction; each keeps its own lease and nobody else's."""

from datetime import datetime

import httpx

from protocol import paths
from tests.server.in_process import InProcess
from tests.server.people import Someone, Valley, submitted_case


def held(valley: Valley, expert: Someone) -> str:
    case_id = submitted_case(valley)
    expert.take(case_id)
    return case_id


def beat(expert: Someone, case_id: str, **changes: object) -> httpx.Request:
    path = paths.HEARTBEAT.format(consultation_id=case_id)
    return expert.http.build_request("POST", path, json=expert.claim[case_id] | changes)


def test_many_at_once_are_one_transaction_and_a_stale_one_takes_no_other_with_it(
    server: InProcess, valley: Valley
) -> None:
    cases = [held(valley, valley.expert) for _ in range(6)]
    server.pass_time(120)
    begun = server.clock.at
    requests = [beat(valley.expert, one) for one in cases[:5]]
    requests.append(beat(valley.expert, cases[5], fence=99))
    *renewed, stale = server.at_once(*requests)
    assert {one.status_code for one in renewed} == {200}
    ends = [datetime.fromisoformat(one.json()["lease_until"]) for one in renewed]
    assert all((end - begun).total_seconds() > 299 for end in ends)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_fence")
    assert stale.json()["holder"] == "陈专家"
    server.pass_time(190)
    phases = [
        valley.doctor.get(paths.CONSULTATION, consultation_id=one)["summary"]["phase"]
        for one in cases
    ]
    assert phases[:5] == ["claimed"] * 5
    assert phases[5] != "claimed", "its lease ended in its own time"


def test_who_never_held_it_is_answered_as_if_the_case_were_not_there(
    server: InProcess, valley: Valley
) -> None:
    case_id, other = held(valley, valley.expert), valley.another_expert()
    other.claim[case_id] = valley.expert.claim[case_id]
    assert server.at_once(beat(other, case_id))[0].status_code == 404
    gone = "0197f3b0-0000-7000-8000-000000000009"
    other.claim[gone] = valley.expert.claim[case_id]
    assert server.at_once(beat(other, gone))[0].status_code == 404
