"""What the keeper of the inbox promises while several senders and a person work on it at once."""

import asyncio
import io
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from pydicom import Dataset

from app.net.dimse.status import Status
from app.store.inbox import Inbox, InboxStudy
from app.transfer.inbox import InboxKeeper
from app.transfer.reading import Head, read_head
from tests.server.images import file_bytes, new_study
from tests.transfer.intake_desk import SEALER

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
