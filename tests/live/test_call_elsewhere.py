"""A call of one case is never ended by opening another without a word."""

from uuid import UUID

import pytest
from PySide6.QtWidgets import QMessageBox

from app.commands.wishes import WishClaim, WishJoinCall, WishOpenCase
from app.session.call import CallPhase
from protocol.paths import CONSULTATION
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.people import Valley, submitted_case
from tests.server.process import ServerProcess

pytestmark = pytest.mark.live


async def join(person: Clinician) -> None:
    person.wish(WishJoinCall())
    await person.until(lambda: person.state.call.phase is CallPhase.IN, "the call")


def opened(person: Clinician) -> str:
    assert person.state.case is not None
    return str(person.state.case.id)


@pytest.mark.allow_logs("a media process that is let go as the program ends may take its time")
def test_who_opens_another_case_in_a_call_is_asked_first(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    talking, other = submitted_case(valley), submitted_case(valley)
    valley.expert.take(talking)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        await person.open_case(talking)
        await join(person)
        person.wish(WishOpenCase(UUID(other)))
        question = await person.see(QMessageBox, "endCallQuestion")
        assert question.defaultButton().objectName() == "stayInCall"
        await person.click("stayInCall")
        assert person.state.call.phase is CallPhase.IN
        assert opened(person) == talking
        person.wish(WishOpenCase(UUID(other)))
        await person.click("endCallAndOpen")
        await person.until(lambda: opened(person) == other, "the other case")
        await person.until(lambda: person.state.call.phase is CallPhase.OUT, "the end of the call")

    at_desk({server.url: server.ca}, part)


@pytest.mark.allow_logs("a media process that is let go as the program ends may take its time")
def test_who_takes_another_case_in_a_call_is_asked_first(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    talking = submitted_case(valley)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        person.wish(WishClaim(UUID(talking)))
        await person.until(lambda: person.state.case is not None, "the case")
        await join(person)
        other = submitted_case(valley)
        person.wish(WishClaim(UUID(other)))
        await person.click("stayInCall")
        assert person.state.call.phase is CallPhase.IN
        assert (
            valley.doctor.get(CONSULTATION, consultation_id=other)["summary"]["phase"] != "claimed"
        )
        person.wish(WishOpenCase(UUID(talking)))
        await person.until(lambda: opened(person) == talking, "the case of the call, unasked")
        assert person.state.call.phase is CallPhase.IN

    at_desk({server.url: server.ca}, part)
