"""Who looks after security sees every emergency, also one that is opened while the list is read."""

from typing import cast

from PySide6.QtWidgets import QApplication

from app.net.emergency import EmergencyApi
from app.services.emergency import EmergencyService
from app.session.owner import Session
from protocol.emergency import EmergencyAccess
from protocol.socket import EmergencyOpened
from tests.fakes.examples import NOW, named
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
