"""A step that is asked for again under the same key is done once, and answered as what was done."""

from uuid import uuid4

import httpx
import pytest

from protocol import paths
from protocol.transition import IDEMPOTENCY_KEY
from server.api.services.desk import ANSWERED_FOR
from server.store.done_steps import KEPT
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import Someone, Valley, make_valley, open_case, submitted_case


@pytest.fixture
def valley(within: TownWithin) -> Valley:
    return make_valley(within)


def request(
    someone: Someone, case_id: str, key: str, action: str = "submit", **more: object
) -> httpx.Request:
    held = someone.claim.get(case_id, {})
    return someone.http.build_request(
        "POST",
        paths.TRANSITIONS.format(consultation_id=case_id),
        json={"action": action, **held, **more},
        headers={IDEMPOTENCY_KEY: key},
    )


def step(
    someone: Someone, case_id: str, key: str, action: str = "submit", **more: object
) -> httpx.Response:
    return someone.http.send(request(someone, case_id, key, action, **more))


def actions(someone: Someone, case_id: str) -> list[str]:
    events = someone.get(paths.TIMELINE, consultation_id=case_id)
    return [event["action"] for event in events if event["by"] is not None]


def test_a_submit_that_is_sent_twice_goes_out_once(valley: Valley) -> None:
    case_id, key = open_case(valley), str(uuid4())
    first, again = (step(valley.doctor, case_id, key) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json()["summary"]["status"] == "pending"
    assert actions(valley.doctor, case_id).count("submit") == 1
    other = step(valley.doctor, case_id, str(uuid4()))
    assert other.status_code == 409, "under another key it is another step, which is not possible"


def test_of_two_at_once_one_is_done_and_both_are_answered(
    kept_server: InProcess, valley: Valley
) -> None:
    case_id, key = open_case(valley), str(uuid4())
    asked = [request(valley.doctor, case_id, key) for _ in range(5)]
    assert [one.status_code for one in kept_server.at_once(*asked)] == [200] * 5
    assert actions(valley.doctor, case_id).count("submit") == 1


def test_a_step_that_was_refused_was_not_done(valley: Valley) -> None:
    case_id, key = submitted_case(valley), str(uuid4())
    assert step(valley.doctor, case_id, key, "receive", decision="adopted").status_code == 409
    assert step(valley.doctor, case_id, key, "withdraw", reason="病人已转院").status_code == 200


def test_a_key_is_of_one_step_of_one_case_and_of_one_person(valley: Valley) -> None:
    case_id, other, key = open_case(valley), open_case(valley), str(uuid4())
    assert step(valley.doctor, case_id, key).status_code == 200
    for refused, of in (
        (step(valley.doctor, other, key), "case"),
        (step(valley.doctor, case_id, key, "withdraw", reason="病人已转院"), "step"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
        assert f"belongs to another {of}" in refused.json()["title"]
        assert refused.json()["fields"][0]["location"] == [IDEMPOTENCY_KEY]
    assert actions(valley.doctor, other) == [], "and nothing was done"
    stranger = step(make_valley(valley.town).doctor, case_id, key)
    assert stranger.status_code == 404, "a key opens nothing"


def test_who_gave_a_case_away_reads_in_the_second_answer_no_more_than_in_the_first(
    kept_server: InProcess, valley: Valley
) -> None:
    case_id, key = submitted_case(valley), str(uuid4())
    valley.expert.take(case_id)
    first, again = (step(valley.expert, case_id, key, "release", reason="手术") for _ in range(2))
    assert first.status_code == 200, first.text
    assert again.status_code == 200
    assert (first.json()["content"]["patient"], again.json()["content"]["patient"]) == (None, None)
    kept_server.clock.at += ANSWERED_FOR
    late = step(valley.expert, case_id, key, "release", reason="手术")
    assert (late.status_code, late.json()["code"]) == (403, "not_a_member")


async def _prune(server: InProcess) -> None:
    async with server.store.writing() as work:
        await work.done_steps.prune()


def test_keys_are_kept_for_two_days(kept_server: InProcess, valley: Valley) -> None:
    case_id, key = open_case(valley), str(uuid4())
    step(valley.doctor, case_id, key)
    kept_server.run(_prune(kept_server))
    assert step(valley.doctor, case_id, key).status_code == 200
    kept_server.clock.at += KEPT
    kept_server.run(_prune(kept_server))
    assert step(valley.doctor, case_id, key).status_code == 409
