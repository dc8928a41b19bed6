"""A critical case rings until somebody takes it."""

from datetime import timedelta
from typing import Any

from protocol import paths
from protocol.base import new_id
from tests.server.in_process import InProcess
from tests.server.people import Someone, Valley, submitted_case

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


# --- those on call who do not answer ----------------------------------------------------------


def on_call(server: InProcess, valley: Valley, dispatcher: Someone, who: Someone) -> None:
    entry = {
        "id": str(new_id()),
        "expert_id": str(who.id),
        "department": valley.department,
        "kind": "on_call",
        "from_at": (server.clock.at - timedelta(hours=1)).isoformat(),
        "until_at": (server.clock.at + timedelta(hours=8)).isoformat(),
    }
    assert dispatcher.send("POST", paths.ROTA, entry).status_code == 201
    server.pass_time(1)


def told_outside(dispatcher: Someone, case_id: str) -> set[tuple[str, str]]:
    """Who, and why: a site without other ways knows whom it could not tell."""
    rows = dispatcher.get(paths.BOARD)["cases"]
    (row,) = (one for one in rows if one["summary"]["id"] == case_id)
    return {(one["expert"]["id"], one["why"]) for one in row["alerts"]}


def test_a_window_nobody_sits_at_and_one_that_is_closed_are_told_outside(
    server: InProcess, valley: Valley
) -> None:
    dispatcher = valley.town.person("dispatcher", institution=valley.hospital)
    leaves = valley.another_expert("王专家")
    for one in (valley.expert, leaves):
        on_call(server, valley, dispatcher, one)
        server.connect(one)
    case_id = submitted_case(valley, urgency="critical")
    assert told_outside(dispatcher, case_id) == set(), "both are rung"
    server.disconnect(leaves)
    server.pass_time(1)
    assert told_outside(dispatcher, case_id) == {(str(leaves.id), "critical")}
    server.pass_time(WINDOW_S)
    told = {(str(leaves.id), "critical"), (str(valley.expert.id), "critical")}
    assert told_outside(dispatcher, case_id) == told, "a ring went unanswered"
    other = submitted_case(valley, urgency="emergency")
    server.pass_time(WINDOW_S)
    assert told_outside(dispatcher, other) == set()
    server.pass_time(15 * 60)
    assert (str(valley.expert.id), "overdue") in told_outside(dispatcher, other)
