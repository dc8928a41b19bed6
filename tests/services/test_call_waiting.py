"""A call in a case that is not on the screen is told, and told no longer when it is over."""

import pytest

from app.services.link import LinkService
from app.session.case import Case, CaseOpened
from app.session.notices import Good, Severity
from app.session.queue import MineLoaded
from protocol.base import new_id
from protocol.socket import CallChanged
from tests.fakes.examples import DOCTOR, NOW, call, consultation, row
from tests.services.conftest import Desk, SitDown, link_of


@pytest.fixture
def desk(sit_down: SitDown) -> Desk:
    return sit_down(DOCTOR)


@pytest.fixture
def link(desk: Desk) -> LinkService:
    desk.session.apply(MineLoaded((row("a"),)))
    return link_of(desk)


def changed(*people: str) -> CallChanged:
    running = call(*people)
    there = running if people else None
    return CallChanged(seq=0, at=NOW, consultation_id=running.consultation_id, call=there)


def waiting(desk: Desk) -> list[tuple[str, str]]:
    notices = [n for n in desk.state.notices if n.code is Good.CALL_WAITING]
    assert all(notice.severity is Severity.INFO for notice in notices)
    return [detail for notice in notices for detail in notice.details]


def test_it_names_who_calls_and_the_case(desk: Desk, link: LinkService) -> None:
    link.received(changed("陈专家"))
    assert waiting(desk) == [("holder", "陈专家"), ("number", row("a").number)]


def test_it_leads_to_the_case(desk: Desk, link: LinkService) -> None:
    link.received(changed("陈专家"))
    assert [notice.consultation_id for notice in desk.state.notices] == [row("a").id]


def test_it_goes_when_the_caller_hangs_up(desk: Desk, link: LinkService) -> None:
    link.received(changed("陈专家"))
    link.received(changed())
    assert waiting(desk) == []


def test_the_case_on_the_screen_shows_it_itself(desk: Desk, link: LinkService) -> None:
    desk.session.apply(CaseOpened(Case(consultation(row("a")))))
    link.received(changed("陈专家"))
    assert waiting(desk) == []


def test_one_who_is_in_the_call_is_not_told(desk: Desk, link: LinkService) -> None:
    message = changed("陈专家")
    assert message.call is not None
    own = message.call.participants[0].model_copy(
        update={"account_id": DOCTOR.id, "peer_id": new_id()}
    )
    both = message.call.model_copy(update={"participants": (*message.call.participants, own)})
    link.received(message.model_copy(update={"call": both}))
    assert waiting(desk) == []
