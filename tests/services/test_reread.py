"""What a row cannot tell is read anew: nothing is cut off, nothing stays old."""

import asyncio
from typing import NoReturn
from uuid import UUID

import pytest

from app.models.notices import words_for
from app.services.link import LinkService
from app.services.reviewing import DraftChanged
from app.services.tasks import Tasks
from app.services.troubles import trouble_of
from app.session.case import Case, CaseOpened, CaseRead, OpinionRead
from app.session.link import ConnectionLost
from protocol.consultation import Action, Phase, Status
from protocol.errors import ErrorCode
from protocol.report import OpinionDraft
from protocol.socket import ConsultationChanged
from protocol.transition import Transition
from tests.fakes.api import refusal
from tests.fakes.examples import DOCTOR, NOW, consultation, opinion, row
from tests.services.conftest import Desk, SitDown, link_of
from tests.services.test_amending import actions


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


@pytest.fixture
def reviewed(desk: Desk) -> Case:
    """A draft that the drafter writes on while its reviewer has it open."""
    case = open_case(desk)
    told = desk.house.cases[case.id].model_copy(update={"allowed_actions": (Action.APPROVE,)})
    desk.house.add(told)
    desk.session.apply(CaseRead(told))
    desk.session.apply(OpinionRead(case.id, opinion(impression="良性")))
    newer = OpinionDraft(opinion=opinion(impression="恶性可能大"), saved_at=NOW)
    desk.house.opinions[case.id] = newer
    return case


async def test_a_reviewer_reads_what_the_drafter_has_written_meanwhile(
    desk: Desk, link: LinkService, reviewed: Case
) -> None:
    summary = desk.house.cases[reviewed.id].summary
    link.received(ConsultationChanged(seq=0, at=NOW, consultation=summary, event=None))
    await desk.tasks.quiet()
    assert desk.case.opinion.impression == "恶性可能大"


async def test_what_was_not_read_is_not_approved_but_shown(
    desk: Desk, reviewed: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stale(_id: UUID, _body: Transition) -> NoReturn:
        raise refusal(ErrorCode.STALE_VERSION)

    monkeypatch.setattr(desk.api, "transition", stale)
    with pytest.raises(DraftChanged) as caught:
        await actions(desk).act(reviewed.id, Transition(action=Action.APPROVE))
    assert desk.case.opinion.impression == "恶性可能大"
    assert "nothing was approved" in words_for(trouble_of(caught.value)[0])


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
