"""A dispatcher at the real window: assigns what nobody took, and takes a case back by force."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.models.board import CardProps
from app.views.board_cards import CardList
from app.views.board_experts import ExpertList
from protocol.consultation import Action, Phase
from protocol.queue import Presence
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.conftest import trusting
from tests.server.people import Valley, submitted_case
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in

pytestmark = pytest.mark.live


def phase_of(person: Clinician, case_id: str) -> Phase | None:
    cases = person.state.board.cases
    return next((c.summary.phase for c in cases if str(c.summary.id) == case_id), None)


async def look_at(person: Clinician, case_id: str) -> None:
    """Clicks the card of a case and waits for its candidates."""
    lists = [lane.list for lane in person.desk.window.board.lanes.values()]

    def found() -> bool:
        return any(str(c.id) == case_id for one in lists for c in _cards(one))

    await person.until(found, "the card")
    cards = next(one for one in lists if any(str(c.id) == case_id for c in _cards(one)))
    row = next(n for n, card in enumerate(_cards(cards)) if str(card.id) == case_id)
    index = cards.cards.index(row, 0)
    cards.scrollTo(index)
    QTest.mouseClick(
        cards.viewport(), Qt.MouseButton.LeftButton, pos=cards.visualRect(index).center()
    )
    await person.until(
        lambda: str(person.state.board.chosen) == case_id and person.state.board.candidates,
        "the candidates",
    )


def _cards(one: CardList) -> list[CardProps]:
    rows = (one.cards.row_at(n) for n in range(one.cards.rowCount()))
    return [card for card in rows if card is not None]


def test_an_escalated_case_is_assigned_and_one_at_work_is_taken_back(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    dispatcher = valley.town.person("dispatcher", institution=valley.hospital, name="周调度")
    second = valley.another_expert("王专家")
    held = submitted_case(valley)
    second.take(held)
    for action in ("accept", "start_reading"):
        assert second.act(held, action).status_code == 200

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, dispatcher.username)
        escalated = submitted_case(valley)
        await person.until(
            lambda: phase_of(person, escalated) is Phase.DISPATCHING, "the escalated case"
        )
        token = valley.expert.tokens.access_token
        async with signed_in(server.url, trusting(server.ca), token) as line:
            await line.hear("offer_rang")  # it rings whoever arrives; declined: with us again
            answer = valley.expert.act(
                escalated, "decline", decline_reason="too_busy", reason="手术中"
            )
            assert answer.status_code == 200
            token = second.tokens.access_token
            async with signed_in(server.url, trusting(server.ca), token) as other:
                await person.until(lambda: _present(person, second.id), "the second expert")
                await look_at(person, escalated)
                await _choose(person, second.id)
                await person.click("boardAssign")
                await person.read("who is being rung")
                rang = await other.hear("offer_rang")
                assert rang["offer"]["consultation"]["id"] == escalated
                await look_at(person, held)
                await person.click("boardRelease")
                reason = await person.see(QLineEdit, "boardReasonReason")
                reason.insert("下夜班")  # QTest has no keys for Chinese
                await person.click("boardReasonConfirm")
                await person.read("was taken back from 王专家")
                await person.until(
                    lambda: phase_of(person, held) not in (None, Phase.READING), "the case back"
                )

    at_desk({server.url: server.ca}, part)
    events = valley.doctor.get("/v1/consultations/{consultation_id}/timeline", consultation_id=held)
    taken = next(one for one in events if one["action"] == Action.RELEASE.value)
    assert (taken["role"], taken["reason"]) == ("dispatcher", "下夜班")


def _present(person: Clinician, expert_id: object) -> bool:
    return any(
        one.person.id == expert_id and one.presence.presence is not Presence.OFFLINE
        for one in person.state.board.experts
    )


async def _choose(person: Clinician, expert_id: object) -> None:
    experts = await person.see(ExpertList, "boardExperts")
    await person.until(lambda: experts.experts.row_of(expert_id) >= 0, "the expert's row")
    experts.setCurrentIndex(experts.experts.index(experts.experts.row_of(expert_id), 0))
