"""Giving a patient a copy: the link of the site or of this server, and what became of each."""

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast
from uuid import UUID

from app.commands.report_wishes import WishGiveCopy, WishWithdrawCopy
from app.composition.fulfil_report import fulfil_report
from app.net.errors import NetError
from app.net.report_copies import ReportCopyApi
from app.services.report_copy import ReportCopyService
from app.session.case import Case, CaseOpened
from app.session.report_copy import CopiesTold, CopyAsked, CopyFailed, ReportCopies
from protocol.errors import ErrorCode
from protocol.report_copy import CopyStanding, NewReportCopy, ReportCopy, ReportCopyState
from tests.fakes.api import URL, refusal
from tests.fakes.examples import NOW, consultation, named, row
from tests.services.conftest import Desk

if TYPE_CHECKING:
    from app.composition.desk import Desk as Composed

CODE, ID = "c" * 43, "0" * 32
CASE = named("case a")


def state_of(standing: CopyStanding) -> ReportCopyState:
    return ReportCopyState(
        id=ID, standing=standing, created_at=NOW, expires_at=NOW, opened_at=None, opened=0
    )


class Copies(ReportCopyApi):
    """The server's copies of one case."""

    def __init__(self, link: str | None = None) -> None:
        self.link = link
        self.standing = CopyStanding.OPEN
        self.days: list[int] = []
        self.refused: NetError | None = None

    @property
    def url(self) -> str:
        return URL

    async def give(self, _id: UUID, body: NewReportCopy) -> ReportCopy:
        if self.refused is not None:
            raise self.refused
        self.days.append(body.valid_days)
        return ReportCopy(id=ID, code=CODE, expires_at=NOW, link=self.link)

    async def states(self, _id: UUID) -> tuple[ReportCopyState, ...]:
        return (state_of(self.standing),)

    async def withdraw(self, _id: UUID, copy_id: str) -> None:
        if self.refused is not None:
            raise self.refused
        assert copy_id == ID
        self.standing = CopyStanding.WITHDRAWN


class Held(Copies):
    """Slow at giving."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()
        self.taken_back = asyncio.Event()

    async def give(self, id_: UUID, body: NewReportCopy) -> ReportCopy:
        self.asked.set()
        await self.go_on.wait()
        return await super().give(id_, body)

    async def withdraw(self, id_: UUID, copy_id: str) -> None:
        self.taken_back.set()
        await super().withdraw(id_, copy_id)


async def test_the_link_is_the_sites_where_it_has_one_else_this_servers(doctor: Desk) -> None:
    doctor.session.apply(CaseOpened(Case(consultation(row("a")))))
    site = f"https://call.test/copy#{CODE}"
    for own, wanted in ((None, f"{URL}/copy#{CODE}"), (site, site)):
        copies = Copies(own)
        await ReportCopyService(doctor.session, copies).give(CASE, 30)
        given = doctor.state.report_copies.latest
        assert given is not None
        assert (given.link, copies.days) == (wanted, [30])
        assert wanted not in repr(given), "a link is a key: it stands in no log"


async def test_taking_it_back_is_told_by_the_server(doctor: Desk) -> None:
    doctor.session.apply(CaseOpened(Case(consultation(row("a")))))
    service = ReportCopyService(doctor.session, Copies())
    await service.give(CASE, 7)
    await service.withdraw(CASE, ID)
    (known,) = doctor.state.report_copies.known
    assert known.standing is CopyStanding.WITHDRAWN


async def test_a_refusal_is_kept_for_the_window(doctor: Desk) -> None:
    doctor.session.apply(CaseOpened(Case(consultation(row("a")))))
    copies = Copies()
    copies.refused = refusal(ErrorCode.TRANSITION_REFUSED)
    await ReportCopyService(doctor.session, copies).give(CASE, 7)
    found = doctor.state.report_copies
    assert (found.problem, found.making) == (ErrorCode.TRANSITION_REFUSED, False)


async def test_taking_one_back_leaves_alone_the_one_that_is_made(doctor: Desk) -> None:
    """As the wishes of the window reach the service: each under the name of its own work."""
    doctor.session.apply(CaseOpened(Case(consultation(row("a")))))
    copies = Held()
    reports = SimpleNamespace(copies=ReportCopyService(doctor.session, copies), certificates=None)
    desk = cast("Composed", SimpleNamespace(reports=reports, tasks=doctor.tasks))
    fulfil_report(desk, WishGiveCopy(CASE, 7))
    await copies.asked.wait()
    copies.refused = refusal(ErrorCode.TRANSITION_REFUSED)
    fulfil_report(desk, WishWithdrawCopy(CASE, ID))
    await copies.taken_back.wait()
    assert doctor.state.report_copies.problem is ErrorCode.TRANSITION_REFUSED
    assert doctor.state.report_copies.making
    copies.refused = None
    copies.go_on.set()
    await doctor.tasks.quiet()
    found = doctor.state.report_copies
    assert found.latest is not None
    assert not found.making


def test_what_is_told_of_another_case_changes_nothing(doctor: Desk) -> None:
    a, b = (Case(consultation(row(name))) for name in "ab")
    session = doctor.session
    session.apply(CaseOpened(a))
    session.apply(CopyAsked(a.id))
    session.apply(CaseOpened(b))
    assert doctor.state.report_copies == ReportCopies(), "the making of one is not of every case"
    session.apply(CopiesTold(b.id, (state_of(CopyStanding.OPEN),)))
    told = doctor.state.report_copies
    session.apply(CopiesTold(a.id, ()))
    session.apply(CopyFailed(a.id, ErrorCode.TRANSITION_REFUSED))
    assert doctor.state.report_copies == told
