"""The dispatcher's use cases: what is read, what is asked of the server, and what is told."""

import pytest

from app.net.errors import Refused
from app.services.board import BoardService
from app.session.notices import Good
from app.session.queue import Load
from protocol.account import Role
from protocol.consultation import Action, Phase
from protocol.errors import ErrorCode
from protocol.transition import Transition
from tests.fakes.api import House, refusal
from tests.fakes.boards import board, candidates
from tests.fakes.examples import account, consultation, named, row
from tests.services.conftest import Desk, SitDown

CASE, LI = named("case a"), named("李明")


@pytest.fixture
def desk(house: House, sit_down: SitDown) -> Desk:
    house.add(consultation(row("a")))
    house.experts, house.candidates = board().experts, candidates()
    return sit_down(account("周调度", Role.DISPATCHER))


@pytest.fixture
def service(desk: Desk) -> BoardService:
    async def no_pause(_seconds: float) -> None:
        pass

    return BoardService(desk.session, desk.api, no_pause)


async def test_a_chosen_case_shows_who_could_take_it(desk: Desk, service: BoardService) -> None:
    await service.load()
    await service.choose(CASE)
    assert desk.state.board.candidates == candidates()
    assert desk.house.asked["candidates"] == 1


async def test_news_are_followed_with_the_candidates_of_the_chosen_case(
    desk: Desk, service: BoardService
) -> None:
    await service.load()
    await service.follow()
    assert desk.house.asked["candidates"] == 0, "nobody looks at a case"
    await service.choose(CASE)
    desk.house.candidates = ()
    await service.follow()
    assert desk.state.board.candidates == ()
    read = desk.house.asked["board"]
    desk.house.candidates = candidates()
    await service.follow_presence()
    assert desk.state.board.candidates == candidates()
    assert desk.house.asked["board"] == read, "presence is told, not read"


async def test_assigning_names_the_expert_and_tells_what_happened(
    desk: Desk, service: BoardService
) -> None:
    await service.load()
    await service.act(CASE, Action.ASSIGN, LI, "")
    assert desk.house.transitions == [Transition(action=Action.ASSIGN, expert_id=LI)]
    assert desk.told()[Good.EXPERT_ASSIGNED]["holder"] == "李明"
    found = desk.state.board.find(CASE)
    assert found is not None
    assert found.summary.phase is Phase.OFFERED


async def test_a_release_by_force_carries_its_reason_and_names_who_had_it(
    desk: Desk, house: House, service: BoardService
) -> None:
    holder = board().experts[1].person
    house.add(consultation(row("a", Phase.READING, expert=holder)))
    await service.load()
    await service.act(CASE, Action.RELEASE, None, "下夜班")
    assert house.transitions == [Transition(action=Action.RELEASE, reason="下夜班")]
    assert desk.told()[Good.CASE_TAKEN_BACK]["holder"] == holder.display_name


async def test_a_refusal_changes_nothing_and_says_nothing_good(
    desk: Desk, house: House, service: BoardService
) -> None:
    await service.load()
    house.refuse["transition"] = refusal(ErrorCode.TRANSITION_REFUSED)
    with pytest.raises(Refused):
        await service.act(CASE, Action.REJECT, None, "重复申请")
    assert desk.told() == {}


async def test_without_network_the_board_says_so_and_keeps_what_it_has(
    desk: Desk, house: House, service: BoardService
) -> None:
    seen = []
    for house.online in (False, True, False):
        await service.load()
        seen.append(desk.state.board.load)
    assert seen == [Load.FAILED, Load.READY, Load.READY]
