"""Clocks that ran out while no server ran: many at once, each once, the critical ones first."""

import pytest

from protocol import paths
from server.api.services import timekeeper
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
