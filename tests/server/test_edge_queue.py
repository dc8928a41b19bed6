"""What an edge keeps of the images it has taken, as it lies on its disk: no centre, no process."""

import asyncio
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from protocol.imaging import FailureReason
from server.api.listening import SystemClock
from server.edge.entries import Entry
from server.edge.queue import Queue
from server.edge.refused_command import refused_images
from server.edge.relaying import Relay
from server.edge.settings import EdgeSettings
from server.edge.uplink import Uplink
from server.setting_values import SettingsError
from server.store.errors import KeyUnusable
from server.store.keyring import KeyRing

ACCOUNT = uuid4()


class Disk:
    """One edge's folder, and the queue as each start finds it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = EdgeSettings(uplink="https://centre.example", data_dir=folder)
        self.ring = KeyRing(self.settings.keys)
        self.ring.make(plain=False)
        self.queue = self._queue()

    def _queue(self) -> Queue:
        return Queue(self.folder / "queue", self.ring, 4000, SystemClock())

    def start(self) -> Queue:
        """The edge starts again."""
        self.queue = self._queue()
        self.queue.load()
        return self.queue

    def take(self, data: bytes, **uids: str) -> Entry:
        """An image that waits, bytes and all."""
        sink = self.queue.objects.sink()
        sink.write(data)
        fresh = sink.finish()
        entry = waiting(self.queue, ACCOUNT, len(data), sha256=fresh.sha256, **uids)
        self.queue.write([fresh], [entry])
        return entry

    def refuse(self, data: bytes) -> int:
        """The number of an image that the centre has refused."""
        refused = self.queue.refuse(self.take(data), FailureReason.OTHER_PATIENT)
        assert refused is not None
        self.queue.put_aside(refused)
        return refused.number

    def damage(self, number: int, at: int = -1) -> Path:
        """One bit of its record is another one now; -1 is of the content, 0 of the key's name."""
        (file,) = self.folder.glob(f"queue/*/{number:016d}.*")
        data = bytearray(file.read_bytes())
        data[at] ^= 1
        file.write_bytes(data)
        return file

    def holds(self, data: bytes) -> bool:
        return any(
            self.queue.objects.open(name).read() == data for name in self.queue.objects.stored()
        )

    def look_after_refused(self) -> None:
        relay = Relay(cast(Uplink, None), self.queue)  # nothing is sent here
        asyncio.run(relay.look_after_refused())


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


def waiting(queue: Queue, account_id: UUID, size: int, **known: str) -> Entry:
    """An image that waits, as far as counting goes."""
    now = SystemClock().now()
    told = {
        "study_uid": "1.2.3",
        "series_uid": "1.2.3.1",
        "sop_uid": f"1.2.3.1.{size}",
        "sop_class": "1.2.840.10008.5.1.4.1.1.2",
        "sha256": f"{size:064x}",
        "token": "t",
    }
    entry = Entry(
        number=queue.next_number(),
        account_id=account_id,
        size=size,
        taken_at=now,
        expires_at=now,
        **(told | known),
    )
    queue.hold(entry.sha256)
    queue.add(entry)
    return entry


def test_the_oldest_give_way_when_refused_images_fill_a_quarter_of_the_room(disk: Disk) -> None:
    entries = [waiting(disk.queue, ACCOUNT, size) for size in (500, 400, 300)]
    for entry in entries:
        disk.queue.refuse(entry, FailureReason.OTHER_PATIENT)
    assert disk.queue.bytes == 0
    assert [one.size for one in disk.queue.refusals.beyond()] == [500]


def test_refused_images_alone_count_as_something_the_key_is_needed_for(disk: Disk) -> None:
    assert not disk.queue.has_entries
    disk.refuse(b"refused")
    assert disk.queue.has_entries


def test_bytes_nobody_refers_to_go_at_the_next_start(disk: Disk) -> None:
    entry = disk.take(b"killed before it was told")
    disk.queue._files.remove(entry.number)
    disk.start()
    assert list(disk.queue.objects.stored()) == []


@pytest.mark.parametrize("at", [-1, 0], ids=["content", "name of its key"])
def test_what_cannot_be_opened_keeps_its_bytes_and_is_told(disk: Disk, at: int) -> None:
    lost, found = disk.refuse(b"cannot be opened"), disk.refuse(b"can be")
    record = disk.damage(lost, at)
    with capture_logs() as logs:
        queue = disk.start()
    (told,) = logs
    assert (told["event"], told["log_level"], told["images"]) == ("queue.unreadable", "error", 1)
    assert told["kept_bytes"] > 0
    assert record.exists()
    assert disk.holds(b"cannot be opened")
    assert queue.next_number() > max(lost, found), "its number is nobody else's"
    readable, unreadable = refused_images(disk.settings, "list", [], None)
    assert readable["number"] == found
    assert (unreadable["unreadable"], unreadable["images"]) == ([lost], 1)
    assert unreadable["bytes"] == told["kept_bytes"]


def test_a_waiting_image_that_cannot_be_opened_keeps_its_bytes_too(disk: Disk) -> None:
    lost, _ = disk.take(b"cannot be opened").number, disk.take(b"can be")
    record = disk.damage(lost)
    with capture_logs():
        queue = disk.start()
    assert (len(queue), queue.unreadable) == (1, {lost})
    assert record.exists()
    assert disk.holds(b"cannot be opened")


def test_the_record_that_comes_back_from_the_backup_is_an_image_again(disk: Disk) -> None:
    number = disk.refuse(b"refused")
    record = disk.damage(number)
    with capture_logs():
        disk.start()
    disk.damage(number)
    assert record.exists()
    queue = disk.start()
    assert not queue.unreadable
    assert [one.number for one in queue.refusals.in_order()] == [number]
    assert disk.holds(b"refused")


def test_it_goes_with_its_bytes_when_it_is_discarded_by_its_number(disk: Disk) -> None:
    lost, found = disk.refuse(b"cannot be opened"), disk.refuse(b"can be")
    record = disk.damage(lost)
    with capture_logs():
        disk.start()
    refused_images(disk.settings, "discard", [lost], None)
    disk.look_after_refused()
    assert not record.exists()
    assert not disk.holds(b"cannot be opened")
    assert disk.holds(b"can be")
    assert [row["number"] for row in refused_images(disk.settings, "list", [], None)] == [found]


def test_discarding_all_leaves_what_cannot_be_opened(disk: Disk) -> None:
    lost, _ = disk.refuse(b"cannot be opened"), disk.refuse(b"can be")
    disk.damage(lost)
    with capture_logs():
        disk.start()
    refused_images(disk.settings, "discard", [], None)
    disk.look_after_refused()
    assert disk.holds(b"cannot be opened")
    assert not disk.holds(b"can be")


def test_it_cannot_be_sent_again_and_the_words_say_what_can_be_done(disk: Disk) -> None:
    lost = disk.refuse(b"cannot be opened")
    disk.damage(lost)
    with pytest.raises(SettingsError, match="put back the key file"):
        refused_images(disk.settings, "retry", [lost], None)


def test_with_another_sites_key_file_the_edge_does_not_start(disk: Disk) -> None:
    disk.refuse(b"refused")
    disk.settings.keys.unlink()
    disk.ring.make(plain=False)
    with pytest.raises(KeyUnusable, match="put back the one that was in use"):
        disk.start()
    assert len(list(disk.queue.objects.stored())) == 1
