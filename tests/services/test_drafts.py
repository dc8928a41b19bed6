"""What a doctor writes is never lost: not by the network, not by a restart, not by another case."""

from pathlib import Path

import pytest

from app.net.errors import Refused
from app.services.drafts import AnswersRecord, KeptAnswer
from app.session.case import ContentEdited, Saved
from app.session.notices import Good, Trouble
from protocol.consultation import Action, CaseContent, Phase
from protocol.errors import ErrorCode
from tests.fakes.api import House, refusal
from tests.fakes.examples import DOCTOR, consultation, content, named, person, row
from tests.services.conftest import Desk, SitDown


async def write(desk: Desk, **words: object) -> CaseContent:
    text = content(**words)
    await desk.cases.edit(text)
    return text


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_what_is_typed_reaches_the_server_by_itself(doctor: Desk, house: House) -> None:
    id_ = await doctor.cases.new_case()
    text = await write(doctor)
    assert house.cases[id_].content == text
    assert doctor.case.content_saved is Saved.SERVER


async def test_saved_words_leave_no_copy_on_this_computer(doctor: Desk) -> None:
    await doctor.cases.new_case()
    await write(doctor)
    assert files(doctor.folder) == []


async def test_without_network_the_words_are_kept_sealed(doctor: Desk, house: House) -> None:
    id_ = await doctor.cases.new_case()
    house.online = False
    await write(doctor)
    assert doctor.case.content_saved is Saved.LOCAL
    (kept,) = files(doctor.folder)
    assert kept.name == f"{id_.hex}.sealed"
    assert "何小溪".encode() not in kept.read_bytes()


async def test_kept_words_are_sent_exactly_once_when_the_network_is_back(
    doctor: Desk, house: House
) -> None:
    id_ = await doctor.cases.new_case()
    house.online = False
    text = await write(doctor)
    house.online = True
    await doctor.cases.send_kept()
    await doctor.cases.send_kept()
    assert house.cases[id_].content == text
    assert house.asked["save_case"] == 1
    assert doctor.case.content_saved is Saved.SERVER
    assert files(doctor.folder) == []


async def test_a_case_begun_without_network_is_made_once(doctor: Desk, house: House) -> None:
    house.online = False
    id_ = await doctor.cases.new_case()
    text = await write(doctor)
    house.online = True
    await doctor.cases.send_kept()
    assert list(house.cases) == [id_]
    assert house.cases[id_].content == text
    assert doctor.case.consultation.summary.number


async def test_when_only_the_answer_was_lost_the_newer_words_win(
    doctor: Desk, house: House
) -> None:
    house.online = False
    id_ = await doctor.cases.new_case()
    house.online, house.lose_answers = True, True
    await write(doctor, reason="咳嗽")
    house.lose_answers = False
    await write(doctor, reason="咳嗽三周，加重两天")
    assert list(house.cases) == [id_]
    assert house.cases[id_].content.reason == "咳嗽三周，加重两天"
    assert files(doctor.folder) == []


async def test_kept_words_survive_a_restart(doctor: Desk, house: House, sit_down: SitDown) -> None:
    id_ = await doctor.cases.new_case()
    house.online = False
    text = await write(doctor)
    again = sit_down(DOCTOR)
    house.online = True
    await again.cases.open(id_)
    assert again.case.content == text
    assert Good.DRAFT_RESTORED in again.told()


async def test_words_typed_while_images_arrive_are_saved_on_the_newer_version(
    doctor: Desk, house: House
) -> None:
    id_ = await doctor.cases.new_case()
    house.change(id_, version=7)
    text = await write(doctor)
    assert house.cases[id_].content == text
    assert house.cases[id_].summary.version == 8


async def test_opening_another_case_first_saves_the_words_of_this_one(
    doctor: Desk, house: House
) -> None:
    first = await doctor.cases.new_case()
    second = await doctor.cases.new_case()
    await doctor.cases.open(first)
    doctor.session.apply(ContentEdited(first, content()))
    await doctor.cases.open(second)
    assert house.cases[first].content == content()


async def test_words_of_one_case_never_get_into_another(doctor: Desk, house: House) -> None:
    first = await doctor.cases.new_case()
    second = await doctor.cases.new_case()
    await doctor.cases.edit(content(), of=first)
    assert doctor.case.id == second
    assert doctor.case.content.patient is None
    assert house.cases[second].content.patient is None


async def test_a_case_that_left_the_draft_elsewhere_is_not_overwritten(
    doctor: Desk, house: House
) -> None:
    id_ = await doctor.cases.new_case()
    house.change(id_, version=5, phase=Phase.QUEUED, status="pending")
    house.refuse["save_case"] = refusal(ErrorCode.STALE_VERSION)
    await write(doctor)
    assert house.cases[id_].content.patient is None
    assert ErrorCode.STALE_VERSION in doctor.told()


async def test_submitting_sends_the_newest_words_first(doctor: Desk, house: House) -> None:
    id_ = await doctor.cases.new_case()
    house.online = False
    text = await write(doctor)
    house.online = True
    await doctor.cases.submit()
    assert house.cases[id_].content == text
    assert house.cases[id_].summary.phase is Phase.QUEUED
    assert Good.CASE_SUBMITTED in doctor.told()


async def test_an_incomplete_case_says_what_is_missing(doctor: Desk, house: House) -> None:
    await doctor.cases.new_case()
    problem = refusal(ErrorCode.INCOMPLETE_CASE).problem.model_copy(
        update={"missing": ("consent",)}
    )
    house.refuse["transition"] = Refused(problem)
    await doctor.tasks.start(doctor.cases.submit())
    assert doctor.told()[ErrorCode.INCOMPLETE_CASE]["what"] == "consent"


async def test_a_new_case_without_network_says_so_and_can_be_written(
    doctor: Desk, house: House
) -> None:
    house.online = False
    await doctor.cases.new_case()
    assert Trouble.SERVER_UNREACHABLE in doctor.told()
    assert doctor.case.consultation.summary.phase is Phase.EDITING


async def test_another_person_on_this_computer_does_not_send_my_words(
    doctor: Desk, house: House
) -> None:
    from tests.fakes.examples import account

    await doctor.cases.new_case()
    house.online = False
    await write(doctor)
    other = Desk(house, account("赵医生"), doctor.folder)
    house.online = True
    await other.cases.send_kept()
    assert house.asked["save_case"] == 0
    await other.close()


@pytest.mark.parametrize("wrong", [b"", b"HZ1", b"HZ1" + bytes(64)])
async def test_a_damaged_draft_does_not_keep_the_case_from_opening(
    doctor: Desk, house: House, wrong: bytes
) -> None:
    id_ = await doctor.cases.new_case()
    (doctor.folder / "drafts").mkdir(parents=True)
    (doctor.folder / "drafts" / f"{id_.hex}.sealed").write_bytes(wrong)
    await doctor.cases.open(id_)
    assert doctor.case.id == id_ != named("other")


async def test_answers_that_were_kept_go_out_also_before_they_are_shown_again(
    doctor: Desk, house: House
) -> None:
    """The case was opened a moment ago, or the program started anew."""
    asked = row(phase=Phase.AWAITING_INFORMATION, requester=person(DOCTOR))
    case = house.add(consultation(asked, checklist=("薄层CT", "Smoking history")))
    answers = (
        KeptAnswer(item="薄层CT", done=True, text=""),
        KeptAnswer(item="Smoking history", done=False, text="30 pack years"),
    )
    await doctor.drafts.keep_answers(
        AnswersRecord(consultation_id=case.summary.id, account_id=DOCTOR.id, answers=answers)
    )
    await doctor.cases.open(case.summary.id)
    await doctor.cases.submit()
    (sent,) = house.transitions
    assert sent.action is Action.RESUBMIT
    assert sent.checklist == ("薄层CT ✓", "Smoking history: 30 pack years")
