"""An expert signed in at two computers takes a case at both: it is theirs once, at the last."""

import pytest

from protocol import paths
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import Someone, Valley, make_valley, submitted_case


@pytest.fixture
def valley(within: TownWithin) -> Valley:
    return make_valley(within)


def beats(device: Someone, case_id: str) -> tuple[int, str]:
    """Status, and who is said to hold it where that is refused."""
    body = {**device.claim[case_id], "idle_s": 0}
    answer = device.send("POST", paths.HEARTBEAT, body, consultation_id=case_id)
    return answer.status_code, answer.json().get("holder", "")


def test_the_second_goes_on_and_the_first_is_refused_and_told_who_holds_it(
    kept_server: InProcess, valley: Valley
) -> None:
    first, second = valley.expert, valley.town.sign_in(valley.expert.username)
    case_id = submitted_case(valley)
    first.take(case_id)
    assert beats(first, case_id)[0] == 200
    assert second.take(case_id)["fence"] > first.claim[case_id]["fence"]
    assert beats(second, case_id)[0] == 200
    refused = beats(first, case_id)
    assert refused == (409, "陈专家"), "themselves: the program says that it goes on elsewhere"
    opinion = {**first.claim[case_id], "opinion": {"findings": "右下肺结节"}}
    written = first.send("PUT", paths.OPINION, opinion, consultation_id=case_id)
    assert written.json()["code"] == "stale_fence", "what is written there overwrites nothing"


def test_of_both_in_one_moment_one_claim_holds(kept_server: InProcess, valley: Valley) -> None:
    devices = [valley.expert, valley.town.sign_in(valley.expert.username)]
    case_id = submitted_case(valley)
    path = paths.CLAIM.format(consultation_id=case_id)
    answers = kept_server.at_once(*(one.http.build_request("POST", path) for one in devices))
    assert [one.status_code for one in answers] == [200, 200]
    for device, answer in zip(devices, answers, strict=True):
        device.claim[case_id] = {name: answer.json()[name] for name in ("claim_token", "fence")}
    assert sorted(beats(one, case_id)[0] for one in devices) == [200, 409]
    events = valley.doctor.get(paths.TIMELINE, consultation_id=case_id)
    assert [one["action"] for one in events].count("claim") == 2
