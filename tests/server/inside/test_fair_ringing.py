"""Who is rung when much comes at once, and that every list says the same of it."""

import pytest

from protocol import paths
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import Someone, Valley, make_valley, submitted_case


@pytest.fixture
def valley(kept_server: InProcess, within: TownWithin) -> Valley:
    made = make_valley(within)
    kept_server.connect(made.expert)
    return made


def rings(expert: Someone) -> list[str]:
    return [one["consultation"]["id"] for one in expert.get(paths.OFFERS)]


def test_a_burst_is_shared_among_experts_who_are_equal(
    kept_server: InProcess, valley: Valley
) -> None:
    equals = [valley.expert, valley.another_expert("乙专家"), valley.another_expert("丙专家")]
    for one in equals[1:]:
        kept_server.connect(one)
    for _ in range(9):
        case_id = submitted_case(valley)
    assert [len(rings(one)) for one in equals] == [3, 3, 3]
    listed = valley.doctor.get(paths.CANDIDATES, consultation_id=case_id)
    assert sorted(one["rings"] for one in listed if not one["ineligible"]) == [2, 3, 3]


def test_after_three_declines_the_dispatchers_have_a_case_whoever_is_left(
    kept_server: InProcess, valley: Valley
) -> None:
    experts = [valley.expert, *(valley.another_expert(f"专家{n}") for n in range(3))]
    kept_server.connect_all(experts[1:])
    case_id = submitted_case(valley)
    for declines in range(1, 4):
        (rung,) = [one for one in experts if rings(one) == [case_id]]
        rung.act(case_id, "decline", decline_reason="too_busy", reason="手术中")
        seen = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)["summary"]["phase"]
        assert seen == ("dispatching" if declines == 3 else "offered")
    assert [rings(one) for one in experts] == [[]] * 4


def test_who_rings_a_newcomer_and_who_lists_them_count_the_same_median(
    kept_server: InProcess, valley: Valley
) -> None:
    """The colleague whose answers are known is away, and in the list only."""
    case_id = submitted_case(valley)
    kept_server.pass_time(6)
    valley.expert.take(case_id)
    kept_server.disconnect(valley.expert)
    kept_server.pass_time(120)
    newcomer = valley.another_expert("新专家")
    kept_server.connect(newcomer)
    case_id = submitted_case(valley)
    (offer,) = newcomer.get(paths.OFFERS)
    listed = valley.doctor.get(paths.CANDIDATES, consultation_id=case_id)
    (same,) = [one for one in listed if one["expert_id"] == str(newcomer.id)]
    assert offer["why"]["terms"] == same["terms"]
    (response,) = [one for one in same["terms"] if one["term"] == "response"]
    assert float(response["value"]) > 2 * 28, "as fast as the colleague, not the target of 15"
