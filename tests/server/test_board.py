"""The board at a real server: open cases with clocks and rings, experts with presence and load."""

import ssl
from typing import Any

import pytest

from protocol import paths
from tests.server.people import Someone, Valley, open_case, submitted_case
from tests.server.sockets import signed_in

pytestmark = pytest.mark.both_databases


def dispatcher_of(valley: Valley) -> Someone:
    return valley.town.person("dispatcher", institution=valley.hospital, name="调度")


def case_on(board: dict[str, Any], case_id: str) -> dict[str, Any] | None:
    return next((one for one in board["cases"] if one["summary"]["id"] == case_id), None)


def expert_on(board: dict[str, Any], who: Someone) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one for one in board["experts"] if one["person"]["id"] == str(who.id)
    )
    return found


def test_only_dispatchers_see_it(valley: Valley) -> None:
    for who in (valley.doctor, valley.expert, valley.town.admin):
        assert who.send("GET", paths.BOARD).status_code == 403


def test_open_cases_are_on_it_and_no_others(valley: Valley) -> None:
    desk = dispatcher_of(valley)
    draft, waiting, over = open_case(valley), submitted_case(valley), submitted_case(valley)
    assert valley.doctor.act(over, "withdraw", reason="转院").status_code == 200
    board = desk.get(paths.BOARD)
    assert case_on(board, draft) is None
    assert case_on(board, over) is None
    shown = case_on(board, waiting)
    assert shown is not None
    assert shown["escalated"], "nobody could be rung"
    assert [one["clock"] for one in shown["clocks"]] == ["accept"]
    assert {"assign", "offer", "reject"} <= set(shown["allowed_actions"])
    assert "release" not in shown["allowed_actions"]


async def test_it_says_whom_a_case_rings_and_what_experts_carry(
    valley: Valley, context: ssl.SSLContext
) -> None:
    desk, url = dispatcher_of(valley), valley.town.url
    async with signed_in(url, context, valley.expert.tokens.access_token) as expert:
        case_id = submitted_case(valley, urgency="emergency")
        rang = await expert.hear("offer_rang")
        board = desk.get(paths.BOARD)
        shown = case_on(board, case_id)
        assert shown is not None
        assert [one["expert"]["id"] for one in shown["ringing"]] == [str(valley.expert.id)]
        assert shown["ringing"][0]["rings_until"] == rang["offer"]["rings_until"]
        assert expert_on(board, valley.expert)["load"] == 0
        valley.expert.take(case_id)
        board = desk.get(paths.BOARD)
        carries = expert_on(board, valley.expert)
        assert (carries["load"], carries["cases"]) == (3, 1)
        assert carries["presence"]["presence"] == "available"
        shown = case_on(board, case_id)
        assert shown is not None
        assert [one["clock"] for one in shown["clocks"]] == ["start", "report"]


async def test_assigning_a_waiting_case_ends_the_other_rings(
    valley: Valley, context: ssl.SSLContext
) -> None:
    desk, url = dispatcher_of(valley), valley.town.url
    second = valley.another_expert()
    async with (
        signed_in(url, context, valley.expert.tokens.access_token) as first,
        signed_in(url, context, second.tokens.access_token) as other,
    ):
        case_id = submitted_case(valley)
        rung = [line for line in (first, other) if any_rang(await line.quiet())]
        assert len(rung) == 1
        unrung = second if rung[0] is first else valley.expert
        assert desk.act(case_id, "assign", expert_id=str(unrung.id)).status_code == 200
        ended = await rung[0].hear("offer_ended")
        assert ended["how"] == "withdrawn"
        shown = case_on(desk.get(paths.BOARD), case_id)
        assert shown is not None
        assert [one["expert"]["id"] for one in shown["ringing"]] == [str(unrung.id)]


async def test_it_counts_what_experts_took_declined_and_left_to_ring(
    valley: Valley, context: ssl.SSLContext
) -> None:
    desk, url, expert = dispatcher_of(valley), valley.town.url, valley.expert
    other = valley.another_expert()
    async with signed_in(url, context, expert.tokens.access_token) as line:
        taken, declined = submitted_case(valley), submitted_case(valley)
        for _ in (taken, declined):
            await line.hear("offer_rang")
        expert.take(taken)
        expert.act(declined, "decline", decline_reason="too_busy", reason="手术中")
        done = expert_on(desk.get(paths.BOARD), expert)["statistics"]
    assert (done["taken"], done["rung"], done["declined"], done["unanswered"]) == (1, 2, 1, 0)
    assert 0 <= float(done["response_minutes"]) < 1
    nothing = expert_on(desk.get(paths.BOARD), other)["statistics"]
    assert (nothing["taken"], nothing["rung"], nothing["response_minutes"]) == (0, 0, None)


def any_rang(frames: list[dict[str, Any]]) -> bool:
    return any(frame["type"] == "offer_rang" for frame in frames)
