"""Clocks that run out together are fired together: each once, in order, and none for the others."""

import pytest

from protocol import paths
from server.api.services.ringing import Bell
from server.domain.case import Case
from server.store.work import Work
from tests.server.in_process import InProcess
from tests.server.people import Valley, submitted_case


@pytest.mark.parametrize("damaged", [None, 0, 3, 5])
def test_each_fires_once_also_beside_one_that_cannot(
    server: InProcess, valley: Valley, damaged: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    expert = server.connect(valley.expert)
    cases = [submitted_case(valley) for _ in range(6)]
    offers = {one["offer"]["consultation"]["id"]: one for one in expert.heard("offer_rang")}
    expired, spoilt = Bell.expired, None if damaged is None else cases.pop(damaged)

    async def fails_of_one(bell: Bell, work: Work, case: Case) -> None:
        await expired(bell, work, case)
        assert str(case.id) != spoilt

    monkeypatch.setattr(Bell, "expired", fails_of_one)
    server.pass_time(61)
    server.pass_time(1)
    ended = [one["offer_id"] for one in expert.heard("offer_ended")]
    assert sorted(ended) == sorted(offers[case_id]["offer"]["id"] for case_id in cases)
    for case_id in cases:
        events = valley.doctor.get(paths.TIMELINE, consultation_id=case_id)
        assert [one["action"] for one in events] == ["submit", "offer", "offer_expired", "escalate"]


def test_facts_of_one_step_are_numbered_without_a_hole(server: InProcess, valley: Valley) -> None:
    """Processes of a site know by the numbers that they miss something."""
    expert = server.connect(valley.expert)
    for _ in range(3):
        submitted_case(valley)
    server.pass_time(61)

    async def numbers() -> list[int]:
        async with server.store.reading() as work:
            assert await work.facts.latest() == (await work.facts.after(0, 1000))[-1].seq
            return [one.seq for one in await work.facts.after(0, 1000)]

    found = server.run(numbers())
    assert found == list(range(1, len(found) + 1))
    heard = [one["seq"] for one in expert.frames if "seq" in one]
    assert heard == sorted(set(heard))
