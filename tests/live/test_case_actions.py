"""What an expert and a clinic do with a case between claim and report, at the real windows."""

from uuid import UUID

import pytest
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QTableView,
)

from app.commands.wishes import Page, WishClaim, WishOpenCase, WishPage
from protocol import paths
from protocol.consultation import Phase
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import Valley, open_case, submitted_case
from tests.server.process import ServerProcess

pytestmark = pytest.mark.live


def phase_of(person: Clinician) -> Phase | None:
    case = person.state.case
    return case.consultation.summary.phase if case else None


async def reads(person: Clinician, case_id: str) -> None:
    """Takes the case and has it open, ready to be acted on."""
    person.wish(WishClaim(UUID(case_id)))
    await person.until(lambda: phase_of(person) is Phase.READING, "reading")
    await person.see(QPushButton, "caseActions")


async def choose(person: Clinician, action: str) -> None:
    await person.click("caseActions")
    await person.click(f"action_{action}")


def test_an_expert_asks_for_more_and_goes_on_when_the_clinic_has_answered(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    case_id = submitted_case(valley)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await reads(person, case_id)
        await choose(person, "ask_information")
        await person.click("ask_0")
        await person.write("askOwn", "Smoking history")
        await person.click("actionConfirm")
        await person.read("Waiting for the clinic; the clocks stand still:")
        await person.write("report_findings", "Written while waiting")
        await person.read("Saved on this computer")
        asked = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)["checklist"]
        assert asked[1] == "Smoking history"
        answers = [f"{asked[0]} ✓", "Smoking history: 30 pack years"]
        back = valley.doctor.act(case_id, "resubmit", checklist=answers)
        assert back.status_code == 200, back.text
        await person.read("The clinic answered what you asked for in ")
        await person.read("Smoking history: 30 pack years")
        await person.click("resumeCase")
        await person.until(lambda: phase_of(person) is Phase.DRAFTING, "writing again")
        await person.until(lambda: _written(valley, case_id), "the words on the server")

    at_desk({server.url: server.ca}, part)


def _written(valley: Valley, case_id: str) -> bool:
    draft = valley.expert.get(paths.OPINION, consultation_id=case_id)
    return bool(draft["opinion"]["findings"] == "Written while waiting")


def test_the_clinic_is_told_answers_and_sends_the_case_again(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    case_id = submitted_case(valley)
    valley.expert.take(case_id)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        asked = ["薄层CT", "Smoking history"]
        answer = valley.expert.act(case_id, "ask_information", checklist=asked)
        assert answer.status_code == 200, answer.text
        await person.read("asks for more about ")
        person.wish(WishPage(Page.NOTIFICATIONS))
        table = await person.see(QTableView, "notificationTable")
        await person.until(lambda: table.model().rowCount() == 3, "what was told")
        table.selectRow(0)
        await person.click("openNotification")
        await person.click("asked_done_0")
        await person.until(lambda: person.state.notifications.unread == 2, "what was read")
        await person.write("asked_answer_1", "30 pack years")
        person.desk.window.case_form.flush()
        # Somebody is called away: what was answered is there again.
        person.wish(WishOpenCase(UUID(case_id)))
        await person.until(lambda: _answer(person) == "30 pack years", "the kept answer")
        await person.click("submit")
        await person.read("the expert has it again")
        view = valley.expert.get(paths.CONSULTATION, consultation_id=case_id)
        assert view["checklist"] == ["薄层CT ✓", "Smoking history: 30 pack years"]
        assert view["summary"]["phase"] == "accepted"

    at_desk({server.url: server.ca}, part)


def _answer(person: Clinician) -> str:
    field = person.desk.window.findChild(QLineEdit, "asked_answer_1")
    assert field is not None
    return field.text()


async def hands_over(person: Clinician, case_id: str) -> None:
    await reads(person, case_id)
    await choose(person, "assign")
    listed = await person.see(QListWidget, "handOverList")
    await person.until(
        lambda: listed.count() and "王专家" in listed.item(0).text(), "the candidates"
    )
    listed.setCurrentRow(0)
    await person.write("handOverNote", "Needs a cardiologist")
    await person.click("actionConfirm")
    await person.read("王专家 is being rung for ")


def test_a_case_handed_over_stays_until_the_other_takes_it(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    other, case_id = valley.another_expert("王专家"), submitted_case(valley)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await hands_over(person, case_id)
        assert phase_of(person) is Phase.READING
        ring = next(one for one in other.get(paths.OFFERS) if one["consultation"]["id"] == case_id)
        assert ring["note"] == "Needs a cardiologist"
        other.take(case_id)
        await person.read("王专家 has taken over ")
        assert person.desk.window.page is Page.WORK

    at_desk({server.url: server.ca}, part)


def test_a_hand_over_that_is_declined_is_told_with_its_reason(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    other, case_id = valley.another_expert("王专家"), submitted_case(valley)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await hands_over(person, case_id)
        refused = other.act(case_id, "decline", decline_reason="too_busy", reason="in theatre")
        assert refused.status_code == 200, refused.text
        await person.read("王专家 did not take over ")
        assert ": in theatre. You still hold the case." in person.screen()
        assert phase_of(person) is Phase.READING

    at_desk({server.url: server.ca}, part)


def test_an_appointment_reaches_the_clinic_and_nobody_is_absent_before_its_time(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    case_id = submitted_case(valley)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await reads(person, case_id)
        await choose(person, "schedule")
        await person.click("actionConfirm")
        await person.read("Appointment: ")
        row = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)["summary"]
        assert (row["phase"], bool(row["scheduled_for"])) == ("scheduled", True)
        await person.click("caseActions")
        await person.see(QPushButton, "action_release")
        assert person.desk.window.findChild(QPushButton, "action_record_no_show") is None

    at_desk({server.url: server.ca}, part)


def test_a_wish_to_end_the_case_is_read_and_refused_with_a_reason(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    case_id = submitted_case(valley)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await reads(person, case_id)
        asked = valley.doctor.act(case_id, "request_abort", reason="sent to the city")
        assert asked.status_code == 200, asked.text
        await person.read("The clinic asks to end this case: sent to the city")
        await person.click("refuseAbort")
        await person.write("actionReason", "the report is nearly done")
        await person.click("actionConfirm")
        await person.until(
            lambda: "The clinic asks to end" not in person.screen(), "the wish to be answered"
        )
        view = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
        assert view["abort_requested"] is False

    at_desk({server.url: server.ca}, part)


def test_a_suspended_case_leads_to_the_list_and_its_draft_is_there_again(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    case_id = submitted_case(valley)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await reads(person, case_id)
        await person.write("report_findings", "Nodule, 9 mm")
        await person.read("Saved ")
        await choose(person, "suspend")
        await person.write("actionReason", "called to theatre")
        await person.click("actionConfirm")
        await person.read("is suspended. Open it to go on where you were.")
        assert person.desk.window.page is Page.WORK
        assert phase_of(person) is Phase.SUSPENDED
        await person.click("openNotice")
        await person.until(lambda: phase_of(person) is Phase.READING, "reading again")
        words = await person.see(QPlainTextEdit, "report_findings")
        await person.until(lambda: words.toPlainText() == "Nodule, 9 mm", "the draft")

    at_desk({server.url: server.ca}, part)


def with_images(valley: Valley) -> str:
    """A submitted case with one series of eight slices."""
    case_id, slices = open_case(valley), new_study(8, 64)
    files = [file_bytes(one) for one in slices]
    declare(valley.doctor, case_id, slices, files)
    assert stow(valley.doctor, files).is_success
    answer = valley.doctor.act(case_id, "submit")
    assert answer.status_code == 200, answer.text
    return case_id


def test_the_exact_workspace_is_there_again_after_another_case(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    case_id, other = with_images(valley), submitted_case(valley)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await reads(person, case_id)
        viewer, workspace = person.desk.viewer, person.desk.window.workspace
        await person.until(lambda: len(viewer.series) and viewer.state, "the picture")
        await person.until(lambda: len(viewer.series[0].slices) == 8, "every slice")
        viewer.grid.set_layout(1, 2)
        viewer.grid.activate(viewer.grid.cells[0])
        viewer.scroll_to(5)
        viewer.set_window(-600.0, 1500.0)
        workspace.show_part("record", visible=True)
        workspace.tabs["record"].setCurrentIndex(1)
        left = (viewer.arranger.take_down(), viewer.active.ref)
        await choose(person, "suspend")
        await person.write("actionReason", "called to theatre")
        await person.click("actionConfirm")
        await person.until(lambda: phase_of(person) is Phase.SUSPENDED, "the suspended case")
        sealed = person.program.profile.folder / "workplaces"
        kept = b"".join(path.read_bytes() for path in sealed.iterdir())
        assert kept
        assert viewer.series[0].series_instance_uid.encode() not in kept
        await reads(person, other)
        await person.until(lambda: not viewer.series, "the other case without pictures")
        workspace.tabs["record"].setCurrentIndex(0)
        viewer.grid.set_layout(1, 1)
        await person.open_case(case_id)
        await person.until(lambda: viewer.active.ref == left[1], "the slice it was left at")
        assert viewer.arranger.take_down() == left[0]
        assert viewer.state is not None
        assert viewer.state.window == (-600.0, 1500.0)
        assert workspace.tabs["record"].currentIndex() == 1
        await person.until(lambda: phase_of(person) is Phase.READING, "reading again")

    at_desk({server.url: server.ca}, part)


def test_where_experts_pull_the_head_is_passed_over_with_a_reason_and_the_next_one_taken(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    line = {"department": valley.department, "mode": "pull"}
    assert valley.town.admin.send("PUT", paths.SERVICE_LINES, line).is_success

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        first, second = submitted_case(valley), submitted_case(valley)
        await person.until(lambda: shown_to(person) == [first], "the head alone")
        await person.read("Experts pull: the next case comes after this one.")
        await person.click("passOver")
        await person.write("passOverText", "in theatre")
        await person.click("passOverConfirm")
        await person.until(lambda: shown_to(person) == [second], "the next one")
        await person.click("claim")
        await person.until(lambda: phase_of(person) is Phase.READING, "reading")
        (passed,) = [
            one
            for one in valley.doctor.get(paths.TIMELINE, consultation_id=first)
            if one["action"] == "decline"
        ]
        assert passed["reason"].endswith("in theatre")

    at_desk({server.url: server.ca}, part)


def shown_to(person: Clinician) -> list[str]:
    return [str(one.id) for one in person.state.queue.waiting.items]
