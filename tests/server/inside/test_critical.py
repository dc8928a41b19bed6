"""A critical case rings until somebody takes it."""

from typing import Any

from protocol import paths
from tests.server.in_process import InProcess
from tests.server.people import Valley, submitted_case

WINDOW_S = 61


def rung(heard: list[dict[str, Any]]) -> list[str]:
    return [one["offer"]["consultation"]["id"] for one in heard]


def test_it_rings_window_after_window_and_the_dispatchers_have_it_after_the_first(
    server: InProcess, valley: Valley
) -> None:
    second = valley.another_expert("王专家")
    first, other = server.connect(valley.expert), server.connect(second)
    case_id = submitted_case(valley, urgency="critical")
    for _ in range(4):
        assert rung(first.heard("offer_rang")) == rung(other.heard("offer_rang")) == [case_id]
        server.pass_time(WINDOW_S)
    events = valley.doctor.get(paths.TIMELINE, consultation_id=case_id)
    assert [one["action"] for one in events].count("escalate") == 1
    second.take(case_id)
    assert [one["how"] for one in first.heard("offer_ended")][-1] == "claimed_by_other"
    first.heard("offer_rang")
    server.pass_time(WINDOW_S)
    assert first.heard("offer_rang") == []


def test_who_declined_it_is_rung_no_more_and_the_others_are_however_many_declined(
    server: InProcess, valley: Valley
) -> None:
    others = [valley.another_expert(f"专家{n}") for n in range(4)]
    ears = [server.connect(one) for one in others]
    case_id = submitted_case(valley, urgency="critical")
    for one in others[:3]:
        one.act(case_id, "decline", decline_reason="too_busy", reason="手术中")
    for ear in ears:
        ear.heard("offer_rang")
    server.pass_time(WINDOW_S)
    assert [rung(ear.heard("offer_rang")) for ear in ears] == [[], [], [], [case_id]]


def test_who_comes_back_is_rung_for_it_again(server: InProcess, valley: Valley) -> None:
    server.connect(valley.expert)
    case_id = submitted_case(valley, urgency="critical")
    server.disconnect(valley.expert)
    server.pass_time(WINDOW_S)
    back = server.connect(valley.expert)
    assert rung(back.heard("offer_rang")) == [case_id]
