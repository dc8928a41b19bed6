"""A device that breaks off in the middle of a study leaves its mark until it has sent in order."""

import asyncio
from pathlib import Path

from pydicom import Dataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid
from pynetdicom import AE
from pynetdicom.association import Association

from app.transfer.intake_messages import SettleStudies
from tests.server.images import new_study
from tests.transfer.intake_desk import TITLE, intake_desk
from tests.transfer.test_receiver import send, write


def sent(port: int, slices: list[Dataset]) -> Association:
    """An association that has sent these and is open."""
    entity = AE("CT01")
    entity.add_requested_context(CTImageStorage, ExplicitVRLittleEndian)
    association = entity.associate("127.0.0.1", port, ae_title=TITLE)
    for one in slices:
        assert association.send_c_store(one).Status == 0
    return association


def cut(association: Association) -> None:
    """As when a cable is pulled: the connection goes without a word."""
    transport = association.dul.socket
    assert transport is not None
    assert transport.socket is not None
    transport.socket.close()


async def test_a_device_that_aborts_is_marked_until_it_sends_in_order(tmp_path: Path) -> None:
    slices = new_study(4)
    some, all_ = write(tmp_path / "some", slices[:2]), write(tmp_path / "all", slices)
    async with intake_desk(tmp_path / "profile") as desk:
        await desk.listen()
        code, said = await send(desk, "--abort", "+sd", some)
        assert code == 0, said
        row = await desk.until_row(lambda r: r.broke_off)
        assert row.images == 2
        code, said = await send(desk, "+sd", all_)
        assert code == 0, said
        row = await desk.until_row(lambda r: r.images == 4 and not r.broke_off)


async def test_a_connection_that_is_cut_is_no_end_and_the_mark_outlives_a_restart(
    tmp_path: Path,
) -> None:
    slices = new_study(4)
    async with intake_desk(tmp_path / "profile") as desk:
        await desk.listen()
        association = await asyncio.to_thread(sent, desk.port, slices[:3])
        row = await desk.until_row(lambda r: r.images == 3)
        assert not row.broke_off, "it may still be sending"
        assert row.arriving
        await asyncio.to_thread(cut, association)
        await desk.until_row(lambda r: r.broke_off and not r.arriving)
    async with intake_desk(tmp_path / "profile") as desk:
        (study,) = desk.inbox.studies
        assert study.broke_off


async def test_a_study_is_arriving_while_one_of_its_devices_is_connected(tmp_path: Path) -> None:
    slices = new_study(4)
    async with intake_desk(tmp_path / "profile") as desk:
        await desk.listen()
        first = await asyncio.to_thread(sent, desk.port, slices[:1])
        second = await asyncio.to_thread(sent, desk.port, slices[1:2])
        await desk.until_row(lambda r: r.images == 2 and r.arriving)
        await asyncio.to_thread(first.release)
        await asyncio.to_thread(second.send_c_store, slices[2])
        await desk.until_row(lambda r: r.images == 3 and r.arriving)
        await asyncio.to_thread(second.release)
        row = await desk.until_row(lambda r: not r.arriving)
        assert (row.images, row.broke_off) == (3, False)


async def test_a_device_that_sends_each_image_by_itself_and_releases_is_not_marked(
    tmp_path: Path,
) -> None:
    slices = new_study(3)
    async with intake_desk(tmp_path / "profile") as desk:
        await desk.listen()
        for one in slices:
            association = await asyncio.to_thread(sent, desk.port, [one])
            await asyncio.to_thread(association.release)
        row = await desk.until_row(lambda r: r.images == 3)
        assert not row.broke_off


async def test_another_series_that_is_sent_in_order_does_not_take_the_mark_away(
    tmp_path: Path,
) -> None:
    slices, other = new_study(4), generate_uid()
    for one in slices[2:]:
        one.SeriesInstanceUID = other
    async with intake_desk(tmp_path / "profile") as desk:
        await desk.listen()
        association = await asyncio.to_thread(sent, desk.port, slices[:1])
        await asyncio.to_thread(cut, association)
        await desk.until_row(lambda r: r.broke_off)
        association = await asyncio.to_thread(sent, desk.port, slices[2:])
        await asyncio.to_thread(association.release)
        row = await desk.until_row(lambda r: r.images == 3 and not r.arriving)
        assert row.broke_off
        association = await asyncio.to_thread(sent, desk.port, slices[:2])
        await asyncio.to_thread(association.release)
        await desk.until_row(lambda r: r.images == 4 and not r.broke_off)


async def test_a_person_who_has_seen_to_it_takes_the_mark_away(tmp_path: Path) -> None:
    slices = new_study(2)
    async with intake_desk(tmp_path / "profile") as desk:
        await desk.listen()
        association = await asyncio.to_thread(sent, desk.port, slices)
        await asyncio.to_thread(cut, association)
        row = await desk.until_row(lambda r: r.broke_off)
        uids = (row.study_instance_uid,)
        await desk.intake.handle(SettleStudies(study_instance_uids=uids))
        await desk.until_row(lambda r: not r.broke_off)
