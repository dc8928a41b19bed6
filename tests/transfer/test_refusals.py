"""What the server will not have is told with its reason; sessions end without losing images."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from pydicom import dcmread

from app.store.outbox import Outbox, PendingImport
from app.store.sealed import Sealer
from app.transfer.messages import ImageStage, Import, ImportEnded, SessionOver, UploadState
from app.transfer.reasons import TransferReason
from protocol import paths
from protocol.account import Role
from tests.server.images import file_bytes, stow
from tests.server.people import open_case
from tests.transfer.conftest import Clinic
from tests.transfer.desk import KEY, count

pytestmark = pytest.mark.live


async def test_an_image_the_server_holds_differently_is_refused_and_the_study_not_verified(
    clinic: Clinic,
) -> None:
    clinic.write_study(images=3)
    changed = dcmread(clinic.pictures / "series" / "IM0002")
    changed.StudyDescription = "changed"
    answer = await asyncio.to_thread(stow, clinic.valley.doctor, [file_bytes(changed)])
    assert answer.status_code == 200
    desk = await clinic.open_desk()
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    told = await desk.until(
        UploadState,
        lambda state: count(state, ImageStage.REFUSED) == 1 and count(state, ImageStage.SENT) == 2,
    )
    (refused,) = [one for one in told.images if one.stage is ImageStage.REFUSED]
    assert refused.sop_instance_uid == changed.SOPInstanceUID
    assert refused.code is TransferReason.OTHER_IMAGE_ON_SERVER
    assert not told.verified
    (progress,) = await clinic.on_server()
    assert not progress.verified


async def test_images_of_a_closed_case_are_refused_with_a_reason(clinic: Clinic) -> None:
    clinic.write_study(images=2)
    answer = await asyncio.to_thread(clinic.valley.doctor.act, clinic.case_id, "withdraw")
    assert answer.status_code == 200, answer.text
    desk = await clinic.open_desk()
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    told = await desk.until(UploadState, lambda state: count(state, ImageStage.REFUSED) == 2)
    assert {image.code for image in told.images} == {TransferReason.CASE_CLOSED}


async def test_a_session_that_the_server_ended_is_told_and_a_new_one_goes_on(
    clinic: Clinic,
) -> None:
    clinic.write_study(images=2)
    desk = await clinic.open_desk()
    await asyncio.to_thread(
        clinic.valley.town.admin.send,
        "PATCH",
        paths.ACCOUNT,
        {"disabled": True},
        account_id=clinic.valley.doctor.id,
    )
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(SessionOver)
    await asyncio.to_thread(
        clinic.valley.town.admin.send,
        "PATCH",
        paths.ACCOUNT,
        {"disabled": False},
        account_id=clinic.valley.doctor.id,
    )
    again = await asyncio.to_thread(clinic.valley.town.sign_in, clinic.valley.doctor.username)
    await asyncio.to_thread(desk.use, again, clinic.line.url, clinic.ca)
    await desk.until(UploadState, lambda state: state.verified)
    again.http.close()


async def test_what_one_account_imported_is_not_sent_by_another(clinic: Clinic) -> None:
    clinic.write_study(images=2)
    desk = await clinic.open_desk()
    clinic.line.stall_after(0)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(ImportEnded)
    nurse = await asyncio.to_thread(
        clinic.valley.town.person, Role.REQUESTER.value, institution=clinic.valley.clinic
    )
    hers = UUID(await asyncio.to_thread(open_case, replace(clinic.valley, doctor=nurse)))
    clinic.line.go_on()
    await asyncio.to_thread(desk.use, nurse, clinic.line.url, clinic.ca)
    clinic.write_study(images=1)
    first = clinic.pictures / "series" / "IM0001"
    desk.link.send(Import(consultation_id=hers, paths=(first,)))
    await desk.until(UploadState, lambda state: state.consultation_id == hers and state.verified)
    assert await clinic.on_server() == []
    await asyncio.to_thread(desk.use, clinic.valley.doctor, clinic.line.url, clinic.ca)
    await desk.until(
        UploadState, lambda state: state.consultation_id == clinic.case_id and state.verified
    )


async def test_an_import_that_a_power_cut_ended_begins_again(clinic: Clinic) -> None:
    clinic.write_study(images=3)
    left = PendingImport(
        consultation_id=clinic.case_id, account_id=None, paths=(str(clinic.pictures),)
    )
    await asyncio.to_thread(Outbox(clinic.profile, Sealer(KEY)).begin_import, left)
    desk = await clinic.open_desk()
    assert (await desk.until(ImportEnded)).imported == 3
    await desk.until(UploadState, lambda state: state.verified)
    assert list((clinic.profile / "imports").iterdir()) == []


@pytest.mark.parametrize("heavy", ["httpx", "pydicom", "cryptography", "numpy", "websockets"])
def test_the_windows_side_loads_nothing_heavy(heavy: str) -> None:
    code = f"import sys, app.transfer.link; sys.exit({heavy!r} in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
