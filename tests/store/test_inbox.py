"""The inbox on the disk: sealed, found again, and emptied of one study without touching another."""

import contextlib
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.store.arrival import Arrival
from app.store.errors import DiskFull
from app.store.inbox import Inbox, InboxInstance, InboxPatient, InboxStudy
from app.store.outbox import hashed
from app.store.sealed import Sealer
from app.store.sealed_reader import SealedReader

SEALER = Sealer(bytes(range(32)))
OTHER = Sealer(bytes(32))
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def study(uid: str, *images: str) -> InboxStudy:
    return InboxStudy(
        study_instance_uid=uid,
        description="胸部CT",
        study_date="20261126",
        accession_number="A1",
        source="CT01",
        first_at=NOW,
        last_at=NOW,
        conflicts=0,
        instances=tuple(
            InboxInstance(
                sop_instance_uid=one,
                sop_class_uid="1.2",
                series_instance_uid="1.3",
                sha256="0" * 64,
                size=5,
                modality="CT",
                series_number=1,
                instance_number=1,
                patient=InboxPatient(name="何^小溪"),
            )
            for one in images
        ),
    )


def arrived(inbox: Inbox, uid: str, data: bytes = b"bytes") -> Arrival:
    made = Arrival(inbox, uid)
    made.write(data)
    made.complete()
    return made


def kept(inbox: Inbox, record: InboxStudy) -> None:
    for one in record.instances:
        place = inbox.image_path(record.study_instance_uid, one.sop_instance_uid)
        arrived(inbox, one.sop_instance_uid).keep_at(place)
    inbox.save(record)


def test_a_study_is_there_after_a_restart_and_its_bytes_are_the_same(tmp_path: Path) -> None:
    record = study("1.1", "1.1.1", "1.1.2")
    kept(Inbox(tmp_path, SEALER), record)
    again = Inbox(tmp_path, SEALER)
    assert again.studies() == (record,)
    with again.open("1.1", "1.1.2") as stream:
        assert stream.read() == b"bytes"


def test_an_image_that_is_gone_is_no_longer_listed(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, SEALER)
    kept(inbox, study("1.1", "1.1.1", "1.1.2"))
    inbox.image_path("1.1", "1.1.1").unlink()
    (left,) = inbox.studies()
    assert [one.sop_instance_uid for one in left.instances] == ["1.1.2"]


def test_removing_a_study_leaves_the_others(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, SEALER)
    kept(inbox, study("1.1", "1.1.1"))
    kept(inbox, study("1.2", "1.2.1"))
    inbox.remove(study("1.1", "1.1.1"))
    assert [one.study_instance_uid for one in inbox.studies()] == ["1.2"]
    assert not inbox.image_path("1.1", "1.1.1").parent.exists()


def test_what_has_no_index_is_found_and_what_was_half_written_is_removed(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, SEALER)
    lost = inbox.image_path("1.3", "1.3.1")
    arrived(inbox, "1.3.1").keep_at(lost)
    half = arrived(inbox, "1.3.2")
    assert list(inbox.unindexed(())) == [lost]
    assert not half.path.exists()


def test_another_key_lists_nothing_and_removes_nothing(tmp_path: Path) -> None:
    kept(Inbox(tmp_path, SEALER), study("1.1", "1.1.1"))
    other = Inbox(tmp_path, OTHER)
    assert other.studies() == ()
    (path,) = other.unindexed(())
    assert path.is_file()
    with other.open_path(path) as stream, pytest.raises(OSError, match="damaged"):
        stream.read()


def test_an_arrival_that_is_dropped_leaves_nothing(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, SEALER)
    made = Arrival(inbox, "1.1.1")
    made.write(b"half of it")
    made.discard()
    made.discard()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_failure_while_writing_is_kept_until_the_end(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "arriving").write_bytes(b"a file where a folder should be")
    made = Arrival(Inbox(tmp_path, SEALER), "1.1.1")
    assert made.write(b"data") == 4, "the network thread must not die of it"
    with pytest.raises((OSError, DiskFull)):
        made.complete()


def sealed(path: Path, data: bytes) -> SealedReader:
    SEALER.seal_file(io.BytesIO(data), path, hashed("1"))
    return SealedReader(SEALER, path, hashed("1"))


def test_a_sealed_file_is_read_forwards_over_its_chunks(tmp_path: Path) -> None:
    data = bytes(range(256)) * (3 << 12)  # three mebibytes
    stream = io.BufferedReader(sealed(tmp_path / "x", data), 1 << 16)
    assert stream.read(10) == data[:10]
    stream.seek(2_000_000, io.SEEK_CUR)
    assert stream.tell() == 2_000_010
    assert stream.read(10) == data[2_000_010:2_000_020]
    stream.seek(10_000_000, io.SEEK_CUR)
    assert stream.read(1) == b""


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are listed by Linux")
def test_a_closed_reader_has_let_go_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    reader = sealed(path, b"12345")
    assert reader.read(3) == b"123"
    assert path in opened()
    reader.close()
    assert path not in opened()


def opened() -> set[Path]:
    """The files this process has open."""
    found = set()
    for one in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # the one that lists them is gone already
            found.add(one.readlink())
    return found


def test_it_is_not_read_backwards(tmp_path: Path) -> None:
    reader = sealed(tmp_path / "x", b"12345")
    reader.read(3)
    with pytest.raises(io.UnsupportedOperation):
        reader.seek(0)
    with pytest.raises(io.UnsupportedOperation):
        reader.seek(0, io.SEEK_END)
