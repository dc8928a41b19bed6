"""A second pair of eyes reads a draft, and approves it or returns it, at the window."""

from uuid import UUID

import pytest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton

from app.commands.wishes import WishClaim, WishOpenCase
from protocol import paths
from protocol.consultation import Phase
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.live.test_case_actions import choose, phase_of
from tests.server.people import PASSWORD, Town, Valley, submitted_case
from tests.server.process import ServerProcess
from tests.server.signing import OPINION, approve, signing_key

pytestmark = pytest.mark.live


async def drafts(person: Clinician, case_id: str) -> None:
    person.wish(WishClaim(UUID(case_id)))
    await person.until(lambda: phase_of(person) is Phase.READING, "reading")
    await person.see(QPushButton, "caseActions")
    await person.write("report_findings", "A nodule")
    await person.until(lambda: phase_of(person) is Phase.DRAFTING, "writing")


def test_an_expert_asks_for_a_second_signature_and_writes_on_when_it_is_returned(
    at_desk: Play, server: ServerProcess, town: Town, valley: Valley
) -> None:
    case_id = submitted_case(valley)
    reviewer = town.person("reviewer", institution=valley.hospital)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await drafts(person, case_id)
        await choose(person, "request_review")
        await person.click("actionConfirm")
        await person.read("The draft waits for the second signature.")
        answer = reviewer.act(case_id, "return_from_review", reason="左右写反")
        assert answer.status_code == 200, answer.text
        await person.until(lambda: phase_of(person) is Phase.DRAFTING, "writing again")
        await person.read("returned the draft:")
        await person.read("左右写反")
        for name in ("impression", "recommendation"):
            await person.write(f"report_{name}", "Benign")
        await choose(person, "request_review")
        await person.click("actionConfirm")
        await person.read("The draft waits for the second signature.")
        assert approve(reviewer, case_id, signing_key(reviewer)).is_success
        await person.read("approved the draft: it can be signed.")
        await person.click("sign")
        await person.write("signPassword", PASSWORD)
        await person.click("signConfirm")
        await person.read("· also signed by")

    at_desk({server.url: server.ca}, part)


def test_a_reviewer_finds_the_draft_reads_it_and_approves(
    at_desk: Play, server: ServerProcess, town: Town, valley: Valley
) -> None:
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    for action in ("accept", "start_reading", "start_draft"):
        assert valley.expert.act(case_id, action).is_success
    body = {**valley.expert.claim[case_id], "opinion": OPINION}
    assert valley.expert.send("PUT", paths.OPINION, body, consultation_id=case_id).is_success
    assert valley.expert.act(case_id, "request_review").is_success
    reviewer = town.person("reviewer", institution=valley.hospital)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, reviewer.username)
        await person.until(
            lambda: [str(one.id) for one in person.state.queue.mine.items] == [case_id], "the list"
        )
        person.wish(WishOpenCase(UUID(case_id)))
        await person.until(lambda: phase_of(person) is Phase.AWAITING_REVIEW, "the case")
        await person.read("This draft waits for a reviewer")
        field = await person.see(QPlainTextEdit, "report_findings")
        assert field.toPlainText() == OPINION["findings"]
        assert field.isReadOnly()
        await choose(person, "approve")
        await person.write("actionPassword", PASSWORD)
        await person.click("actionConfirm")
        await person.until(lambda: phase_of(person) is not Phase.AWAITING_REVIEW, "approved")
        seen = valley.expert.get(paths.CONSULTATION, consultation_id=case_id)
        assert seen["summary"]["phase"] == "drafting"
        approval = valley.expert.get(paths.TIMELINE, consultation_id=case_id)[-1]
        assert approval["seal"] is not None, "by the reviewer's own key, which the window made"

    at_desk({server.url: server.ca}, part)
