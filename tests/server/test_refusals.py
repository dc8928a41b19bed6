"""Who was refused what stands in the audit trail, and nobody floods it with refusals."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from protocol import paths
from server.store.tables import AuditRow
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import Someone, Valley, make_valley, open_case, submitted_case


@pytest.fixture
def house(tmp_path: Path) -> Iterator[InProcess]:
    made = InProcess(tmp_path)
    yield made
    made.end()


@pytest.fixture
def within(house: InProcess) -> Iterator[TownWithin]:
    made = TownWithin(house)
    yield made
    made.close()


@pytest.fixture
def valley(within: TownWithin) -> Valley:
    return make_valley(within)


def noted(house: InProcess, who: Someone) -> list[tuple[str, str, str]]:
    """Resource, target and outcome of what somebody was refused."""

    async def read() -> list[tuple[str, str, str]]:
        async with house.store.reading() as work:
            asked = (
                select(AuditRow.resource, AuditRow.target, AuditRow.outcome)
                .where(AuditRow.account_id == who.id, AuditRow.outcome.is_not(None))
                .order_by(AuditRow.id)
            )
            rows = await work.session.execute(asked)
            return [(row.resource, row.target, row.outcome or "") for row in rows]

    return house.run(read())


def test_who_asked_for_a_case_of_others_is_noted_once(
    house: InProcess, within: TownWithin, valley: Valley
) -> None:
    case_id, stranger = open_case(valley), make_valley(within).expert
    for _ in range(5):
        answer = stranger.send("GET", paths.CONSULTATION, consultation_id=case_id)
        assert answer.json()["code"] == "not_found"
    assert noted(house, stranger) == [("consultation", case_id, "not_a_member")]


def test_what_is_done_to_a_case_says_what_for(
    house: InProcess, within: TownWithin, valley: Valley
) -> None:
    case_id = submitted_case(valley)
    dispatcher = within.person("dispatcher", institution=valley.hospital)
    for reader in (valley.doctor, dispatcher):
        reader.get(paths.CONSULTATION, consultation_id=case_id)

    async def read() -> dict[object, object]:
        async with house.store.reading() as work:
            asked = select(AuditRow.account_id, AuditRow.purpose).where(
                AuditRow.target == case_id, AuditRow.access == "read"
            )
            return {row.account_id: row.purpose for row in await work.session.execute(asked)}

    found = house.run(read())
    assert (found[valley.doctor.id], found[dispatcher.id]) == ("TREAT", "HOPERAT")


def test_a_case_that_is_not_there_is_not_noted(house: InProcess, within: TownWithin) -> None:
    stranger = make_valley(within).expert
    assert stranger.send("GET", paths.CONSULTATION, consultation_id=uuid4()).status_code == 404
    assert noted(house, stranger) == []


def test_what_ones_roles_do_not_allow_is_noted(house: InProcess, valley: Valley) -> None:
    assert valley.doctor.http.get(paths.ACCOUNTS).status_code == 403
    assert noted(house, valley.doctor) == [("operation", f"GET {paths.ACCOUNTS}", "forbidden")]


def test_nobody_floods_the_trail(house: InProcess, within: TownWithin, valley: Valley) -> None:
    stranger = make_valley(within).expert
    for _ in range(30):
        stranger.send("GET", paths.CONSULTATION, consultation_id=open_case(valley))
    assert len(noted(house, stranger)) == 20
