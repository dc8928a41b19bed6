"""What is missing of a study goes to the server with it, and refused images can be left out."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread

from app.store.inbox import Inbox
from app.store.sealed import Sealer
from app.transfer.inbox import InboxKeeper
from app.transfer.messages import GoWithout, ImageStage, Import, UploadState
from protocol.shortfall import Shortfall
from tests.server.images import file_bytes, new_study
from tests.transfer.conftest import Clinic
from tests.transfer.desk import KEY, count
from tests.transfer.intake_desk import job
from tests.transfer.test_finding import WRITER, damaged_disc, disc
from tests.transfer.test_inbox import send

pytestmark = pytest.mark.live


async def on_case(clinic: Clinic) -> Any:
    (progress,) = await clinic.on_server()
    return progress


async def test_a_study_goes_on_without_its_damaged_image_and_the_server_is_told(
    clinic: Clinic,
) -> None:
    uid = clinic.write_study(images=4)
    damaged = dcmread(clinic.pictures / "series" / "IM0002")
    damaged.PixelData = damaged.PixelData[:1000]
    (clinic.pictures / "series" / "IM0002").write_bytes(file_bytes(damaged))
    desk = await clinic.open_desk()
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(
        UploadState,
        lambda one: count(one, ImageStage.REFUSED) == 1 and count(one, ImageStage.SENT) == 3,
    )
    assert not (await on_case(clinic)).verified
    desk.link.send(GoWithout(consultation_id=clinic.case_id, study_instance_uid=uid))
    told = await desk.until(UploadState, lambda one: one.verified)
    assert len(told.images) == 3
    progress = await on_case(clinic)
    assert (progress.declared, progress.verified) == (3, True)
    assert progress.shortfall == Shortfall(left_out=1)


async def test_what_the_archive_announced_goes_with_the_study_until_all_is_there(
    clinic: Clinic,
) -> None:
    slices = new_study(3)
    uid = str(slices[0].StudyInstanceUID)
    keeper = InboxKeeper(Inbox(clinic.profile, Sealer(KEY)), reserve_bytes=0)
    for one in slices[:2]:
        assert await asyncio.to_thread(send, keeper, one) == 0
    keeper.fetched(job(), uid, 3, whole=False)
    await keeper.close()
    desk = await clinic.open_desk()
    given = Import(consultation_id=clinic.case_id, paths=(), inbox_studies=(uid,))
    desk.link.send(given)
    await desk.until(UploadState, lambda one: one.verified)
    assert (await on_case(clinic)).shortfall == Shortfall(expected=3)


@pytest.mark.allow_logs(WRITER)
async def test_what_a_damaged_disc_lacks_goes_with_the_case_until_a_whole_one_is_imported(
    clinic: Clinic, tmp_path: Path
) -> None:
    slices = new_study(6, 32)
    home = damaged_disc(tmp_path / "disc", slices)
    (home / "DICOMDIR").unlink()
    desk = await clinic.open_desk()
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(home,)))
    await desk.until(UploadState, lambda one: one.verified and len(one.images) == 3)
    told = await on_case(clinic)
    assert told.verified
    assert told.shortfall == Shortfall(damaged=1, unplaced=1)
    assert told.shortfall.is_short(3)
    whole = disc(tmp_path / "whole", slices)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(whole,)))
    await desk.until(UploadState, lambda one: one.verified and len(one.images) == 6)
    assert (await on_case(clinic)).shortfall == Shortfall()
