"""Clocks that ran out while no server ran, or in one moment: many at once, each once, the critical
ones first, and nobody else waits for all of them."""

import asyncio
from collections import Counter
from datetime import timedelta

import httpx
import pytest

from protocol import paths
from server.api.services import short_turns, timekeeper
from tests.server.in_process import InProcess
from tests.server.people import Valley, submitted_case


def expired(valley: Valley, case_id: str) -> int:
    events = valley.doctor.get(paths.TIMELINE, consultation_id=case_id)
    return [one["action"] for one in events].count("offer_expired")


def test_a_part_of_them_at_a_time_and_critical_cases_first(
    server: InProcess, valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.connect(valley.expert)
    routine = [submitted_case(valley) for _ in range(6)]
    critical = submitted_case(valley, urgency="critical")
    monkeypatch.setattr(timekeeper, "MOST_A_TICK", 2)
    server.pass_time(61)
    assert expired(valley, critical) == 1
    assert sum(expired(valley, one) for one in routine) <= 1
    for _ in routine:
        server.pass_time(0)
    assert [expired(valley, one) for one in (critical, *routine)] == [1] * 7


def test_of_many_rings_over_in_one_moment_each_is_told_once_and_others_have_their_turn(
    server: InProcess, valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(short_turns, "TOGETHER_S", 0.0)  # however fast the machine is
    experts = [valley.expert, *(valley.another_expert(f"专家{n}") for n in range(3))]
    ears = server.connect_all(experts)
    cases = [submitted_case(valley) for _ in range(24)]
    first = {one["offer"]["id"] for ear in ears for one in ear.heard("offer_rang")}
    assert len(first) == len(cases)
    held = experts[0].take(cases.pop())
    path = paths.HEARTBEAT.format(consultation_id=held["consultation"]["summary"]["id"])
    proof = {"claim_token": held["claim_token"], "fence": held["fence"]}
    beat = experts[0].http.build_request("POST", path, json=proof)

    async def meanwhile() -> tuple[httpx.Response, bool]:
        ticking = asyncio.create_task(server.built.timekeeper.tick())
        await asyncio.sleep(0)
        answer = await server.answer(beat)
        waits_for_all = ticking.done()
        await ticking
        return answer, waits_for_all

    server.clock.at += timedelta(seconds=61)
    answer, waits_for_all = server.run(meanwhile())
    assert (answer.status_code, waits_for_all) == (200, False)
    ended = Counter(one["offer_id"] for ear in ears for one in ear.heard("offer_ended"))
    rang = Counter(one["offer"]["id"] for ear in ears for one in ear.heard("offer_rang"))
    assert ended == dict.fromkeys(first, 1)
    assert sorted(rang.values()) == [1] * len(cases)
    assert [expired(valley, one) for one in cases] == [1] * len(cases)
