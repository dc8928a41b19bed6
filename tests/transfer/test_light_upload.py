"""Images go to the server in the form that is there soonest, and lose nothing on the way."""

import asyncio
import io
from argparse import Namespace
from pathlib import Path
from uuid import UUID

import httpx
import numpy as np
import pydicom
import pytest

from app.cli import restore
from app.imaging.dataset import open_object
from app.imaging.decode import is_lossy
from app.imaging.writing.recompress import restored
from app.transfer.messages import ImageStage, Import, ImportEnded, UploadState
from app.transfer.reasons import TransferReason
from protocol import paths
from tests.server.images import file_bytes, new_study
from tests.server.people import open_case
from tests.transfer.conftest import Clinic
from tests.transfer.desk import count

pytestmark = pytest.mark.live
SIDE, IMAGES = 256, 6


def write_smooth_study(folder: Path) -> tuple[str, list[bytes]]:
    """Slices that compress as anatomy does; answers the Study Instance UID and the files."""
    y, x = np.mgrid[:SIDE, :SIDE]
    folder.mkdir(parents=True)
    slices = new_study(IMAGES, SIDE)
    for number, one in enumerate(slices):
        pixels = 2000 + 1500 * np.sin((x + 9 * number) / 25) * np.cos(y / 19)
        one.PixelData = pixels.astype("<u2").tobytes()
    files = [file_bytes(one) for one in slices]
    for number, data in enumerate(files):
        (folder / f"IM{number}").write_bytes(data)
    return str(slices[0].StudyInstanceUID), files


async def verified(clinic: Clinic, case_id: UUID, *, with_loss: bool = False) -> None:
    desk = clinic.desks[-1]
    place = len(desk.events)
    wanted = Import(consultation_id=case_id, paths=(clinic.pictures,), with_loss=with_loss)
    desk.link.send(wanted)
    ended = await desk.until(ImportEnded, after=place)
    assert ended.imported == IMAGES
    await desk.until(
        UploadState,
        lambda state: state.verified and state.consultation_id == case_id,
        after=place,
    )


def on_server(clinic: Clinic, study: str) -> list[bytes]:
    """Every instance as the server holds it."""
    answer: httpx.Response = clinic.valley.doctor.http.get(
        f"{paths.DICOMWEB}/studies/{study}",
        headers={"accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'},
    )
    assert answer.status_code == 200
    boundary = answer.headers["content-type"].split("boundary=")[1].split(";")[0].strip('"')
    parts = answer.content.split(f"--{boundary}".encode())[1:-1]
    return [part.split(b"\r\n\r\n", 1)[1][:-2] for part in parts]


async def test_what_arrives_is_smaller_has_the_same_uids_and_gives_the_file_back(
    clinic: Clinic,
) -> None:
    study, files = write_smooth_study(clinic.pictures)
    await clinic.open_desk()
    await verified(clinic, clinic.case_id)
    assert clinic.line.sent < sum(len(data) for data in files) / 2
    held = await asyncio.to_thread(on_server, clinic, study)
    assert sorted(restored(data) for data in held) == sorted(files)
    uids = {open_object(data).dataset.SOPInstanceUID for data in held}
    assert uids == {open_object(data).dataset.SOPInstanceUID for data in files}
    assert all(
        pydicom.uid.UID(open_object(data).transfer_syntax_uid).is_compressed for data in held
    )


async def test_files_of_an_old_device_arrive_as_whole_files_and_are_given_back(
    clinic: Clinic, tmp_path: Path
) -> None:
    study, files = write_smooth_study(clinic.pictures)
    old = [data[144 + int.from_bytes(data[140:144], "little") :] for data in files[1:]]
    old.append(files[0][132:])
    for number, data in enumerate(old):
        (clinic.pictures / f"IM{number}").write_bytes(data)
    await clinic.open_desk()
    await verified(clinic, clinic.case_id)
    given_back = []
    for number, data in enumerate(await asyncio.to_thread(on_server, clinic, study)):
        sent, back = tmp_path / f"sent{number}", tmp_path / f"back{number}"
        sent.write_bytes(data)
        assert restore.run(Namespace(file=sent, out=back)) == 0
        given_back.append(back.read_bytes())
    assert sorted(given_back) == sorted(old)


async def test_a_loss_is_taken_only_when_chosen_and_never_passes_for_the_file(
    clinic: Clinic,
) -> None:
    study, files = write_smooth_study(clinic.pictures)
    noise = np.random.default_rng(5).normal(0, 30, (SIDE, SIDE))
    for number, data in enumerate(files):
        one = pydicom.dcmread(io.BytesIO(data))
        one.PixelData = (one.pixel_array + noise).astype("<u2").tobytes()
        files[number] = file_bytes(one)
        (clinic.pictures / f"IM{number}").write_bytes(files[number])
    await clinic.open_desk()
    await verified(clinic, clinic.case_id, with_loss=True)
    held = await asyncio.to_thread(on_server, clinic, study)
    assert all(is_lossy(open_object(data)) for data in held)
    another = UUID(await asyncio.to_thread(open_case, clinic.valley))
    desk = clinic.desks[-1]
    place = len(desk.events)
    desk.link.send(Import(consultation_id=another, paths=(clinic.pictures,)))
    state = await desk.until(
        UploadState,
        lambda state: state.consultation_id == another and count(state, ImageStage.REFUSED) > 0,
        after=place,
    )
    assert {one.code for one in state.images if one.code} == {TransferReason.OTHER_IMAGE_ON_SERVER}
    refused = [one for one in state.images if one.stage is ImageStage.REFUSED]
    assert {one.confirmed for one in refused} == {0}, "what was refused is not there"


async def test_the_same_pictures_in_another_case_are_not_sent_again(clinic: Clinic) -> None:
    _, files = write_smooth_study(clinic.pictures)
    await clinic.open_desk()
    await verified(clinic, clinic.case_id)
    before = clinic.line.sent
    another = UUID(await asyncio.to_thread(open_case, clinic.valley))
    await verified(clinic, another)
    assert clinic.line.sent - before < len(files[0]) / 2


async def test_pictures_of_the_outbox_that_are_chosen_again_are_known(clinic: Clinic) -> None:
    write_smooth_study(clinic.pictures)
    await clinic.open_desk()
    await verified(clinic, clinic.case_id)
    desk = clinic.desks[-1]
    place = len(desk.events)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    ended = await desk.until(ImportEnded, after=place)
    assert (ended.imported, ended.left_out) == (IMAGES, ())
