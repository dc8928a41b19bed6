"""Giving a patient a copy: the link of the site or of this server, and what became of each."""

from uuid import UUID

from app.net.errors import NetError
from app.net.report_copies import ReportCopyApi
from app.services.report_copy import ReportCopyService
from app.session.case import Case, CaseOpened
from protocol.errors import ErrorCode
from protocol.report_copy import CopyStanding, NewReportCopy, ReportCopy, ReportCopyState
from tests.fakes.api import URL, refusal
from tests.fakes.examples import NOW, consultation, named, row
from tests.services.conftest import Desk

CODE, ID = "c" * 43, "0" * 32
CASE = named("case a")


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
        return (
            ReportCopyState(
                id=ID,
                standing=self.standing,
                created_at=NOW,
                expires_at=NOW,
                opened_at=None,
                opened=0,
            ),
        )

    async def withdraw(self, _id: UUID, copy_id: str) -> None:
        assert copy_id == ID
        self.standing = CopyStanding.WITHDRAWN


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
    service = ReportCopyService(doctor.session, Copies())
    await service.give(CASE, 7)
    await service.withdraw(CASE, ID)
    (known,) = doctor.state.report_copies.known
    assert known.standing is CopyStanding.WITHDRAWN


async def test_a_refusal_is_kept_for_the_window(doctor: Desk) -> None:
    copies = Copies()
    copies.refused = refusal(ErrorCode.TRANSITION_REFUSED)
    await ReportCopyService(doctor.session, copies).give(CASE, 7)
    found = doctor.state.report_copies
    assert (found.problem, found.making) == (ErrorCode.TRANSITION_REFUSED, False)
