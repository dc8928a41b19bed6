"""Who was refused what stands in the audit trail, and nobody floods it with refusals."""

from uuid import uuid4

from sqlalchemy import select

from protocol import paths
from server.store.tables import AuditRow
from tests.server.in_process import InProcess
from tests.server.people import Someone, Valley, make_valley, open_case, submitted_case


def noted(server: InProcess, who: Someone) -> list[tuple[str, str, str]]:
    """Resource, target and outcome of what somebody was refused."""

    async def read() -> list[tuple[str, str, str]]:
        async with server.store.reading() as work:
            asked = (
                select(AuditRow.resource, AuditRow.target, AuditRow.outcome)
                .where(AuditRow.account_id == who.id, AuditRow.outcome.is_not(None))
                .order_by(AuditRow.id)
            )
            rows = await work.session.execute(asked)
            return [(row.resource, row.target, row.outcome or "") for row in rows]

    return server.run(read())


def test_who_asked_for_a_case_of_others_is_noted_once(server: InProcess, valley: Valley) -> None:
    case_id, stranger = open_case(valley), make_valley(valley.town).expert
    for _ in range(5):
        answer = stranger.send("GET", paths.CONSULTATION, consultation_id=case_id)
        assert answer.json()["code"] == "not_found"
    assert noted(server, stranger) == [("consultation", case_id, "not_a_member")]


def test_what_is_done_to_a_case_says_what_for(server: InProcess, valley: Valley) -> None:
    case_id = submitted_case(valley)
    dispatcher = valley.town.person("dispatcher", institution=valley.hospital)
    for reader in (valley.doctor, dispatcher):
        reader.get(paths.CONSULTATION, consultation_id=case_id)

    async def read() -> dict[object, object]:
        async with server.store.reading() as work:
            asked = select(AuditRow.account_id, AuditRow.purpose).where(
                AuditRow.target == case_id, AuditRow.access == "read"
            )
            return {row.account_id: row.purpose for row in await work.session.execute(asked)}

    found = server.run(read())
    assert (found[valley.doctor.id], found[dispatcher.id]) == ("TREAT", "HOPERAT")


def test_a_case_that_is_not_there_is_not_noted(server: InProcess, valley: Valley) -> None:
    stranger = valley.expert
    assert stranger.send("GET", paths.CONSULTATION, consultation_id=uuid4()).status_code == 404
    assert noted(server, stranger) == []


def test_what_ones_roles_do_not_allow_is_noted(server: InProcess, valley: Valley) -> None:
    assert valley.doctor.http.get(paths.ACCOUNTS).status_code == 403
    assert noted(server, valley.doctor) == [("operation", f"GET {paths.ACCOUNTS}", "forbidden")]


def test_nobody_floods_the_trail(server: InProcess, valley: Valley) -> None:
    stranger = make_valley(valley.town).expert
    for _ in range(30):
        stranger.send("GET", paths.CONSULTATION, consultation_id=open_case(valley))
    assert len(noted(server, stranger)) == 20
