"""The transfer process uses a county's edge as if it were the server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.transfer.messages import ImageStage, Import, UploadState
from tests.server.edge import EdgeProcess
from tests.server.process import ServerProcess
from tests.transfer.conftest import Clinic
from tests.transfer.desk import Desk, count

pytestmark = pytest.mark.live


@pytest.fixture
async def edge(clinic: Clinic, server: ServerProcess, tmp_path: Path) -> AsyncIterator[EdgeProcess]:
    """Between the clinic and its line to the centre."""
    made = EdgeProcess(tmp_path / "edge", server, line=clinic.line.url)
    await asyncio.to_thread(made.start)
    yield made
    await asyncio.to_thread(made.stop)


async def opened(clinic: Clinic, edge: EdgeProcess) -> Desk:
    desk = await clinic.open_desk(signed_in=False)
    await asyncio.to_thread(desk.use, clinic.valley.doctor, edge.url, edge.ca)
    return desk


async def test_a_study_goes_through_and_the_centre_verifies_it(
    clinic: Clinic, edge: EdgeProcess
) -> None:
    clinic.write_study(images=5, size=700)
    desk = await opened(clinic, edge)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(UploadState, lambda state: state.verified)
    (progress,) = await clinic.on_server()
    assert progress.verified


async def test_a_line_to_the_centre_that_breaks_costs_the_clinic_nothing(
    clinic: Clinic, edge: EdgeProcess
) -> None:
    clinic.write_study(images=6, size=700)
    desk = await opened(clinic, edge)
    clinic.line.stall_after(1_500_000)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await clinic.line.until_stalled()
    (before,) = await clinic.on_server()
    assert not before.verified
    sent = await desk.until(UploadState, lambda state: count(state, ImageStage.SENT) == 6)
    assert not sent.verified, "the edge has them all, and that counts for nothing"
    await clinic.line.away()
    clinic.line.go_on()
    await clinic.line.back()
    await desk.until(UploadState, lambda state: state.verified)
    (progress,) = await clinic.on_server()
    assert (progress.verified, progress.received) == (True, 6)
