"""The same image once more in other bytes: welcome in the inbox and in an import, kept once."""

import asyncio
import io
from pathlib import Path
from uuid import uuid4

import pytest
from pydicom import dcmread

from app.imaging.writing.recompress import Form, recompressed
from app.net.dimse.status import Status
from app.store.inbox import Inbox
from app.store.outbox import Outbox, OutboxStudy, PendingImport
from app.store.profile import SealedStore
from app.transfer.finding import Unpacking
from app.transfer.importer import Importer
from app.transfer.inbox import InboxKeeper
from app.transfer.line import Line
from app.transfer.messages import Event, ImportEnded
from app.transfer.reasons import TransferReason
from tests.imaging.objects import altered, ct_object
from tests.imaging.test_recompress import smooth
from tests.transfer.intake_desk import SEALER


def in_form(data: bytes, form: Form) -> bytes:
    new = recompressed(data, form)
    assert new is not None
    return new.data


def another(data: bytes) -> bytes:
    return altered(data, lambda one: setattr(one, "InstanceNumber", 99))


def send(keeper: InboxKeeper, data: bytes) -> int:
    found = dcmread(io.BytesIO(data), stop_before_pixels=True)
    arrival = keeper.begin(found.SOPInstanceUID)
    arrival.write(data)
    return keeper.take(arrival, "CT01", found.SOPClassUID)


async def test_a_device_may_send_an_image_again_in_another_encoding(tmp_path: Path) -> None:
    keeper = InboxKeeper(Inbox(tmp_path, SEALER), reserve_bytes=0)
    data = ct_object(smooth())
    for sent in (data, in_form(data, Form.JPEG_LS), data):
        assert await asyncio.to_thread(send, keeper, sent) == Status.SUCCESS
    other = in_form(another(data), Form.JPEG_LS)
    assert await asyncio.to_thread(send, keeper, other) == Status.DUPLICATE
    study = keeper.study("2.25.1")
    assert study is not None
    assert [one.size for one in study.instances] == [len(data)]
    assert study.conflicts == 1
    await keeper.close()


async def ended(folder: Path, outbox: Outbox, pending: PendingImport) -> ImportEnded:
    told: list[Event] = []
    studies: list[OutboxStudy] = []
    idle = asyncio.Event()
    importer = Importer(
        outbox,
        SEALER,
        told.append,
        studies.append,
        idle.set,
        None,
        Line(SealedStore(folder, SEALER)),
        Unpacking(folder / "unpacked"),
    )
    await importer.begin(pending)
    await idle.wait()
    await importer.close()
    (end,) = [one for one in told if isinstance(one, ImportEnded)]
    return end


@pytest.mark.parametrize("first", [0, 1], ids=["in one import", "in one after another"])
async def test_a_disc_may_hold_an_image_in_two_encodings_or_bring_it_again(
    tmp_path: Path, first: int
) -> None:
    data = ct_object(smooth())
    disc = tmp_path / "disc"
    disc.mkdir()
    files = [data, in_form(data, Form.HTJ2K), in_form(another(data), Form.HTJ2K)]
    outbox, case = Outbox(tmp_path, SEALER), uuid4()
    for count in (first, len(files)):
        for number, file in enumerate(files[:count]):
            (disc / f"IM{number}").write_bytes(file)
        pending = PendingImport(consultation_id=case, account_id=None, paths=(str(disc),))
        end = await ended(tmp_path, outbox, pending)
    assert [one.code for one in end.left_out] == [TransferReason.OTHER_IMAGE_IMPORTED]
    kept = outbox.study(case, "2.25.1")
    assert kept is not None
    assert len(kept.instances) == 1
