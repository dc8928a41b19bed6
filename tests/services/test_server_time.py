"""Whatever this computer's clock says: what has legal weight is dated by the server's, time that is
left is counted by it, and who sits there is told."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.models.notices import derive_notice
from app.services.administration import AdministrationService
from app.services.link import LinkService
from app.session.administration import AdministrationLoaded
from app.session.link import Connected
from protocol.account import Account, Agreement, ChangeAgreement, Institution, NewAgreement
from protocol.base import new_id
from protocol.consultation import CaseContent, Consent
from protocol.socket import Pong, Welcome
from tests.fakes import examples
from tests.fakes.api import FakeApi, House
from tests.fakes.examples import DOCTOR, NOW
from tests.services.conftest import Desk, link_of

AHEAD = timedelta(days=1)
"""This computer is a day behind."""


def near(at: datetime | None) -> bool:
    return at is not None and abs(at - datetime.now(UTC) - AHEAD) < timedelta(minutes=1)


async def test_the_consent_of_a_patient_is_dated_by_the_server(doctor: Desk) -> None:
    await doctor.cases.new_case()
    doctor.session.apply(Connected(NOW, 0, AHEAD))
    ticked = Consent(given_by="何小溪", given_at=datetime.now(UTC))
    doctor.cases.note(CaseContent(consent=ticked))
    consent = doctor.case.content.consent
    assert consent is not None
    assert near(consent.given_at)
    named = consent.model_copy(update={"given_by": "何大溪"})
    doctor.cases.note(CaseContent(consent=named))
    assert doctor.case.content.consent == named, "its time stays"


class Asked(FakeApi):
    """A server of two houses, which keeps what it was asked for."""

    def __init__(self, agreement: Agreement) -> None:
        super().__init__(House(), examples.account())
        self.agreement = agreement
        self.bodies: list[NewAgreement | ChangeAgreement] = []

    async def add_agreement(self, body: NewAgreement) -> Agreement:
        self.bodies.append(body)
        return self.agreement

    async def change_agreement(self, id_: UUID, body: ChangeAgreement) -> Agreement:
        assert id_ == self.agreement.id
        self.bodies.append(body)
        return self.agreement

    async def institutions(self) -> tuple[Institution, ...]:
        return ()

    async def accounts(self) -> tuple[Account, ...]:
        return ()

    async def agreements(self) -> tuple[Agreement, ...]:
        return (self.agreement,)


async def test_agreements_begin_and_end_by_the_clock_of_the_server(doctor: Desk) -> None:
    doctor.session.apply(Connected(NOW, 0, AHEAD))
    clinic, hospital = new_id(), new_id()
    to_come = Agreement(
        id=new_id(),
        clinic_id=clinic,
        hospital_id=hospital,
        valid_from=datetime.now(UTC) + timedelta(days=9),
        valid_until=None,
    )
    asked = Asked(to_come)
    service = AdministrationService(doctor.session, asked)
    await service.add_agreement(clinic, hospital)
    doctor.session.apply(AdministrationLoaded((), (), (to_come,)))
    await service.end_agreement(to_come.id)
    begun, ended = asked.bodies
    assert isinstance(begun, NewAgreement)
    assert near(begun.valid_from)
    assert ended.valid_until == to_come.valid_from, "never begins, and not before it would have"


def told(desk: Desk) -> list[str]:
    return [derive_notice(notice).text for notice in desk.state.notices]


def pong(desk: Desk, link: LinkService, ahead: timedelta) -> None:
    link.received(Pong(sent_ms=1, server_time=NOW + ahead))
    assert desk.state.link.ahead == ahead


def welcome(ahead: timedelta) -> Welcome:
    return Welcome(account_id=DOCTOR.id, seq=0, server_time=NOW + ahead, replay_gap=False)


async def test_who_sits_at_a_wrong_clock_is_told_by_how_much_and_what_to_do(doctor: Desk) -> None:
    link = link_of(doctor, now=lambda: NOW)
    link.received(welcome(timedelta(minutes=7)))
    (said,) = told(doctor)
    assert said == (
        "The clock of this computer is 7 min slow. Times shown here follow the server; have the "
        "clock set."
    )
    await doctor.tasks.finish()


async def test_a_few_seconds_are_nobodys_matter_and_counted_by_the_server_all_the_same(
    doctor: Desk,
) -> None:
    link = link_of(doctor, now=lambda: NOW)
    link.received(welcome(timedelta(seconds=-20)))
    assert told(doctor) == []
    assert doctor.state.link.ahead == timedelta(seconds=-20)
    await doctor.tasks.finish()


async def test_a_clock_that_is_set_wrong_later_is_told_and_one_that_is_set_right_no_longer(
    doctor: Desk,
) -> None:
    link = link_of(doctor, now=lambda: NOW)
    link.received(welcome(timedelta()))
    pong(doctor, link, timedelta(minutes=-90))
    pong(doctor, link, timedelta(minutes=-95))
    assert told(doctor) == [
        (
            "The clock of this computer is 95 min fast. Times shown here follow the server; have "
            "the clock set."
        )
    ]
    pong(doctor, link, timedelta())
    assert told(doctor) == []
    await doctor.tasks.finish()


async def test_a_clock_that_runs_away_slowly_is_told_from_a_minute_on(doctor: Desk) -> None:
    link = link_of(doctor, now=lambda: NOW)
    link.received(welcome(timedelta()))
    pong(doctor, link, timedelta(seconds=50))
    assert told(doctor) == []
    pong(doctor, link, timedelta(seconds=65))
    (said,) = told(doctor)
    assert said.startswith("The clock of this computer is 1 min slow.")
    pong(doctor, link, timedelta(seconds=50))
    assert told(doctor) == []
    await doctor.tasks.finish()
