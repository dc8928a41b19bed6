"""An expert who changed the computer, or whose case was suspended, goes on at the window."""

from uuid import UUID

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from app.commands.wishes import WishRelease
from protocol.consultation import Phase
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.people import Valley, submitted_case
from tests.server.process import ServerProcess

pytestmark = pytest.mark.live


async def goes_on(person: Clinician, case_id: str) -> None:
    await person.open_case(case_id)
    await person.click("resumeCase")
    await person.until(lambda: person.state.case and person.state.case.claim, "the claim")
    await person.until(lambda: _phase(person) is Phase.READING, "reading")
    await person.see(QPlainTextEdit, "report_findings")
    await person.write("report_findings", "Gone on")
    await person.read("Saved ")


def _phase(person: Clinician) -> Phase | None:
    case = person.state.case
    return case.consultation.summary.phase if case else None


def test_a_case_held_from_another_computer_is_taken_up_here(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    case_id = submitted_case(valley)
    valley.expert.take(case_id)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await goes_on(person, case_id)

    at_desk({server.url: server.ca}, part)


def test_a_suspended_case_is_gone_on_with(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    for action, reason in (("accept", ""), ("start_reading", ""), ("suspend", "called away")):
        answer = valley.expert.act(case_id, action, reason=reason)
        assert answer.status_code == 200, answer.text

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await goes_on(person, case_id)

    at_desk({server.url: server.ca}, part)


def test_a_case_given_back_with_a_reason_waits_again(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    case_id = submitted_case(valley)
    valley.expert.take(case_id)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await goes_on(person, case_id)
        person.wish(WishRelease("not my field"))
        await person.until(
            lambda: person.state.queue.waiting.find(UUID(case_id)), "the case in the queue"
        )

    at_desk({server.url: server.ca}, part)
