"""Whom the clocks of a waiting case warn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.in_process import InProcess, TownWithin
from tests.server.people import Valley, make_valley, submitted_case


@pytest.fixture
def server(tmp_path: Path) -> Iterator[InProcess]:
    made = InProcess(tmp_path)
    yield made
    made.end()


@pytest.fixture
def valley(server: InProcess) -> Valley:
    return make_valley(TownWithin(server))


def test_who_declined_a_case_is_not_warned_of_it_any_more(
    server: InProcess, valley: Valley
) -> None:
    second = valley.another_expert("王专家")
    case_id = submitted_case(valley)
    declined, other = server.connect(valley.expert), server.connect(second)
    valley.expert.act(case_id, "decline", decline_reason="too_busy", reason="手术中")
    server.pass_time(60)
    server.pass_time(15 * 60)
    assert [one["stage"] for one in other.heard("clock_warned")] != []
    assert declined.heard("clock_warned") == []
