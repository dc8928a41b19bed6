"""The auditor's window: warned, searching, and seeing nothing of any patient."""

import pytest
from PySide6.QtWidgets import QComboBox, QTableView

from app.commands.wishes import Page
from protocol import paths
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.live.test_break_glass import WHY, number_of
from tests.live.test_signed_in import choose
from tests.server.people import Town, Valley, make_valley, submitted_case
from tests.server.process import ServerProcess

pytestmark = pytest.mark.live


def cells(table: QTableView) -> list[list[str]]:
    model = table.model()
    return [
        [str(model.index(row, col).data()) for col in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_an_auditor_is_warned_and_finds_who_did_what_to_a_case(
    at_desk: Play, server: ServerProcess, town: Town, valley: Valley
) -> None:
    case_id = submitted_case(valley)
    number = number_of(valley, case_id)
    stranger = make_valley(town).expert
    body = {"number": number, "reason": WHY}
    assert stranger.send("POST", paths.EMERGENCY_ACCESS, body).status_code == 201
    auditor = town.person("auditor", name="赵审计")

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, auditor.username)
        await person.until(lambda: person.desk.window.page is Page.AUDIT, "the page it opens with")
        await choose(person, "auditAlerts", f"Opened {number} in an emergency")
        person.desk.window.audit.tabs.setCurrentIndex(1)
        await person.write("auditNumber", number.lower())
        box = await person.see(QComboBox, "auditResource")
        box.setCurrentIndex(box.findText("Emergency access"))
        await person.click("searchAudit")
        table = await person.see(QTableView, "auditTable")
        await person.until(lambda: len(cells(table)) == 1, "one line", lambda: cells(table))
        (line,) = cells(table)
        assert line[1] == f"陈专家 ({stranger.username})"
        assert line[2:5] == ["Did", "Emergency access", number]
        assert line[5] == "127.0.0.1"
        assert "何小溪" not in person.screen() + str(cells(table))

    at_desk({server.url: server.ca}, part)


def test_a_long_trail_goes_on_where_it_ended(
    at_desk: Play, server: ServerProcess, town: Town, valley: Valley
) -> None:
    for _ in range(105):
        valley.doctor.get(paths.CONSULTATIONS)
    auditor = town.person("auditor", name="赵审计")

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, auditor.username)
        await person.until(lambda: person.desk.window.page is Page.AUDIT, "the page it opens with")
        person.desk.window.audit.tabs.setCurrentIndex(1)
        await person.write("auditWho", valley.doctor.username)
        await person.click("searchAudit")
        table = await person.see(QTableView, "auditTable")
        hers = valley.doctor.username
        await person.until(
            lambda: [hers in row[1] for row in cells(table)] == [True] * 100, "her first hundred"
        )
        await person.click("moreAudit")
        await person.until(lambda: len(cells(table)) > 105, "the rest")

    at_desk({server.url: server.ca}, part)
