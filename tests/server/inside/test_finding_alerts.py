"""Whom a critical finding reaches outside of the program, and when it is needed no longer."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from protocol import paths
from protocol.on_call import AlertState, AlertWhy
from server.store.on_call import Alert
from tests.server.in_process import InProcess
from tests.server.inside.test_eligibility import disable
from tests.server.people import Someone, Valley
from tests.server.signing import report_of, signed, signing_key
from tests.server.test_report import drafted


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    """It can send mail as far as the rows say; nothing is sent."""
    made = InProcess(
        tmp_path_factory.mktemp("server"), smtp_host="mail.example", smtp_from="hub@mail.example"
    )
    yield made
    made.end()


def sign(server: InProcess, valley: Valley) -> str:
    case_id = drafted(valley, critical=True, critical_finding="右侧张力性气胸")
    report = report_of(valley.expert, case_id, signed_at=server.clock.now())
    assert signed(valley.expert, case_id, report, signing_key(valley.expert)).is_success
    return case_id


def alerts(server: InProcess, case_id: str) -> list[Alert]:
    async def read() -> list[Alert]:
        async with server.store.reading() as work:
            found = await work.on_call.of_cases([case])
            return found.get(case, [])

    case = UUID(case_id)
    return [one for one in server.run(read()) if one.why.value.startswith("finding")]


def told(server: InProcess, case_id: str, why: AlertWhy) -> set[object]:
    return {one.account_id for one in alerts(server, case_id) if one.why is why}


def reachable(valley: Valley, *people: Someone) -> None:
    for person in people:
        contact = {"mail": f"{person.username}@clinic.example", "phone": ""}
        assert valley.town.admin.send(
            "PUT", paths.CONTACT, contact, account_id=person.id
        ).is_success


def test_a_clinic_at_its_program_hears_it_there_only(server: InProcess, valley: Valley) -> None:
    reachable(valley, valley.doctor)
    server.connect(valley.doctor)
    assert alerts(server, sign(server, valley)) == []
    server.disconnect(valley.doctor)
    (alert,) = alerts(server, sign(server, valley))
    assert (alert.account_id, alert.state) == (valley.doctor.id, AlertState.WAITING)


def test_what_nobody_reads_back_reaches_the_clinic_again_and_dispatchers_who_are_away(
    server: InProcess, valley: Valley
) -> None:
    there = valley.town.person("dispatcher", institution=valley.hospital)
    away = valley.town.person("dispatcher", institution=valley.hospital)
    reachable(valley, valley.doctor, there, away)
    server.connect(valley.doctor)
    server.connect(there)
    case_id = sign(server, valley)
    server.pass_time(10 * 60 + 1)
    late = told(server, case_id, AlertWhy.FINDING_OVERDUE)
    assert late >= {valley.doctor.id, away.id}
    assert there.id not in late
    server.disconnect(valley.doctor)
    server.disconnect(there)


def test_where_who_asked_is_gone_their_clinic_is_told(server: InProcess, valley: Valley) -> None:
    colleague = valley.town.person("requester", institution=valley.clinic)
    elsewhere = valley.town.person("requester", institution=valley.town.institution("clinic"))
    reachable(valley, valley.doctor, colleague, elsewhere)
    case_id = sign(server, valley)
    assert told(server, case_id, AlertWhy.FINDING) == {valley.doctor.id}
    disable(valley, valley.doctor)
    server.pass_time(10 * 60 + 1)
    late = told(server, case_id, AlertWhy.FINDING_OVERDUE)
    assert colleague.id in late
    assert late.isdisjoint({valley.doctor.id, elsewhere.id})


def test_a_message_whose_finding_was_read_back_meanwhile_is_not_sent(
    server: InProcess, valley: Valley
) -> None:
    reachable(valley, valley.doctor)
    case_id = sign(server, valley)
    valley.doctor.act(case_id, "read_back", reason="气胸，现在穿刺", told="护士长")
    server.run(server.built.delivery.send_due())
    assert alerts(server, case_id) == [], "dropped"


def test_who_cannot_be_told_is_told_to_the_dispatchers(server: InProcess, valley: Valley) -> None:
    dispatcher = valley.town.person("dispatcher", institution=valley.hospital)
    case_id = sign(server, valley)
    newest = dispatcher.get(paths.NOTIFICATIONS)["items"][0]
    assert (newest["code"], newest["consultation_id"]) == ("finding_not_told", case_id)
