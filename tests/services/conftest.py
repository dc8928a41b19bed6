"""One person's use cases on a house in memory and a real sealed store on the disk."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.services import cases, expert
from app.services.cases import CaseService
from app.services.certificates import CertificateService
from app.services.drafts import Drafts
from app.services.expert import ExpertService
from app.services.link import LinkService
from app.services.papers import PaperService, Pictures
from app.services.report_pictures import ReportPictureService
from app.services.signing import SigningService
from app.services.tasks import Tasks
from app.services.troubles import raise_error
from app.session.case import Case
from app.session.link import Connected, SignedIn
from app.session.notices import NoticeCode
from app.session.owner import Session
from app.session.state import State
from app.store.profile import SealedStore
from app.store.sealed import Sealer
from app.views.report_print import report_pdf
from protocol.account import Account
from protocol.report import Report, ReportSeal
from tests.fakes.api import URL, FakeApi, FakeForms, FakePictures, House
from tests.fakes.examples import DOCTOR, EXPERT, NOW

KEY = bytes(range(32))


@dataclass
class Desk:
    """What the composition builds for one signed-in person, without windows and processes."""

    house: House
    account: Account
    folder: Path
    session: Session = field(default_factory=Session)
    opened: list[Case] = field(default_factory=list)

    def __post_init__(self) -> None:
        sealer = Sealer(KEY)
        self.api = FakeApi(self.house, self.account)
        self.tasks = Tasks(lambda error: raise_error(self.session, error))
        self.drafts = Drafts(self.folder, sealer)
        self.cases = CaseService(
            self.session, self.api, self.drafts, self.account, self.opened.append
        )
        self.expert = ExpertService(self.session, self.api, self.drafts, self.tasks, self.account)
        keys = SealedStore(self.folder / "keys", sealer)
        self.certificates = CertificateService(self.session, keys, self.account.id)
        self.pictures = ReportPictureService(
            self.session, FakePictures(self.house), self.expert, self.tasks
        )
        self.papers = PaperService(
            self.session, FakeForms(self.house), self.certificates, self.pictures.of, laid_out
        )
        self.signing = SigningService(
            self.session, self.api, self.drafts, keys, self.account, self.papers
        )
        self.session.apply(SignedIn(URL, self.account))
        self.session.apply(Connected(NOW, 0))

    @property
    def state(self) -> State:
        return self.session.state

    @property
    def case(self) -> Case:
        assert self.state.case is not None
        return self.state.case

    def told(self) -> dict[NoticeCode, dict[str, str]]:
        """Code → details of every notice on screen."""
        return {notice.code: dict(notice.details) for notice in self.state.notices}

    async def close(self) -> None:
        await self.tasks.finish()
        await self.api.connection.close()


async def laid_out(report: Report, seal: ReportSeal | None, pictures: Pictures) -> bytes:
    return report_pdf(report, seal, None, pictures)


SitDown = Callable[[Account], Desk]


def link_of(
    desk: Desk,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> LinkService:
    """The person's line to the server; nobody follows what it hears of calls and reports."""
    return LinkService(
        desk.session,
        desk.api,
        desk.tasks,
        on_call=lambda _message: None,
        on_online=lambda: None,
        on_report=lambda _message: None,
        on_over=lambda: None,
        on_left=lambda _case: None,
        pause=pause,
        now=now,
    )


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def sit_down(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SitDown]:
    """Starts the program for one person; again is a restart on the same computer."""
    monkeypatch.setattr(cases, "SAVE_PAUSE_S", 0)
    monkeypatch.setattr(expert, "SAVE_PAUSE_S", 0)
    logging.getLogger("asyncio").setLevel(logging.INFO)
    desks: list[Desk] = []

    def start(who: Account) -> Desk:
        desks.append(Desk(house, who, tmp_path / who.username))
        return desks[-1]

    yield start
    for desk in desks:
        await desk.close()


@pytest.fixture
def doctor(sit_down: SitDown) -> Desk:
    return sit_down(DOCTOR)


@pytest.fixture
def specialist(sit_down: SitDown) -> Desk:
    return sit_down(EXPERT)
