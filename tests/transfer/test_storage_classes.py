"""Kinds of objects beyond the usual ones: taken, or named in the inbox."""

import asyncio
from pathlib import Path

import pytest
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian
from pynetdicom import AE

from tests.server.images import new_study
from tests.transfer.intake_desk import TITLE, intake_desk


@pytest.mark.parametrize(
    "sop_class",
    [
        "1.2.840.10008.5.1.4.1.1.6",
        "1.2.840.10008.5.1.4.1.1.3",
        "1.2.840.10008.5.1.4.1.1.5",
        "1.2.840.10008.5.1.4.1.1.12.3",
        "1.3.12.2.1107.5.9.1",
    ],
    ids=["old ultrasound", "old cine", "old nuclear", "biplane", "of its maker"],
)
async def test_old_machines_and_those_with_classes_of_their_maker_may_send(
    tmp_path: Path, sop_class: str
) -> None:
    (made,) = new_study(1)
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = UID(sop_class)

    def store(port: int) -> int:
        entity = AE("CT01")
        entity.add_requested_context(sop_class, ExplicitVRLittleEndian)
        association = entity.associate("127.0.0.1", port, ae_title=TITLE)
        status = association.send_c_store(made).Status
        association.release()
        return int(status)

    async with intake_desk(tmp_path) as desk:
        await desk.listen()
        assert await asyncio.to_thread(store, desk.port) == 0
        row = await desk.until_row(lambda r: r.images == 1)
        assert not row.lost


@pytest.mark.allow_logs("what is not taken is a line")
async def test_what_a_device_asks_for_and_may_not_send_is_told(tmp_path: Path) -> None:
    def ask(port: int) -> None:
        entity = AE("CT01")
        entity.add_requested_context(CTImageStorage, "1.2.840.113619.5.2")
        entity.add_requested_context("1.2.840.10008.3.1.2.3.3", ExplicitVRLittleEndian)
        entity.add_requested_context("1.2.840.10008.1.1", ExplicitVRLittleEndian)
        entity.associate("127.0.0.1", port, ae_title=TITLE).release()

    async with intake_desk(tmp_path) as desk:
        await desk.listen()
        await asyncio.to_thread(ask, desk.port)
        told = await desk.until_state(lambda state: bool(state.rejected))
        assert told.rejected == (("CT01", "CT Image Storage"),)
