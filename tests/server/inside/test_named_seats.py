"""An opinion of an MDT that names an expert is theirs for a ring, in every urgency and mode."""

import pytest

from tests.server.in_process import InProcess, TownWithin
from tests.server.inside.test_service_lines import choose, claim, rings, shown
from tests.server.people import Someone, Valley, make_valley, submitted_case


def seat_of(
    kept_server: InProcess, within: TownWithin, mode: str, urgency: str
) -> tuple[Valley, Someone, Someone, str]:
    """The clinic asks an MDT of a case, a chair holds it; answers who is named for the first
    opinion, somebody else who could give it, and that opinion."""
    valley = make_valley(within)
    choose(valley, mode)
    named, other = valley.another_expert("王专家"), valley.another_expert("赵专家")
    case_id = submitted_case(valley, urgency=urgency)
    assert claim(valley.expert, case_id).is_success
    kept_server.connect(named)
    kept_server.connect(other)
    seats = [
        {"department": valley.department, "expert_id": str(named.id)},
        {"department": "外科", "expert_id": None},
    ]
    asked = valley.doctor.act(case_id, "ask_mdt", reason="请一起看", seats=seats)
    assert asked.is_success, asked.text
    return valley, named, other, asked.json()["summary"]["mdt"]["opinions"][0]["consultation_id"]


@pytest.mark.parametrize(
    ("mode", "urgency"), [("open", "critical"), ("pull", "routine"), ("directed", "urgent")]
)
def test_it_rings_whom_it_names_and_nobody_else_takes_it_meanwhile(
    kept_server: InProcess, within: TownWithin, mode: str, urgency: str
) -> None:
    valley, named, other, opinion = seat_of(kept_server, within, mode, urgency)
    assert (rings(named), rings(other)) == ([opinion], [])
    assert opinion not in shown(other)
    assert claim(other, opinion).json()["code"] == "rings_another"
    late = valley.another_expert("后来的专家")
    kept_server.connect(late)
    assert rings(late) == []
    assert claim(named, opinion).is_success


def test_a_critical_one_rings_everybody_when_they_do_not_answer(
    kept_server: InProcess, within: TownWithin
) -> None:
    _, named, other, opinion = seat_of(kept_server, within, "open", "critical")
    kept_server.pass_time(61)
    assert (rings(named), rings(other)) == ([opinion], [opinion])
    assert claim(other, opinion).is_success
