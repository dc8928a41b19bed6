"""A clinic asks for an MDT; the chair reads all opinions and signs the minutes, at real windows."""

import ssl
from uuid import UUID

import pytest
from PySide6.QtWidgets import QComboBox, QPushButton

from app.commands.wishes import WishClaim
from app.session.call import CallPhase
from app.session.case import Saved
from app.views.comparison import ComparisonWindow
from protocol import paths
from protocol.consultation import Phase
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.live.test_case_actions import choose, phase_of
from tests.server.people import PASSWORD, Valley, submitted_case
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in
from tests.server.test_mdt import CHEST_SAYS, HEART_SAYS, begin, give, read_report

pytestmark = pytest.mark.live


def may_write(person: Clinician) -> bool:
    """The claim is held here, and the draft as the server knows it is on the screen."""
    case = person.state.case
    held = case is not None and case.claim is not None and case.opinion_saved is Saved.SERVER
    return held and phase_of(person) is Phase.DRAFTING


def test_the_clinic_asks_and_sees_where_each_opinion_is(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    heart = valley.another_expert("王专家")
    case_id = submitted_case(valley)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        await person.open_case(case_id)
        await choose(person, "ask_mdt")
        chair = await person.see(QComboBox, "mdtChair")
        await person.until(lambda: chair.findData(str(valley.expert.id)) >= 0, "the chairs")
        chair.setCurrentIndex(chair.findData(str(valley.expert.id)))
        for number in (0, 1):
            department = await person.see(QComboBox, f"mdtDepartment_{number}")
            department.setEditText(valley.department)
        expert = await person.see(QComboBox, "mdtExpert_0")
        await person.until(lambda: expert.findData(str(heart.id)) >= 0, "the experts")
        expert.setCurrentIndex(expert.findData(str(heart.id)))
        await person.write("mdtReason", "Heart and lung")
        await person.click("actionConfirm")
        await person.read("MDT: 0 of 2 opinions are signed.")
        seen = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
        opinions = seen["summary"]["mdt"]["opinions"]
        give(heart, opinions[0]["consultation_id"], HEART_SAYS)
        await person.read("MDT: 1 of 2 opinions are signed.")
        await person.read("王专家: signed")

    at_desk({server.url: server.ca}, part)


def test_the_chair_compares_notes_a_dissent_and_signs(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    mdt = begin(valley)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        person.wish(WishClaim(UUID(mdt.case_id)))
        await person.until(lambda: may_write(person), "the draft")
        await person.read("MDT: 0 of 2 opinions are signed.")
        give(mdt.heart, mdt.heart_case, HEART_SAYS)
        give(mdt.chest, mdt.chest_case, CHEST_SAYS)
        await person.read("All opinions of the MDT on")
        await person.click("compareOpinions")
        window = await person.see(ComparisonWindow, "comparison")
        await person.until(lambda: HEART_SAYS in person.screen(), "the opinions")
        await person.click("closeComparison")
        await person.until(lambda: not window.isVisible(), "the window closed")
        for name in ("findings", "impression", "recommendation"):
            await person.write(f"report_{name}", f"Conclusion: {name}")
        await person.click("dissents_1")
        await person.click("dissentQuote_1")
        await person.read("In their own words")
        sign = await person.see(QPushButton, "sign")
        await person.until(sign.isEnabled, "it may be signed")
        await person.click("sign")
        await person.write("signPassword", PASSWORD)
        await person.click("signConfirm")
        await person.read("Signature verified")
        await person.read("赵专家, in their own words: ")

    at_desk({server.url: server.ca}, part)
    report = read_report(valley.doctor, mdt.case_id)
    (dissent,) = report.opinion.dissents
    assert (dissent.words, dissent.quoted) == (CHEST_SAYS, True)


def test_who_gave_an_opinion_joins_the_call_of_the_round(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    context = ssl.create_default_context(cafile=str(server.ca))
    mdt = begin(valley)
    give(mdt.heart, mdt.heart_case, HEART_SAYS)
    give(mdt.chest, mdt.chest_case, CHEST_SAYS)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, mdt.heart.username)
        await person.open_case(mdt.heart_case)
        await person.read("The round meets in the case of its chair")
        await person.click("openOtherCase")
        await person.until(
            lambda: person.state.case is not None and str(person.state.case.id) == mdt.case_id,
            "the case of the chair",
        )
        async with signed_in(server.url, context, mdt.chair.tokens.access_token) as chair:
            await chair.join(mdt.case_id)
            await person.click("joinCall")
            await person.until(lambda: person.state.call.phase is CallPhase.IN, "the call")
            joined = await chair.hear(
                "call_changed", lambda frame: len(frame["call"]["participants"]) == 2
            )
            names = [one["display_name"] for one in joined["call"]["participants"]]
            assert names == ["陈专家", "王专家"]
            await person.click("leaveCall")

    at_desk({server.url: server.ca}, part)
