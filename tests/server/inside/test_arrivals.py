"""Experts come within reach while cases wait: whom that rings is chosen beside those who write."""

import pytest

from protocol import paths
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import Someone, Valley, make_valley, submitted_case
from tests.server.statements import Statement


@pytest.fixture
def valley(within: TownWithin) -> Valley:
    return make_valley(within)


def of_the_queue(asked: list[Statement]) -> list[Statement]:
    """Those on cases and rings."""
    return [one for one in asked if "FROM consultations" in one.text or "FROM offers" in one.text]


def choose(valley: Valley, mode: str) -> None:
    body = {"department": valley.department, "mode": mode}
    assert valley.town.admin.send("PUT", paths.SERVICE_LINES, body).status_code == 200


def rings(expert: Someone) -> list[str]:
    return [one["consultation"]["id"] for one in expert.get(paths.OFFERS)]


def test_who_comes_is_rung_for_the_head_of_the_queue_and_the_rest_of_it_costs_nothing(
    kept_server: InProcess, valley: Valley, asked: list[Statement]
) -> None:
    waiting = [submitted_case(valley) for _ in range(7)]
    rung = []
    for _ in range(3):
        kept_server.connect(valley.expert)
        rung.append(rings(valley.expert))
        kept_server.pass_time(61)
        kept_server.disconnect(valley.expert)
    assert rung == [waiting[:3], waiting[3:6], waiting[6:]]
    asked.clear()
    kept_server.connect(valley.expert)
    assert rings(valley.expert) == [], "each case has rung them"
    assert [one for one in of_the_queue(asked) if one.writes] == []
    assert len(of_the_queue(asked)) <= 8, "however many wait"


def test_where_experts_pull_nobody_who_writes_waits_for_who_comes(
    kept_server: InProcess, valley: Valley, asked: list[Statement]
) -> None:
    choose(valley, "pull")
    for _ in range(3):
        submitted_case(valley)
    asked.clear()
    kept_server.connect(valley.expert)
    assert rings(valley.expert) == []
    assert [one for one in of_the_queue(asked) if one.writes] == []


def test_those_who_come_at_once_share_what_waits(kept_server: InProcess, valley: Valley) -> None:
    equals = [valley.expert, valley.another_expert("乙专家"), valley.another_expert("丙专家")]
    waiting = [submitted_case(valley) for _ in range(4)]
    critical = submitted_case(valley, urgency="critical")
    kept_server.connect_all(equals)
    rung = [set(rings(one)) for one in equals]
    assert all(critical in one for one in rung)
    assert sorted(len(one - {critical}) for one in rung) == [1, 1, 2]
    assert set.union(*rung) == {critical, *waiting}
