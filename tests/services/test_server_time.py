"""Times follow the server: a computer whose clock is wrong shows, rings and signs right."""

from datetime import timedelta

from pytestqt.qtbot import QtBot

from app.services.link import LinkService
from app.session.notices import Trouble
from protocol.socket import Pong, Welcome
from tests.fakes.api import PASSWORD, House
from tests.fakes.examples import EXPERT, NOW
from tests.services.conftest import Desk, link_of
from tests.services.test_signing import written


def welcomed(desk: Desk, ahead: timedelta) -> LinkService:
    """The server says its time while this computer's clock says `NOW`."""
    link = link_of(desk, now=lambda: NOW)
    link.received(Welcome(account_id=EXPERT.id, seq=0, server_time=NOW + ahead))
    return link


async def test_what_may_be_the_line_is_no_difference(specialist: Desk, qtbot: QtBot) -> None:
    welcomed(specialist, timedelta(seconds=2))
    assert specialist.state.link.ahead == timedelta()


async def test_a_wrong_clock_is_told_once_in_minutes(specialist: Desk, qtbot: QtBot) -> None:
    welcomed(specialist, timedelta(minutes=3))
    assert specialist.state.link.ahead == timedelta(minutes=3)
    assert specialist.told()[Trouble.CLOCK_SLOW] == {"count": "3"}
    welcomed(specialist, timedelta(minutes=-3))
    assert specialist.told()[Trouble.CLOCK_FAST] == {"count": "3"}


async def test_a_clock_that_is_set_is_followed_within_a_heartbeat(
    specialist: Desk, qtbot: QtBot
) -> None:
    link = welcomed(specialist, timedelta(minutes=3))
    before = specialist.state
    link.received(Pong(sent_ms=0, server_time=NOW + timedelta(minutes=3, seconds=1)))
    assert specialist.state is before, "the line is never the same"
    link.received(Pong(sent_ms=0, server_time=NOW))
    assert specialist.state.link.ahead == timedelta()


async def test_a_report_says_when_it_was_signed_by_the_servers_time(
    specialist: Desk, house: House, qtbot: QtBot
) -> None:
    id_ = await written(specialist, house)
    before = (await specialist.signing.draft(specialist.case)).signed_at
    welcomed(specialist, timedelta(hours=2))
    await specialist.signing.sign(PASSWORD)
    after = house.reports[id_].report.signed_at
    assert timedelta(hours=2) <= after - before < timedelta(hours=3)
