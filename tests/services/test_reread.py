"""What a row cannot tell is read anew: nothing is cut off, nothing stays old."""

import asyncio

import pytest

from app.services.link import LinkService
from app.services.tasks import Tasks
from app.session.case import Case, CaseOpened
from app.session.link import ConnectionLost
from protocol.consultation import Action, Phase, Status
from protocol.socket import ConsultationChanged
from tests.fakes.examples import DOCTOR, NOW, consultation, row
from tests.services.conftest import Desk, SitDown, link_of


@pytest.fixture
def desk(sit_down: SitDown) -> Desk:
    return sit_down(DOCTOR)


class Pauses:
    """What happens while the service waits to try again, instead of a clock."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.comes_back = 2
        self.taken = 0

    async def __call__(self, _seconds: float) -> None:
        self.taken += 1
        self.desk.house.online = self.taken >= self.comes_back
        await asyncio.sleep(0)


@pytest.fixture
def pauses(desk: Desk) -> Pauses:
    return Pauses(desk)


@pytest.fixture
def link(desk: Desk, pauses: Pauses) -> LinkService:
    return link_of(desk, pauses)


def open_case(desk: Desk) -> Case:
    case = consultation(row("a", phase=Phase.DRAFTING))
    desk.house.add(case)
    desk.session.apply(CaseOpened(Case(case, content=case.content)))
    return desk.case


def signed(desk: Desk) -> ConsultationChanged:
    """The expert has signed: the row is told, what the clinic may do now must be read."""
    id_ = desk.case.id
    changed = desk.house.change(id_, phase=Phase.SIGNED, status=Status.COMPLETED)
    desk.house.add(changed.model_copy(update={"allowed_actions": (Action.RECEIVE,)}))
    return ConsultationChanged(seq=0, at=NOW, consultation=changed.summary, event=None)


async def test_rights_are_read_again_until_the_server_answers(
    desk: Desk, link: LinkService, pauses: Pauses
) -> None:
    open_case(desk)
    told = signed(desk)
    desk.house.online = False
    link.received(told)
    await desk.tasks.quiet()
    assert desk.case.consultation.allowed_actions == (Action.RECEIVE,)
    assert pauses.taken == pauses.comes_back


async def test_without_a_socket_the_reading_waits_for_the_next_one(
    desk: Desk, link: LinkService, pauses: Pauses
) -> None:
    open_case(desk)
    told = signed(desk)
    desk.house.online = False
    desk.session.apply(ConnectionLost(NOW))
    link.received(told)
    await desk.tasks.quiet()
    assert pauses.taken == 0


async def test_news_of_another_case_does_not_cut_off_the_reading_of_the_open_one(
    desk: Desk, link: LinkService
) -> None:
    open_case(desk)
    other = ConsultationChanged(seq=0, at=NOW, consultation=row("b"), event=None)
    link.received(signed(desk))
    link.received(other)
    await desk.tasks.quiet()
    assert desk.case.consultation.allowed_actions == (Action.RECEIVE,)


async def test_however_many_news_come_while_reading_it_is_read_once_more() -> None:
    tasks = Tasks(lambda error: pytest.fail(str(error)))
    begun, gate = [0], asyncio.Event()

    async def read() -> None:
        begun[0] += 1
        await gate.wait()

    for _ in range(5):
        tasks.renew(read, only="reading")
        await asyncio.sleep(0)
    assert begun[0] == 1
    gate.set()
    await tasks.quiet()
    assert begun[0] == 2
