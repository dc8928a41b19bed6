"""What is told while the lists are on their way is newer than they are, each list by its own."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.services.link import LinkService
from protocol.consultation import ConsultationPage, Phase
from protocol.queue import Offer, OfferEnd
from protocol.socket import ConsultationChanged, ConsultationLeft, OfferEnded, ServerMessage
from tests.fakes.api import FakeApi
from tests.fakes.examples import EXPERT, NOW, consultation, offer, person, row
from tests.services.conftest import Desk, SitDown, link_of

CASE = row("a", Phase.READING, expert=person(EXPERT))
LEFT = ConsultationLeft(seq=0, at=NOW, consultation_id=CASE.id)
TAKEN = OfferEnded(
    seq=0,
    at=NOW,
    offer_id=offer().id,
    consultation_id=CASE.id,
    how=OfferEnd.CLAIMED_BY_OTHER,
)

Meanwhile = Callable[[str, ServerMessage], None]


@pytest.fixture
def desk(sit_down: SitDown) -> Desk:
    return sit_down(EXPERT)


@pytest.fixture
def link(desk: Desk) -> LinkService:
    return link_of(desk)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch, link: LinkService) -> Meanwhile:
    """Something is heard while the answer to a question of the API is on its way."""

    def heard(question: str, message: ServerMessage) -> None:
        answer: Callable[[FakeApi], Awaitable[object]] = getattr(FakeApi, question)

        async def overtaken(api: FakeApi) -> object:
            found = await answer(api)
            link.received(message)
            return found

        monkeypatch.setattr(FakeApi, question, overtaken)

    return heard


async def test_a_case_that_left_while_the_list_was_on_its_way_stays_away(
    desk: Desk, link: LinkService, meanwhile: Meanwhile
) -> None:
    desk.house.add(consultation(CASE))
    meanwhile("consultations", LEFT)
    await link.refresh()
    assert desk.state.queue.mine.items == ()


async def test_an_offer_that_ended_while_the_list_was_on_its_way_does_not_ring(
    desk: Desk, link: LinkService, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def rings(_api: FakeApi) -> tuple[Offer, ...]:
        return (offer(), offer("b"))

    monkeypatch.setattr(FakeApi, "offers", rings)
    meanwhile("offers", TAKEN)
    await link.refresh()
    assert desk.state.queue.offers == (offer("b"),)


async def test_what_left_before_the_queue_was_read_is_in_it_when_it_came_back(
    desk: Desk, link: LinkService, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue is read after it was told, and the offers after the queue."""
    back = row("a", Phase.QUEUED, minutes=9)

    async def waits(_api: FakeApi) -> ConsultationPage:
        return ConsultationPage(items=(back,))

    monkeypatch.setattr(FakeApi, "queue", waits)
    meanwhile("consultations", LEFT)
    shown: list[tuple[object, ...]] = []
    desk.session.changed.connect(lambda state: shown.append(state.queue.waiting.items))
    await link.refresh()
    assert shown[-1] == (back,)
    assert () not in shown[shown.index((back,)) :]


async def test_what_was_told_before_the_lists_were_asked_for_is_older_than_they_are(
    desk: Desk, link: LinkService
) -> None:
    desk.house.add(consultation(CASE))
    link.received(LEFT)
    await link.refresh()
    assert desk.state.queue.mine.items == (CASE,)


async def test_the_queue_is_read_once_for_what_comes_together_and_not_for_what_is_not_in_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, reads, calm = row("b", Phase.QUEUED), [0], asyncio.Event()

    async def read(_api: FakeApi) -> ConsultationPage:
        reads[0] += 1
        return ConsultationPage(items=(waits,))

    async def pause(_seconds: float) -> None:
        await calm.wait()

    monkeypatch.setattr(FakeApi, "queue", read)
    link = link_of(desk, pause)
    for told in (CASE, row("c", Phase.READING)):
        link.received(ConsultationChanged(seq=0, at=NOW, consultation=told, event=None))
    link.received(LEFT)
    calm.set()
    await desk.tasks.quiet()
    assert reads[0] == 0
    calm.clear()
    for told in (waits, row("c", Phase.QUEUED), row("d", Phase.OFFERED)):
        link.received(ConsultationChanged(seq=0, at=NOW, consultation=told, event=None))
        await asyncio.sleep(0)
    calm.set()
    await desk.tasks.quiet()
    assert desk.state.queue.waiting.items == (waits,)
    assert reads[0] == 2, "the second is of what came while the first waited"
    link.received(ConsultationLeft(seq=0, at=NOW, consultation_id=waits.id))
    await desk.tasks.quiet()
    assert reads[0] == 3
