"""Studies share the line, and what is told of them is what the server has."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from app.transfer.messages import ImageStage, Import, UploadState
from tests.server.images import file_bytes, new_study
from tests.server.people import open_case
from tests.transfer.conftest import Clinic
from tests.transfer.desk import count, of_case

pytestmark = pytest.mark.live


def noise(folder: Path, images: int, size: int) -> Path:
    """A study that no lossless form makes smaller."""
    import numpy as np

    folder.mkdir(parents=True)
    random = np.random.default_rng(1)
    for number, one in enumerate(new_study(images, size)):
        one.PixelData = random.integers(0, 65535, size * size, dtype=np.uint16).tobytes()
        one.BitsStored, one.HighBit = 16, 15
        (folder / f"IM{number}").write_bytes(file_bytes(one))
    return folder


async def test_of_a_large_image_nothing_is_counted_before_the_server_has_it(
    clinic: Clinic, tmp_path: Path
) -> None:
    """8 MB, of which the line lets three through: buffers take more, and none of it is told."""
    folder = noise(tmp_path / "large", 1, 2048)
    desk = await clinic.open_desk()
    clinic.line.stall_after(3 << 20)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(folder,)))
    half = await desk.until(UploadState, lambda state: any(i.confirmed for i in state.images))
    await clinic.line.until_stalled()
    (image,) = half.images
    assert image.stage is ImageStage.SENDING
    assert image.confirmed <= clinic.line.sent < image.size
    clinic.line.go_on()
    await desk.until(UploadState, lambda state: state.verified)
    told = [
        one.confirmed
        for state in desk.events
        if isinstance(state, UploadState)
        for one in state.images
    ]
    assert told == sorted(told)
    assert 0 < sorted(set(told))[1] < image.size


async def test_first_images_of_a_second_case_do_not_wait_for_the_first(
    clinic: Clinic, tmp_path: Path
) -> None:
    many, few = noise(tmp_path / "many", 24, 512), noise(tmp_path / "few", 3, 64)
    other = UUID(await asyncio.to_thread(open_case, clinic.valley))
    desk = await clinic.open_desk()
    clinic.line.stall_after(6 * 512 * 1024)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(many,)))
    await clinic.line.until_stalled()
    desk.link.send(Import(consultation_id=other, paths=(few,)))
    await desk.until(UploadState, lambda state: of_case(other)(state) and len(state.images) == 3)
    clinic.line.go_on()
    place = len(desk.events)
    await desk.until(UploadState, lambda state: of_case(other)(state) and state.verified)
    first = [
        state
        for state in desk.events[place:]
        if isinstance(state, UploadState) and of_case(clinic.case_id)(state)
    ]
    assert not any(state.verified for state in first)
    assert count(first[-1], ImageStage.WAITING) >= 1
    await desk.until(UploadState, lambda state: of_case(clinic.case_id)(state) and state.verified)
