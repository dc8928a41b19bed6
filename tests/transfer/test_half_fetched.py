"""A study that an archive gives in part is never taken for a whole one, also while it comes."""

import asyncio
import threading
from pathlib import Path
from typing import Any

from pydicom.uid import generate_uid

from app.store.inbox import Inbox
from app.transfer.inbox import InboxKeeper
from app.transfer.intake_messages import RetrieveProgress
from protocol.base import new_id
from tests.server.images import ct_slice, new_study
from tests.transfer.intake_desk import SEALER
from tests.transfer.test_bad_pacs import Answers, archive, desk_with
from tests.transfer.test_inbox import send
from tests.transfer.test_pacs import retrieve


async def test_180_announced_and_127_delivered_is_an_incomplete_study_that_can_be_used(
    tmp_path: Path,
) -> None:
    study, series = generate_uid(), generate_uid()

    def get(event: Any) -> Answers:
        yield 180
        for number in range(127):
            yield 0xFF00, ct_slice(study, series, number, 8)
        yield 0x0000, None  # "all is well"

    with archive(get=get) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            ended = await retrieve(desk, pacs, str(study), images=180)
            assert (ended.arrived, ended.expected, ended.problem) == (127, 180, None)
            row = await desk.until_row(lambda r: r.expected is not None and not r.arriving)
            assert (row.images, row.expected) == (127, 180)
            assert len(desk.inbox.heads(str(study))) == 127


async def test_a_study_that_is_being_fetched_is_marked_from_its_first_image_also_after_a_kill(
    tmp_path: Path,
) -> None:
    study, series = generate_uid(), generate_uid()
    over = threading.Event()

    def get(_event: Any) -> Answers:
        yield 5
        for number in range(2):
            yield 0xFF00, ct_slice(study, series, number, 8)
        over.wait(20)
        yield 0x0000, None

    with archive(get=get) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            fetching = asyncio.create_task(retrieve(desk, pacs, str(study), images=5))
            row = await desk.until_row(lambda r: r.images == 2)
            assert row.arriving
            told = await desk.until(RetrieveProgress, lambda one: one.seconds_left is not None)
            assert told.seconds_left is not None
            assert told.seconds_left > 0
            killed = InboxKeeper(Inbox(tmp_path, SEALER))
            await asyncio.to_thread(killed.load)
            kept = killed.study(str(study))
            assert kept is not None
            short = kept.shortfall(still_sending=False)
            assert (short.lacking(2), short.broke_off) == (3, True)
            over.set()
            await fetching
            row = await desk.until_row(lambda r: not r.arriving)
            assert (row.expected, row.broke_off) == (5, False)


async def test_a_fetch_of_nobody_knows_how_many_that_was_killed_broke_off(tmp_path: Path) -> None:
    (one,) = new_study(1)
    uid, number = str(one.StudyInstanceUID), new_id()
    keeper = InboxKeeper(Inbox(tmp_path, SEALER), reserve_bytes=0)
    keeper.awaited(number, uid, None)
    assert await asyncio.to_thread(send, keeper, one) == 0
    await keeper.close()
    for ended in (False, True):
        keeper = InboxKeeper(Inbox(tmp_path, SEALER))
        await asyncio.to_thread(keeper.load)
        study = keeper.study(uid)
        assert study is not None
        assert study.shortfall(still_sending=False).broke_off is not ended
        keeper.fetched(number, uid, None, whole=True)
        await keeper.close()


async def test_images_that_were_here_before_do_not_stand_in_for_those_that_did_not_come(
    tmp_path: Path,
) -> None:
    study, series = generate_uid(), generate_uid()
    local = iter((3, 10))

    def get(_event: Any) -> Answers:
        announced = next(local)
        yield announced
        for number in range(3 if announced == 3 else 7):
            yield 0xFF00, ct_slice(study, series, announced * 100 + number, 8)
        if announced == 10:
            yield 0xA702, None

    with archive(get=get) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            first = await retrieve(desk, pacs, str(study), images=3)
            assert (first.arrived, first.expected) == (3, 3)
            ended = await retrieve(desk, pacs, str(study), images=10)
            assert ended.arrived == 10
            assert ended.expected == 13, "three of the archive's ten are missing"
            await desk.until_row(lambda r: (r.images, r.expected) == (10, 13))
