"""A server without room is told as such while images wait for it, not as a broken line."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from app.transfer.messages import Import, UploadState
from tests.server.edge import centre_at, town_of
from tests.server.images import ct_slice, file_bytes
from tests.server.people import make_valley, open_case
from tests.server.test_full_disk import fill, small_disk
from tests.transfer.desk import Desk

pytestmark = pytest.mark.live
__all__ = ["small_disk"]


@pytest.mark.parametrize("side", [64, 1024], ids=["whole images", "images in pieces"])
async def test_images_wait_for_room_and_go_when_there_is_some(
    small_disk: Path, tmp_path: Path, side: int
) -> None:
    with centre_at(small_disk / "centre") as centre:
        town = town_of(centre)
        valley = make_valley(town)
        case_id = UUID(await asyncio.to_thread(open_case, valley))
        (tmp_path / "disc").mkdir()
        picture = file_bytes(ct_slice("1.2.3", "1.2.3.4", 1, side))
        (tmp_path / "disc" / "IM1").write_bytes(picture)
        desk = Desk(tmp_path / "profile")
        await desk.open()
        try:
            await asyncio.to_thread(desk.use, valley.doctor, centre.url, centre.ca)
            filler = fill(small_disk)
            desk.link.send(Import(consultation_id=case_id, paths=(tmp_path / "disc",)))
            full = await desk.until(UploadState, lambda told: told.server_full)
            assert full.paused
            filler.unlink()
            done = await desk.until(UploadState, lambda told: told.verified)
            assert not done.server_full
        finally:
            await desk.link.close(when_done=False)
            town.close()
