"""What the keeper of the inbox promises while several senders and a person work on it at once."""

import asyncio
import io
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import pytest
from pydicom import Dataset

from app.net.dimse.status import Status
from app.store.inbox import Inbox, InboxStudy
from app.store.intake_settings import AfterTaking, Watched
from app.store.sealed import Sealer, new_key
from app.transfer.inbox import InboxKeeper
from app.transfer.intake_messages import ForgetLost, InboxState, JobEnded, TakeFiles
from app.transfer.looking import FROM_FILES
from app.transfer.reading import Head, read_head
from protocol.shortfall import Shortfall
from tests.server.images import file_bytes, new_study
from tests.transfer.intake_desk import SEALER, intake_desk, job

MEANWHILE_S = 0.5
"""So long a thread may try what another one must finish first."""


class Interrupted(InboxKeeper):
    """Lets something else happen in another thread just before an image is entered."""

    def __init__(self, inbox: Inbox, meanwhile: Callable[[], None]) -> None:
        super().__init__(inbox, reserve_bytes=0)
        self._other = threading.Thread(target=meanwhile)

    def _add(self, head: Head, sha256: str, size: int, source: str) -> None:
        if self._other.ident is None:
            self._other.start()
            self._other.join(MEANWHILE_S)
        super()._add(head, sha256, size, source)

    def joined(self) -> None:
        self._other.join()


class InterruptedRemoval(Inbox):
    """Lets something else happen in another thread just before a study's files go."""

    def __init__(self, folder: Path, meanwhile: Callable[[], None]) -> None:
        super().__init__(folder, SEALER)
        self.other = threading.Thread(target=meanwhile)

    def remove(self, study: InboxStudy) -> None:
        self.other.start()
        self.other.join(MEANWHILE_S)
        super().remove(study)


def send(keeper: InboxKeeper, made: Dataset) -> int:
    """As an association does."""
    arrival = keeper.begin(made.SOPInstanceUID)
    arrival.write(file_bytes(made))
    return keeper.take(arrival, "CT01", made.SOPClassUID)


async def test_the_same_image_over_two_associations_at_once_is_there_once(tmp_path: Path) -> None:
    made = new_study(1)[0]
    statuses: list[int] = []
    keeper = Interrupted(Inbox(tmp_path, SEALER), lambda: statuses.append(send(keeper, made)))
    statuses.append(await asyncio.to_thread(send, keeper, made))
    await asyncio.to_thread(keeper.joined)
    assert statuses == [Status.SUCCESS, Status.SUCCESS]
    study = keeper.study(made.StudyInstanceUID)
    assert study is not None
    assert [one.sop_instance_uid for one in study.instances] == [made.SOPInstanceUID]
    await keeper.close()


async def test_an_image_that_comes_while_its_study_is_removed_is_not_lost(tmp_path: Path) -> None:
    first, second = new_study(2)
    statuses: list[int] = []
    inbox = InterruptedRemoval(tmp_path, lambda: statuses.append(send(keeper, second)))
    keeper = InboxKeeper(inbox, reserve_bytes=0)
    await asyncio.to_thread(send, keeper, first)
    await keeper.remove((first.StudyInstanceUID,))
    await asyncio.to_thread(inbox.other.join)
    assert statuses == [Status.SUCCESS]
    assert keeper.holds(second.SOPClassUID, second.SOPInstanceUID)
    assert not keeper.holds(first.SOPClassUID, first.SOPInstanceUID)
    await keeper.close()


class Unplugged(io.BytesIO):
    """A file on a disc that is taken out after its first bytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError("the disc is gone")
        return super().read(100)


async def test_a_file_that_breaks_off_is_unreadable_and_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    path = tmp_path / "slice.dcm"
    path.write_bytes(file_bytes(new_study(1)[0]))

    def open_it() -> BinaryIO:
        return Unplugged(path.read_bytes())

    head = replace(read_head(path), sealed=open_it)
    keeper = InboxKeeper(Inbox(tmp_path / "profile", SEALER), reserve_bytes=0)
    with pytest.raises(OSError, match="disc is gone"):
        await asyncio.to_thread(keeper.take_file, head, "files")
    assert [one for one in (tmp_path / "profile").rglob("*") if one.is_file()] == []
    await keeper.close()


# --- a key that does not last ----------------------------------------------------------------


def files_of(folder: Path, images: int) -> Path:
    folder.mkdir()
    for number, one in enumerate(new_study(images)):
        (folder / f"IM{number}").write_bytes(file_bytes(one))
    return folder


async def test_without_a_lasting_key_nothing_is_received_and_the_folder_keeps_its_files(
    tmp_path: Path,
) -> None:
    pictures = files_of(tmp_path / "export", 2)
    async with intake_desk(tmp_path / "p", sealer=Sealer(new_key())) as desk:
        await desk.listen()
        state = await desk.until_state(lambda state: True)
        assert not state.listening
        assert not desk.intake.serving
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", desk.port)) != 0
        watched = Watched(on=True, folder=str(pictures), after=AfterTaking.MOVE)
        await desk.configure(watched=watched)
        await desk.until_state(lambda state: state.taken == 2)
        assert sorted(path.name for path in pictures.iterdir()) == ["IM0", "IM1"]


async def test_what_no_key_opens_any_more_is_told_with_its_sender_until_it_is_removed(
    tmp_path: Path,
) -> None:
    pictures = files_of(tmp_path / "export", 3)
    async with intake_desk(tmp_path / "p") as desk:
        await desk.intake.handle(TakeFiles(job=job(), paths=(pictures,)))
        await desk.until(JobEnded)
    async with intake_desk(tmp_path / "p", sealer=Sealer(new_key())) as desk:
        desk.intake.tell_inbox()
        state = await desk.until(InboxState)
        assert [(one.images, one.source) for one in state.lost] == [(3, FROM_FILES)]
        assert state.lost[0].last_at is not None
        assert state.studies == ()
    async with intake_desk(tmp_path / "p") as desk:
        desk.intake.tell_inbox()
        state = await desk.until(InboxState)
        assert (state.lost, [row.images for row in state.studies]) == ((), [3])
    async with intake_desk(tmp_path / "p", sealer=Sealer(new_key())) as desk:
        await desk.intake.handle(ForgetLost())
        await desk.until(InboxState, lambda told: not told.lost)
        assert not [path for path in (tmp_path / "p" / "inbox").rglob("*") if path.is_file()]


async def test_images_that_come_while_a_study_goes_to_a_case_are_late_for_it(
    tmp_path: Path,
) -> None:
    first, second = UUID(int=1), UUID(int=2)
    async with intake_desk(tmp_path / "p") as desk:
        await desk.intake.handle(TakeFiles(job=job(), paths=(files_of(tmp_path / "export", 3),)))
        await desk.until(JobEnded)
        (study,) = desk.inbox.studies
        desk.inbox.attached({study.study_instance_uid: 3}, first)
        desk.inbox.attached({study.study_instance_uid: 2}, second)
        (study,) = desk.inbox.studies
        assert (study.images_of(first), study.images_of(second)) == (3, 2)
        desk.inbox.taken_out(study.study_instance_uid, first)
        (study,) = desk.inbox.studies
        assert (study.attached, study.attached_each) == ((second,), (2,))
        desk.inbox.taken_out(study.study_instance_uid, second)
        (study,) = desk.inbox.studies
        assert (study.attached, study.attached_images) == ((), 0)


class OfBefore(InboxKeeper):
    """Takes what it gets without a look, as earlier versions took a cut image."""

    def take_unseen(self, made: Dataset, data: bytes, head: Head) -> None:
        arrival = self.begin(str(made.SOPInstanceUID))
        arrival.write(data)
        arrival.complete()
        self._keep(arrival, head, "CT1", "")


async def test_a_whole_image_takes_the_place_of_a_cut_one_of_before(tmp_path: Path) -> None:
    made = new_study(1)[0]
    whole = file_bytes(made)
    (tmp_path / "whole").write_bytes(whole)
    head = read_head(tmp_path / "whole")
    keeper = OfBefore(Inbox(tmp_path / "inbox", SEALER), reserve_bytes=0)
    cut = whole[: whole.index(b"\x28\x00\x10\x00")]
    keeper.take_unseen(made, cut, head)
    assert send(keeper, made) == Status.SUCCESS
    (study,) = keeper.studies
    (kept,) = study.instances
    assert (kept.size, study.conflicts) == (len(whole), 0)
    with keeper.inbox.open(study.study_instance_uid, kept.sop_instance_uid) as stream:
        assert stream.read() == whole
    made.PatientComments = "another"
    assert send(keeper, made) == Status.DUPLICATE, "a whole one keeps its place"
    await keeper.close()


@pytest.mark.allow_logs("what is refused is told to IT")
@pytest.mark.parametrize(("length", "status"), [(1000, 0xC000), (2048, 0x0000), (2050, 0x0000)])
async def test_a_picture_shorter_than_described_is_not_confirmed_to_its_device(
    tmp_path: Path, length: int, status: int
) -> None:
    made = new_study(1)[0]
    made.PixelData = (made.PixelData + bytes(2))[:length]
    keeper = InboxKeeper(Inbox(tmp_path, SEALER), reserve_bytes=0)
    assert await asyncio.to_thread(send, keeper, made) == status
    assert bool(keeper.studies) is (status == 0)
    await keeper.close()


@pytest.mark.allow_logs("each refused image is a line")
async def test_images_that_are_refused_count_to_their_study_until_they_come_whole(
    tmp_path: Path,
) -> None:
    first, bad, last = new_study(3)
    pixels = bad.PixelData
    bad.PixelData = pixels[:100]
    async with intake_desk(tmp_path) as desk:

        async def came(made: Dataset) -> int:
            return await asyncio.to_thread(send, desk.inbox, made)

        assert await came(bad) == Status.CANNOT_UNDERSTAND
        told = await desk.until(InboxState, lambda state: bool(state.refused))
        assert (told.studies, told.refused) == ((), (("CT01", 1),))
        assert await came(first) == Status.SUCCESS
        told = await desk.until(InboxState, lambda state: bool(state.studies))
        assert ([one.lost for one in told.studies], told.refused) == ([1], ())
        assert await came(bad) == Status.CANNOT_UNDERSTAND, "counted once, however often it comes"
        study = desk.inbox.study(str(bad.StudyInstanceUID))
        assert study is not None
        assert study.shortfall(still_sending=False) == Shortfall(damaged=1)
        bad.PixelData = pixels
        assert {await came(bad), await came(last)} == {Status.SUCCESS}
        row = await desk.until_row(lambda one: one.images == 3)
        assert row.lost == 0
