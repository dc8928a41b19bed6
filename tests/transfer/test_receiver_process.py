"""The receiver of a real transfer process: without a window, after a crash, and into a case."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.store.intake_settings import Caller, IntakeSettings, Receiver
from app.transfer.intake_messages import Configure, InboxRow, InboxState, IntakeState, RemoveStudies
from app.transfer.messages import Import, ImportEnded, UploadState
from protocol.base import new_id
from tests.bench.processes import free_port
from tests.server.images import ct_slice, file_bytes, new_study
from tests.transfer.conftest import Clinic
from tests.transfer.desk import Desk, of_case
from tests.transfer.intake_desk import TITLE
from tests.transfer.test_receiver import store


async def configured(desk: Desk, port: int) -> None:
    receiver = Receiver(
        on=True,
        ae_title=TITLE,
        port=port,
        address="127.0.0.1",
        callers=(Caller(ae_title="CT01"),),
    )
    desk.link.send(Configure(settings=IntakeSettings(receiver=receiver)))
    await desk.until(IntakeState, lambda state: state.listening)


def rows(images: int) -> Any:
    return lambda state: any(row.images == images for row in state.studies)


async def push(port: int, slices: list[Any]) -> None:
    for one in slices:
        assert await asyncio.to_thread(store, port, file_bytes(one)) == 0


async def test_it_goes_on_when_the_window_has_gone_and_the_next_window_takes_over(
    tmp_path: Path,
) -> None:
    port, slices = free_port(), new_study(4)
    first = Desk(tmp_path)
    await first.open()
    await configured(first, port)
    await push(port, slices[:2])
    await first.link.close(when_done=True)  # the window closes
    await push(port, slices[2:])
    second = Desk(tmp_path)
    await second.open()
    assert await first.link.wait() == 75, "the older process gave way"
    state = await second.until(InboxState, rows(4))
    assert [row.images for row in state.studies] == [4]
    await configured(second, port)
    await push(port, new_study(1))
    await second.until(InboxState, lambda s: len(s.studies) == 2)
    await second.link.close(when_done=False)


@pytest.mark.allow_logs("the process is killed on purpose")
async def test_what_was_confirmed_survives_a_power_cut(tmp_path: Path) -> None:
    port, desk = free_port(), Desk(tmp_path)
    await desk.open()
    await configured(desk, port)
    await push(port, new_study(3))
    seen = len(desk.events)
    desk.kill()
    await desk.died()
    await desk.until(_ready(), after=seen)
    desk.send_open()
    await desk.until(InboxState, rows(3), after=seen)
    await desk.link.close(when_done=False)


def _ready() -> Any:
    from app.transfer.messages import Ready

    return Ready


async def test_a_study_of_the_inbox_goes_with_a_case_and_is_marked(clinic: Clinic) -> None:
    port, slices = free_port(), new_study(3)
    desk = await clinic.open_desk()
    await configured(desk, port)
    await push(port, slices)
    uid = str(slices[0].StudyInstanceUID)
    await desk.until(InboxState, rows(3))
    desk.link.send(Import(consultation_id=clinic.case_id, inbox_studies=(uid,)))
    ended = await desk.until(ImportEnded)
    assert (ended.imported, [p.patient_name for p in ended.patients]) == (3, ["何^小溪"])
    of_this = of_case(clinic.case_id)
    await desk.until(UploadState, lambda state: of_this(state) and state.verified)
    (progress,) = await clinic.on_server()
    assert (progress.study_instance_uid, progress.received, progress.verified) == (uid, 3, True)

    def attached(row: InboxRow) -> bool:
        return row.attached == (clinic.case_id,)

    await desk.until(InboxState, lambda state: any(attached(row) for row in state.studies))
    await push(port, new_instance_of(slices))
    await desk.until(
        InboxState, lambda s: any((row.images, row.attached_images) == (4, 3) for row in s.studies)
    )
    desk.link.send(RemoveStudies(study_instance_uids=(uid,)))
    await desk.until(InboxState, lambda state: not state.studies, after=len(desk.events) - 1)
    assert not list((clinic.profile / "inbox").glob("*/*.sealed"))


def new_instance_of(slices: list[Any]) -> list[Any]:
    """A late image of the same series."""
    return [ct_slice(slices[0].StudyInstanceUID, slices[0].SeriesInstanceUID, 4)]


async def test_an_unknown_study_of_the_inbox_is_no_error(clinic: Clinic) -> None:
    desk = await clinic.open_desk()
    desk.link.send(Import(consultation_id=clinic.case_id, inbox_studies=(f"2.25.{new_id().int}",)))
    assert (await desk.until(ImportEnded)).imported == 0
