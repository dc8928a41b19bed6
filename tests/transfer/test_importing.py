"""Imports: kept before they are told of, in order, each patient's pictures apart."""

import asyncio
from pathlib import Path

import pytest

from app.store.chosen import Chosen, Whose
from app.store.outbox import Outbox
from app.store.sealed import Sealer
from app.transfer.messages import (
    CancelImport,
    Import,
    ImportEnded,
    ImportProgress,
    Ready,
    UploadState,
)
from tests.server.images import file_bytes, new_study
from tests.transfer.conftest import Clinic
from tests.transfer.desk import KEY

pytestmark = pytest.mark.live


def written(folder: Path, images: int) -> Path:
    folder.mkdir(parents=True)
    for number, one in enumerate(new_study(images, 32)):
        (folder / f"IM{number}").write_bytes(file_bytes(one))
    return folder


@pytest.mark.allow_logs("the window logs that its process was killed")
async def test_imports_that_wait_their_turn_outlive_a_killed_process_in_their_order(
    clinic: Clinic, tmp_path: Path
) -> None:
    many = written(tmp_path / "many", 120)
    few = [written(tmp_path / f"few{n}", n) for n in (1, 2)]
    desk = await clinic.open_desk()
    wanted = [Import(consultation_id=clinic.case_id, paths=(folder,)) for folder in (many, *few)]
    for one in wanted:
        desk.link.send(one)
    await desk.until(ImportProgress, lambda told: told.id == wanted[-1].id)
    kept = await asyncio.to_thread(Outbox(clinic.profile, Sealer(KEY)).pending_imports)
    assert [one.id for one in kept] == [one.id for one in wanted][-len(kept) :]
    assert len(kept) >= 2
    place = len(desk.events)
    desk.kill()
    await desk.died()
    await desk.until(Ready, after=place)
    desk.send_open()
    await desk.until(ImportEnded, lambda ended: ended.id == wanted[-1].id, after=place)
    ended = [one.id for one in desk.events if isinstance(one, ImportEnded)]
    assert ended == [one.id for one in wanted]
    done: set[str] = set()
    while len(done) < 3:
        state = await desk.until(
            UploadState,
            lambda told: told.verified and told.study_instance_uid not in done,
        )
        done.add(state.study_instance_uid)
    assert sorted(one.received for one in await clinic.on_server()) == [1, 2, 120]


async def test_stopping_takes_back_what_is_read_and_what_waits_for_that_case_only(
    clinic: Clinic, tmp_path: Path
) -> None:
    desk = await clinic.open_desk()
    wanted = [
        Import(consultation_id=clinic.case_id, paths=(written(tmp_path / str(n), n),))
        for n in (80, 2)
    ]
    for one in wanted:
        desk.link.send(one)
    desk.link.send(CancelImport(consultation_id=clinic.case_id))
    last = await desk.until(ImportEnded, lambda ended: ended.id == wanted[1].id)
    assert last.cancelled
    await desk.until(ImportEnded, lambda ended: ended.id == wanted[0].id)
    outbox = Outbox(clinic.profile, Sealer(KEY))
    assert await asyncio.to_thread(outbox.pending_imports) == ()
    assert await asyncio.to_thread(outbox.studies) == ()


async def test_of_two_patients_in_one_study_only_the_chosen_ones_pictures_are_taken(
    clinic: Clinic,
) -> None:
    slices = new_study(4)
    for one in slices[2:]:
        one.PatientName, one.PatientSex, one.PatientBirthDate = "林^远山", "M", "19640112"
    clinic.pictures.mkdir()
    for number, one in enumerate(slices):
        (clinic.pictures / f"IM{number}").write_bytes(file_bytes(one))
    mine = Whose(
        name="何^小溪",
        patient_id=str(slices[0].PatientID),
        birth_date=str(slices[0].PatientBirthDate),
        sex=str(slices[0].PatientSex),
    )
    chosen = Chosen(study_instance_uid=str(slices[0].StudyInstanceUID), patients=(mine,))
    desk = await clinic.open_desk()
    desk.link.send(
        Import(consultation_id=clinic.case_id, paths=(clinic.pictures,), chosen=(chosen,))
    )
    ended = await desk.until(ImportEnded)
    assert [one.patient_name for one in ended.patients] == ["何^小溪"]
    done = await desk.until(UploadState, lambda state: state.verified)
    uids = {one.sop_instance_uid for one in done.images}
    assert uids == {str(one.SOPInstanceUID) for one in slices[:2]}
