"""Uploads resume after every kind of break, and are done only when the server says so."""

import asyncio

import cv2
import numpy as np
import pytest

from app.imaging.errors import Reason
from app.store.files_of import FilesOf
from app.transfer.messages import (
    CancelUpload,
    EndSession,
    ImageStage,
    Import,
    ImportEnded,
    NetworkBack,
    Ready,
    UploadState,
)
from tests.server.images import declare, file_bytes, new_study, stow
from tests.transfer.conftest import Clinic
from tests.transfer.desk import count

pytestmark = pytest.mark.live
IMAGE_BYTES = 2 * 256 * 256
IMAGE_PIXELS = 1024 * 1024
CONNECTIONS = 4
SOME = (CONNECTIONS + 2) * IMAGE_BYTES
"""After so many bytes at least one image has gone up whole, however they are spread."""


async def test_a_folder_is_imported_sent_and_verified_by_the_server(clinic: Clinic) -> None:
    study = clinic.write_study(images=5)
    desk = await clinic.open_desk()
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    ended = await desk.until(ImportEnded)
    assert ended.imported == 5
    assert ended.left_out == ()
    assert [patient.patient_id for patient in ended.patients] == ["QS-2026-0042"]
    done = await desk.until(UploadState, lambda state: state.verified)
    assert done.study_instance_uid == study
    assert done.modalities == ("CT",)
    assert count(done, ImageStage.VERIFIED) == 5
    (progress,) = await clinic.on_server()
    assert progress.verified
    assert progress.received == 5


async def test_nothing_counts_as_verified_before_the_server_has_said_so(clinic: Clinic) -> None:
    clinic.write_study(images=8, size=256)
    desk = await clinic.open_desk()
    clinic.line.stall_after(SOME)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    half = await desk.until(UploadState, lambda state: count(state, ImageStage.SENT) >= 1)
    assert not half.verified
    clinic.line.go_on()
    await desk.until(UploadState, lambda state: state.verified)
    for state in desk.events:
        if isinstance(state, UploadState) and count(state, ImageStage.VERIFIED):
            assert state.verified


async def test_a_truncated_file_and_a_text_file_are_left_out_with_a_reason(clinic: Clinic) -> None:
    clinic.write_study(images=3)
    whole = (clinic.pictures / "series" / "IM0002").read_bytes()
    (clinic.pictures / "series" / "IM0002").write_bytes(whole[:-200])
    (clinic.pictures / "notes.dcm").write_text("the patient was told to come again")
    desk = await clinic.open_desk()
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    ended = await desk.until(ImportEnded)
    assert ended.imported == 2
    assert {one.name: one.code for one in ended.left_out} == {
        "IM0002": Reason.TRUNCATED,
        "notes.dcm": Reason.NOT_DICOM,
    }
    done = await desk.until(UploadState, lambda state: state.verified)
    assert len(done.images) == 2


def photograph() -> bytes:
    noise = np.random.default_rng(2).integers(0, 256, (40, 60, 3)).astype(np.uint8)
    return bytes(cv2.imencode(".jpg", noise)[1])


async def test_photographs_chosen_themselves_go_with_the_case_and_those_on_a_disc_do_not(
    clinic: Clinic,
) -> None:
    clinic.write_study(images=1)
    (clinic.pictures / "viewer-logo.jpg").write_bytes(photograph())
    chosen = clinic.pictures.parent / "IMG_0007.jpg"
    chosen.write_bytes(photograph())
    desk = await clinic.open_desk()
    of = FilesOf(patient_name="=何小溪^", patient_id="QS-2026-0042", description="资料")
    paths = (clinic.pictures, chosen)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=paths, files_of=of))
    ended = await desk.until(ImportEnded)
    assert ended.imported == 2
    assert [one.name for one in ended.left_out] == ["viewer-logo.jpg"]
    await desk.until(UploadState, lambda state: state.verified and "CT" in state.modalities)
    done = await desk.until(UploadState, lambda state: state.verified and "OT" in state.modalities)
    assert done.description == "资料"
    assert sorted(one.declared for one in await clinic.on_server()) == [1, 1]


@pytest.mark.allow_logs("the window logs that its process was killed")
async def test_a_killed_process_is_started_again_and_sends_only_what_is_missing(
    clinic: Clinic,
) -> None:
    clinic.write_study(images=12, size=256)
    desk = await clinic.open_desk()
    clinic.line.stall_after(SOME + 2 * IMAGE_BYTES)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: count(state, ImageStage.SENT) >= 3)
    place = len(desk.events)
    desk.kill()
    assert await desk.died() == (-9, True)
    await clinic.line.away()
    (before,) = await clinic.on_server()
    assert 3 <= before.received < 12
    await clinic.line.back()
    sent_before = clinic.line.sent
    await desk.until(Ready, after=place)
    desk.send_open()
    told = await desk.until(UploadState, after=place)
    assert told.declared
    assert not told.verified
    # No new session is given: the process goes on with its own.
    done = await desk.until(UploadState, lambda state: state.verified, after=place)
    assert count(done, ImageStage.VERIFIED) == 12
    again = clinic.line.sent - sent_before
    assert again < (12 - before.received) * (IMAGE_BYTES + 4096) + 16384


async def test_a_server_that_goes_away_pauses_the_upload_and_its_return_resumes_it(
    clinic: Clinic,
) -> None:
    clinic.write_study(images=8, size=256)
    desk = await clinic.open_desk()
    clinic.line.stall_after(SOME)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: count(state, ImageStage.SENT) >= 1)
    await clinic.line.away()
    paused = await desk.until(UploadState, lambda state: state.paused)
    assert paused.bytes_per_second == 0
    assert count(paused, ImageStage.SENDING) == 0
    place = len(desk.events)
    await clinic.line.back()
    desk.link.send(NetworkBack())
    done = await desk.until(UploadState, lambda state: state.verified, after=place)
    assert not done.paused


async def test_an_upload_cut_in_the_middle_of_an_image_is_sent_again_whole(clinic: Clinic) -> None:
    clinic.write_study(images=3, size=512)
    desk = await clinic.open_desk()
    clinic.line.cut_after(IMAGE_BYTES)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: state.paused)
    desk.link.send(NetworkBack())
    await desk.until(UploadState, lambda state: state.verified)
    (progress,) = await clinic.on_server()
    assert (progress.declared, progress.received) == (3, 3)


async def test_a_large_image_goes_on_where_the_line_broke(clinic: Clinic) -> None:
    """Two megabytes whose line breaks after one and a half: what has arrived is not sent again."""
    clinic.write_study(images=1, size=1024)
    desk = await clinic.open_desk()
    clinic.line.cut_after(3 * IMAGE_PIXELS // 2)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: state.paused)
    desk.link.send(NetworkBack())
    await desk.until(UploadState, lambda state: state.verified)
    assert clinic.line.sent < 1.3 * 2 * IMAGE_PIXELS


@pytest.mark.allow_logs("the window logs that its process was killed")
async def test_a_large_image_goes_on_after_its_process_was_killed(clinic: Clinic) -> None:
    clinic.write_study(images=1, size=1024)
    desk = await clinic.open_desk()
    clinic.line.stall_after(3 * IMAGE_PIXELS // 2)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await clinic.line.until_stalled()
    place = len(desk.events)
    desk.kill()
    await desk.died()
    clinic.line.go_on()
    await desk.until(Ready, after=place)
    desk.send_open()
    await desk.until(UploadState, lambda state: state.verified, after=place)
    assert clinic.line.sent < 1.3 * 2 * IMAGE_PIXELS


async def test_the_window_may_close_while_images_are_sent(clinic: Clinic) -> None:
    clinic.write_study(images=6, size=256)
    desk = await clinic.open_desk()
    clinic.line.stall_after(2 * IMAGE_BYTES)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: count(state, ImageStage.SENDING) >= 1)
    await desk.link.close(when_done=True)
    clinic.line.go_on()
    async with asyncio.timeout(40):
        assert await desk.link.wait() == 0
    (progress,) = await clinic.on_server()
    assert progress.verified


async def test_what_was_being_sent_at_sign_out_is_sent_and_the_session_ends_with_it(
    clinic: Clinic,
) -> None:
    clinic.write_study(images=6, size=256)
    desk = await clinic.open_desk()
    clinic.line.stall_after(2 * IMAGE_BYTES)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: count(state, ImageStage.SENDING) >= 1)
    kept = clinic.profile / "transfer" / "session.sealed"
    assert kept.exists()
    desk.link.send(EndSession(when_done=True))
    await desk.link.close(when_done=True)
    clinic.line.go_on()
    async with asyncio.timeout(40):
        assert await desk.link.wait() == 0
    (progress,) = await clinic.on_server()
    assert progress.verified
    assert not kept.exists()


async def test_a_new_window_takes_over_from_the_process_of_the_old_one(clinic: Clinic) -> None:
    clinic.write_study(images=6, size=256)
    old = await clinic.open_desk()
    clinic.line.stall_after(3 * IMAGE_BYTES)
    old.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await old.until(UploadState, lambda state: count(state, ImageStage.SENDING) >= 1)
    new = await clinic.open_desk()
    assert await old.died() == (75, False)
    clinic.line.go_on()
    done = await new.until(UploadState, lambda state: state.verified)
    assert len(done.images) == 6


def gone(state: UploadState) -> bool:
    return state.cancelled and not state.declared


async def test_a_cancelled_upload_leaves_the_outbox_and_the_case(clinic: Clinic) -> None:
    study = clinic.write_study(images=4, size=256)
    desk = await clinic.open_desk()
    clinic.line.stall_after(IMAGE_BYTES)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: count(state, ImageStage.SENDING) >= 1)
    clinic.line.go_on()
    desk.link.send(CancelUpload(consultation_id=clinic.case_id, study_instance_uid=study))
    await desk.until(UploadState, gone)
    assert [path for path in (clinic.profile / "outbox").rglob("*") if path.is_file()] == []
    assert await clinic.on_server() == []
    answer = await asyncio.to_thread(clinic.valley.doctor.act, clinic.case_id, "submit")
    assert answer.status_code == 200, answer.text


async def test_a_verified_study_and_one_of_another_computer_are_taken_out_of_a_draft(
    clinic: Clinic,
) -> None:
    study = clinic.write_study(images=2)
    desk = await clinic.open_desk()
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: state.verified)
    slices = new_study(1)
    files = [file_bytes(one) for one in slices]
    others = slices[0].StudyInstanceUID
    doctor, case = clinic.valley.doctor, str(clinic.case_id)
    await asyncio.to_thread(declare, doctor, case, slices, files)
    for uid in (study, others):
        place = len(desk.events)
        desk.link.send(CancelUpload(consultation_id=clinic.case_id, study_instance_uid=uid))
        await desk.until(UploadState, gone, after=place)
    assert await clinic.on_server() == []
    assert [path for path in (clinic.profile / "outbox").rglob("*") if path.is_file()] == []


async def test_a_study_the_server_holds_more_of_says_how_many_once(clinic: Clinic) -> None:
    clinic.write_study(images=3)
    first, *rest = sorted((clinic.pictures / "series").iterdir())
    await asyncio.to_thread(stow, clinic.valley.doctor, [one.read_bytes() for one in rest])
    desk = await clinic.open_desk()
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(first,)))
    told = await desk.until(UploadState, lambda state: state.others > 0)
    assert told.others == 2
    assert [image.code for image in told.images] == [None]
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    done = await desk.until(UploadState, lambda state: state.verified)
    assert done.others == 0


@pytest.mark.allow_logs("the process is killed")
async def test_a_cancellation_without_network_is_told_later_even_after_a_crash(
    clinic: Clinic,
) -> None:
    study = clinic.write_study(images=6, size=256)
    desk = await clinic.open_desk()
    clinic.line.stall_after(SOME)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: count(state, ImageStage.SENT) >= 1)
    await clinic.line.until_stalled()
    desk.link.send(CancelUpload(consultation_id=clinic.case_id, study_instance_uid=study))
    await desk.until(UploadState, lambda state: state.cancelled)
    (progress,) = await clinic.on_server()
    assert progress.declared == 6
    place = len(desk.events)
    desk.kill()
    await desk.until(Ready, after=place)
    clinic.line.go_on()
    desk.send_open()
    await desk.until(UploadState, gone, after=place)
    assert await clinic.on_server() == []


async def test_what_was_cancelled_and_imported_again_in_part_is_verified_without_the_rest(
    clinic: Clinic,
) -> None:
    study = clinic.write_study(images=6, size=256)
    desk = await clinic.open_desk()
    clinic.line.stall_after(SOME)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: count(state, ImageStage.SENT) >= 1)
    desk.link.send(CancelUpload(consultation_id=clinic.case_id, study_instance_uid=study))
    await desk.until(UploadState, lambda state: state.cancelled)
    last = clinic.pictures / "series" / "IM0006"
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(last,)))
    await desk.until(UploadState, lambda state: not state.cancelled and len(state.images) == 1)
    clinic.line.go_on()
    desk.link.send(NetworkBack())
    await desk.until(UploadState, lambda state: state.verified)
    (progress,) = await clinic.on_server()
    assert (progress.declared, progress.verified) == (1, True)


async def test_images_added_later_are_declared_together_with_those_already_there(
    clinic: Clinic,
) -> None:
    clinic.write_study(images=4)
    late = clinic.pictures / "series" / "IM0004"
    kept = late.read_bytes()
    late.unlink()
    desk = await clinic.open_desk()
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: state.verified)
    place = len(desk.events)
    late.write_bytes(kept)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(late,)))
    await desk.until(
        UploadState, lambda state: state.verified and len(state.images) == 4, after=place
    )
    (progress,) = await clinic.on_server()
    assert progress.verified
    assert progress.declared == 4


async def test_an_import_before_anybody_is_online_is_sent_with_the_next_session(
    clinic: Clinic,
) -> None:
    clinic.write_study(images=2)
    desk = await clinic.open_desk(signed_in=False)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(ImportEnded)
    waiting = await desk.until(UploadState)
    assert not waiting.declared
    await asyncio.to_thread(desk.use, clinic.valley.doctor, clinic.line.url, clinic.ca)
    await desk.until(UploadState, lambda state: state.verified)


async def test_no_file_on_the_disk_tells_a_patient_or_a_picture(clinic: Clinic) -> None:
    clinic.write_study(images=3, size=256)
    desk = await clinic.open_desk()
    clinic.line.stall_after(IMAGE_BYTES)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: count(state, ImageStage.SENDING) >= 1)
    files = [path for path in clinic.profile.rglob("*") if path.is_file()]
    assert len(files) >= 4
    for path in files:
        assert b"QS-2026-0042" not in path.read_bytes()
        assert b"DICM" not in path.read_bytes()
        assert "何" not in path.name
