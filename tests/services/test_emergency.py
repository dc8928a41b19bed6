"""Who looks after security sees every emergency, also one that is opened while the list is read."""

from datetime import datetime, timedelta
from typing import cast

from PySide6.QtWidgets import QApplication

from app.net.emergency import EmergencyApi
from app.services.emergency import EmergencyService
from app.session.case import Case, CaseOpened
from app.session.notices import News
from app.session.owner import Session
from protocol.emergency import EmergencyAccess
from protocol.socket import EmergencyOpened
from tests.fakes.examples import NOW, consultation, content, named, row
from tests.fakes.messages import EMERGENCY

EARLIER = EMERGENCY.model_copy(update={"id": named("earlier")})


class Api:
    """Its list is as old as the question; something is told before it arrives."""

    def __init__(self, session: Session, listed: tuple[EmergencyAccess, ...]) -> None:
        self._session = session
        self.listed = listed

    async def all(self) -> tuple[EmergencyAccess, ...]:
        self._session.apply(EmergencyOpened(seq=1, at=NOW, access=EMERGENCY))
        return self.listed


async def test_what_is_told_while_the_list_is_on_its_way_stays(qapp: QApplication) -> None:
    session = Session()
    api = Api(session, (EARLIER,))
    service = EmergencyService(session, cast("EmergencyApi", api), lambda: NOW)
    await service.load()
    assert session.state.emergency.all == (EMERGENCY, EARLIER)
    api.listed = (EMERGENCY, EARLIER)
    await service.load()
    assert session.state.emergency.all == (EMERGENCY, EARLIER), "and is there once"


def opened(session: Session, until: datetime | None) -> None:
    case = consultation(row("a"), emergency_until=until)
    session.apply(CaseOpened(Case(case, content=content())))


async def test_an_emergency_ends_at_the_time_the_server_said_however_the_case_was_opened(
    qapp: QApplication,
) -> None:
    """It was opened once more meanwhile, and the computer slept for most of it."""
    session, now = Session(), NOW
    until = NOW + timedelta(minutes=10)
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        nonlocal now
        waited.append(seconds)
        assert session.state.case is not None, "as long as the time is not over"
        if len(waited) == 1:
            opened(session, NOW + timedelta(minutes=40))
        now += timedelta(minutes=15)

    opened(session, until)
    service = EmergencyService(session, cast("EmergencyApi", Api(session, ())), lambda: now, pause)
    await service.close_in_time()
    assert len(waited) == 3
    assert max(waited) < 60, "who wakes after the end closes soon"
    assert session.state.case is None
    assert [one.code for one in session.state.notices] == [News.EMERGENCY_OVER]


async def test_an_ordinary_case_has_no_such_end(qapp: QApplication) -> None:
    session = Session()
    opened(session, None)
    service = EmergencyService(session, cast("EmergencyApi", Api(session, ())), lambda: NOW)
    await service.close_in_time()
    assert session.state.case is not None
