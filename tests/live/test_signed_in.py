"""Where people are signed in, in the windows of who looks and of who is signed out."""

import pytest
from PySide6.QtWidgets import QTableView

from app.commands.wishes import Page, WishPage
from protocol import paths
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.people import Someone, Town, Valley
from tests.server.process import ServerProcess

pytestmark = pytest.mark.live


async def choose(person: Clinician, table: str, words: str) -> None:
    """The row that says these words."""
    view = await person.see(QTableView, table)

    def found() -> list[int]:
        model = view.model()
        cells = (
            (row, col) for row in range(model.rowCount()) for col in range(model.columnCount())
        )
        return [row for row, col in cells if words in str(model.index(row, col).data())]

    await person.until(found, f"a row with {words!r}")
    view.selectRow(found()[0])


def signed_out(person: Someone) -> bool:
    return person.http.get(paths.ME).status_code == 401


def test_a_lost_notebook_is_signed_out_from_the_settings(
    at_desk: Play, server: ServerProcess, valley: Valley, town: Town
) -> None:
    notebook = town.sign_in(valley.doctor.username, device="a lost notebook")

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        person.wish(WishPage(Page.SETTINGS))
        await choose(person, "ownSessions", "(this computer)")
        assert not person.desk.window.settings_page.sessions._end.isEnabled()
        await choose(person, "ownSessions", "a lost notebook")
        await person.click("endSession")
        await person.until(lambda: signed_out(notebook), "the end of that session")
        await person.click("endOtherSessions")
        await person.until(lambda: signed_out(valley.doctor), "the end of all others")
        assert person.program.desk is not None

    at_desk({server.url: server.ca}, part)


def test_a_security_officer_signs_somebody_out_everywhere_after_being_asked(
    at_desk: Play, server: ServerProcess, town: Town, valley: Valley
) -> None:
    officer = town.person("security", name="赵安全")

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, officer.username)
        await person.until(
            lambda: person.desk.window.page is Page.SECURITY, "the page it opens with"
        )
        await choose(person, "allSessions", valley.doctor.username)
        await person.click("endSomebodysSessions")
        await person.click("endAllYes")
        await person.until(lambda: signed_out(valley.doctor), "the end of their sessions")

    at_desk({server.url: server.ca}, part)


def test_who_was_signed_out_reads_why(
    at_desk: Play, server: ServerProcess, town: Town, valley: Valley
) -> None:
    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        path = paths.ACCOUNT_SESSIONS
        assert town.admin.send("DELETE", path, account_id=valley.doctor.id).status_code == 204
        await person.until(lambda: person.program.desk is None, "the way out")
        await person.read("This computer was signed out by you elsewhere")

    at_desk({server.url: server.ca}, part)
