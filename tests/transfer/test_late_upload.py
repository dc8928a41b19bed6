"""Images that a clinic adds to a case it has submitted, through the process that sends them."""

import asyncio

import pytest

from app.transfer.messages import CancelUpload, ImageStage, Import, NetworkBack, UploadState
from protocol.imaging import StudyProgress
from tests.transfer.conftest import Clinic
from tests.transfer.desk import Desk, count

pytestmark = pytest.mark.live
EARLY, LATE = 3, 8
"""More late ones than can be on the way at once: some have not begun when they are stopped."""
SIZE = 256
IMAGE_BYTES = 2 * SIZE * SIZE


async def submitted(clinic: Clinic) -> tuple[Desk, str]:
    """The case went out with the first images; the others come into the folder now."""
    study = clinic.write_study(EARLY + LATE, SIZE)
    folder = clinic.pictures / "series"
    late = {path: path.read_bytes() for path in sorted(folder.iterdir())[EARLY:]}
    for path in late:
        path.unlink()
    desk = await clinic.open_desk()
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: state.verified)
    answer = await asyncio.to_thread(clinic.valley.doctor.act, clinic.case_id, "submit")
    assert answer.status_code == 200, answer.text
    for path, data in late.items():
        path.write_bytes(data)
    return desk, study


async def progress(clinic: Clinic) -> StudyProgress:
    (found,) = await clinic.on_server()
    return found


async def test_late_images_are_counted_while_they_come_and_verified_at_the_end(
    clinic: Clinic,
) -> None:
    desk, _ = await submitted(clinic)
    place = len(desk.events)
    clinic.line.stall_after(IMAGE_BYTES)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: count(state, ImageStage.SENDING) >= 1, after=place)
    half = await progress(clinic)
    assert (half.late_declared, half.verified, half.late_received < LATE) == (LATE, False, True)
    clinic.line.go_on()
    await desk.until(
        UploadState, lambda s: s.verified and len(s.images) == EARLY + LATE, after=place
    )
    whole = await progress(clinic)
    assert (whole.declared, whole.late_received, whole.verified) == (EARLY + LATE, LATE, True)


async def test_late_images_that_are_stopped_leave_the_case_as_it_was(clinic: Clinic) -> None:
    desk, study = await submitted(clinic)
    place = len(desk.events)
    clinic.line.stall_after(IMAGE_BYTES)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: count(state, ImageStage.SENDING) >= 1, after=place)
    await clinic.line.until_stalled()
    desk.link.send(CancelUpload(consultation_id=clinic.case_id, study_instance_uid=study))
    await desk.until(UploadState, lambda state: state.cancelled, after=place)
    clinic.line.go_on()
    desk.link.send(NetworkBack())
    await desk.until(UploadState, lambda state: state.cancelled and not state.declared, after=place)
    left = await progress(clinic)
    assert (left.declared, left.late_declared, left.verified) == (EARLY, 0, True)
