"""The window locks itself, and comes back by the password, with everything that was in it."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit

from app.commands.identity_wishes import WishLock
from app.commands.wishes import WishJoinCall, WishSignOut
from app.session.call import CallPhase
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.people import (
    ADMIN,
    PASSWORD,
    Town,
    Valley,
    make_valley,
    open_case,
    submitted_case,
)
from tests.server.process import ServerProcess

pytestmark = pytest.mark.live
PATIENT = "何小溪"


def in_sight(person: Clinician) -> str:
    """Every word of every window of the program that can be seen."""
    words = []
    for window in QApplication.topLevelWidgets():
        if not window.isVisible():
            continue
        words.append(window.windowTitle())
        words += [one.text() for one in window.findChildren(QLabel) if one.isVisible()]
        words += [one.text() for one in window.findChildren(QLineEdit) if one.isVisible()]
        words += [
            one.toPlainText() for one in window.findChildren(QPlainTextEdit) if one.isVisible()
        ]
    return "\n".join(words)


async def lock(person: Clinician) -> None:
    person.wish(WishLock())
    await person.read("Locked")


async def unlock(person: Clinician) -> None:
    await person.write("unlockPassword", PASSWORD)
    await person.click("unlockWindow")
    await person.until(lambda: person.desk.window.isVisible(), "the window as it was")


def test_nothing_of_the_patient_is_in_sight_and_half_a_sentence_comes_back(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    case_id = open_case(valley)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        await person.open_case(case_id)
        await person.write("findings", "Half a sent")
        assert PATIENT in in_sight(person)
        await lock(person)
        seen = in_sight(person)
        assert PATIENT not in seen
        assert "Half a sent" not in seen
        assert not person.desk.window.isVisible()
        await person.write("unlockPassword", "not my password")
        await person.click("unlockWindow")
        await person.read("User name or password is not right.")
        await unlock(person)
        field = await person.see(QPlainTextEdit, "findings")
        assert field.toPlainText() == "Half a sent"
        assert person.state.case is not None
        assert str(person.state.case.id) == case_id

    at_desk({server.url: server.ca}, part)


def test_a_call_goes_on_behind_it_and_can_be_muted_and_ended(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    case_id = submitted_case(valley)
    valley.expert.take(case_id)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        await person.open_case(case_id)
        person.wish(WishJoinCall())
        await person.until(lambda: person.state.call.phase is CallPhase.IN, "the call")
        await lock(person)
        await person.read("Your call goes on")
        assert PATIENT not in in_sight(person)
        await person.click("lockMute")
        await person.until(lambda: person.state.call.muted, "silence")
        assert person.state.call.phase is CallPhase.IN
        await person.click("lockLeaveCall")
        await person.until(lambda: person.state.call.phase is CallPhase.OUT, "the end of the call")
        await person.until(lambda: "Your call goes on" not in person.screen(), "its buttons gone")
        await unlock(person)

    at_desk({server.url: server.ca}, part)


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[ServerProcess]:
    """A site that wants windows locked after half a minute."""
    process = ServerProcess(tmp_path / "strict", {"HUIZHEN_LOCK_AFTER_S": "30"})
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        yield process


@pytest.mark.allow_logs("the server is away for a moment")
def test_it_locks_by_itself_as_the_site_wants_and_unlocks_without_a_network(
    at_desk: Play, strict: ServerProcess
) -> None:
    town = Town(strict.url, ssl.create_default_context(cafile=str(strict.ca)))
    valley = make_valley(town)

    async def part(person: Clinician) -> None:
        await person.sign_in(strict.url, valley.doctor.username)
        watch = person.desk.identity.watch
        assert watch.after_s == 30, "sooner than what is chosen on this computer"
        watch._touched -= 30  # as if nobody had been there
        await person.read("Locked")
        strict.stop()
        await unlock(person)
        assert watch.after_s == 30, "and it will lock again"
        await lock(person)
        person.wish(WishSignOut())
        await person.until(person.program.sign_in.isVisible, "the sign-in window")
        assert PATIENT not in in_sight(person)

    try:
        at_desk({strict.url: strict.ca}, part)
    finally:
        town.close()
