"""What SQLite's log says is kept without a gap, and leads a backup on to any moment."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.api.listening import SystemClock
from server.api.services.backup_following import BackupFollowing
from server.key_command import KeyOrder, run
from server.settings import Settings
from server.store.errors import BackupUnusable
from server.store.folder_owner import followed_alone, own_mark
from server.store.keyring import KeyRing
from server.store.log_keeping import LogKeeper, place_of
from server.store.log_parts import LogParts
from server.store.log_replay import EVERYTHING, reaches, replay
from server.store.objects import FolderObjects
from server.store.wal import Place, wal_state

Rows = list[tuple[int, bytes]]


class Desk:
    """A database that is written, the keeper of its log, and copies that are brought on."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "site.sqlite"
        self.clock_is_off = timedelta()
        self.keys = folder / "keys.json"
        ring = KeyRing(self.keys)
        ring.make(plain=False)
        (folder / "backups").mkdir()
        self.parts = LogParts(folder / "backups", ring)
        self.parts.make_folder()
        self.part = folder / "backups" / "log" / "00000001.part"
        self.keeper = LogKeeper(self.file, self.parts, self.now)
        self.keeper.start()
        self.writer = self.opened()
        self.writer.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, what BLOB)")
        self.keeper.keep()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.clock_is_off

    def opened(self) -> sqlite3.Connection:
        made = sqlite3.connect(self.file, isolation_level=None, check_same_thread=False)
        made.execute("PRAGMA synchronous = OFF")
        return made

    def write(self, times: int = 1) -> None:
        for _ in range(times):
            self.writer.execute("BEGIN IMMEDIATE")
            self.writer.execute(
                "INSERT INTO kept (what) VALUES (randomblob(?))", (random.randint(1, 9000),)
            )
            self.writer.execute("DELETE FROM kept WHERE id % 7 = ?", (random.randint(0, 40),))
            self.writer.execute("COMMIT")

    def kept_now(self) -> tuple[datetime, Rows]:
        """What the database says, and when."""
        self.keeper.keep()
        return self.now(), rows(self.file)

    def kept_last(self) -> tuple[datetime, Rows]:
        """What the database says, and when that was kept."""
        _, was = self.kept_now()
        last = self.parts.last()
        assert last is not None
        return last.at, was

    def again(self) -> bool:
        """The server starts once more; answers whether nothing was missed."""
        self.keeper = LogKeeper(self.file, self.parts, self.now)
        goes_on = self.keeper.start()
        self.writer = self.opened()
        return goes_on

    def stop(self) -> None:
        self.writer.close()
        self.keeper.stop()

    def backup(self, name: str) -> Place:
        with (
            closing(sqlite3.connect(self.file, isolation_level=None)) as source,
            closing(sqlite3.connect(self.folder / name)) as copy,
        ):
            place = place_of(source, self.file)
            source.backup(copy)
            return place

    def brought_on(self, name: str, place: Place, until: datetime) -> Rows:
        copy = self.folder / "copy"
        shutil.copyfile(self.folder / name, copy)
        replay(copy, self.parts, place, reaches(self.parts, {name: place})[name], until)
        return rows(copy)


def flip(file: Path, at: int) -> None:
    changed = bytearray(file.read_bytes())
    changed[at] ^= 1
    file.write_bytes(changed)


def rows(file: Path) -> Rows:
    with closing(sqlite3.connect(file)) as one:
        return one.execute("SELECT id, what FROM kept ORDER BY id").fetchall()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.stop()


def test_a_backup_is_brought_on_to_every_moment_also_over_restarts(desk: Desk) -> None:
    desk.write(20)
    place = desk.backup("base")
    moments = []
    for number in range(12):
        desk.write(random.randint(1, 150))
        moments.append(desk.kept_now())
        if number in {4, 8}:
            desk.stop()
            assert desk.again()
    for at, was in moments:
        assert desk.brought_on("base", place, at) == was


def test_a_backup_of_a_stopped_server_is_brought_on_too(desk: Desk) -> None:
    desk.write(5)
    desk.stop()
    place = desk.backup("base")
    assert desk.again()
    desk.write(5)
    at, was = desk.kept_now()
    assert desk.brought_on("base", place, at) == was


def test_the_log_of_sqlite_stays_short_while_many_write(desk: Desk) -> None:
    place = desk.backup("base")
    others = [desk.opened() for _ in range(2)]

    def write(one: sqlite3.Connection) -> None:
        for _ in range(300):
            one.execute("INSERT INTO kept (what) VALUES (randomblob(6000))")

    with ThreadPoolExecutor(2) as pool:
        work = [pool.submit(write, one) for one in others]
        while not all(one.done() for one in work):
            desk.keeper.keep()
    desk.keeper.keep()
    desk.keeper.keep()
    assert wal_state(desk.file).place.frame < 500
    at, was = desk.kept_now()
    assert len(was) == 600
    assert desk.brought_on("base", place, at) == was
    for one in others:
        one.close()


def test_what_somebody_wrote_unseen_is_a_gap_and_no_moment_after_it_is_made_up(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    place = desk.backup("base")
    desk.write()
    before, was = desk.kept_now()
    desk.stop()
    desk.writer = desk.opened()
    desk.write()
    desk.writer.close()
    assert not desk.again()
    desk.write()
    after, now = desk.kept_now()
    assert "log.gap" in capsys.readouterr().out
    assert desk.brought_on("base", place, before) == was
    with pytest.raises(BackupUnusable, match="has a gap"):
        desk.brought_on("base", place, after)
    place = desk.backup("next")
    assert desk.brought_on("next", place, desk.now()) == now


def test_the_log_before_the_oldest_kept_backup_is_not_needed(desk: Desk) -> None:
    older = desk.backup("older")
    desk.stop()
    assert desk.again()
    desk.write()
    desk.keeper.keep()
    place = desk.backup("base")
    desk.write()
    at, was = desk.kept_now()
    desk.parts.remove_before(reaches(desk.parts, {"base": place})["base"].part)
    assert desk.brought_on("base", place, at) == was
    assert not reaches(desk.parts, {"older": older})


async def test_a_folder_nobody_has_put_a_backup_into_is_left_alone(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may be the empty place of a disk that is not there."""
    away = tmp_path / "away"
    away.mkdir()
    ring = KeyRing(desk.keys)
    following = BackupFollowing(away, ring, desk.file, "mark", "server", 1, SystemClock())
    await following.enter()
    await following.leave()
    assert "backup take" in capsys.readouterr().out
    assert not list(away.iterdir())


async def test_what_one_task_cannot_do_is_told_now_and_then_while_another_succeeds(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    ring, often = KeyRing(desk.keys), asyncio.Event()

    class Asked:
        """A clock that stands, and is asked when something fails."""

        times = 0

        def now(self) -> datetime:
            self.times += 1
            if self.times == 5:
                often.set()
            return datetime(2026, 11, 21, tzinfo=UTC)

    following = BackupFollowing(desk.folder / "away", ring, None, "mark", "server", 0, Asked())
    task = asyncio.create_task(following.run(FolderObjects(desk.folder / "objects", ring)))
    async with asyncio.timeout(20):
        await often.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert capsys.readouterr().out.count("backup.not_followed") == 1


def test_one_server_follows_a_folder_and_only_the_one_whose_it_is(desk: Desk) -> None:
    folder, mine = desk.folder / "backups", own_mark(desk.folder)
    following = pytest.raises(BackupUnusable, match="another server follows")
    with followed_alone(folder, mine), following, followed_alone(folder, mine):
        pass
    with followed_alone(folder, own_mark(desk.folder)):
        pass
    (elsewhere := desk.folder / "elsewhere").mkdir()
    of_others = pytest.raises(BackupUnusable, match="followed-by")
    with of_others, followed_alone(folder, own_mark(elsewhere)):
        pass


def test_no_log_is_begun_in_the_empty_place_of_a_disk(desk: Desk) -> None:
    there, away = desk.folder / "backups", desk.folder / "disk"
    desk.parts.begin().close()
    there.rename(away)
    there.mkdir()
    with pytest.raises(FileNotFoundError):
        desk.parts.begin()
    assert not list(there.iterdir())
    there.rmdir()
    away.rename(there)


def test_a_clock_that_jumps_is_no_end_of_the_log(desk: Desk) -> None:
    place = desk.backup("base")
    moments = []
    for hours in (0, 5, -3, 0):
        desk.clock_is_off = timedelta(hours=hours)
        desk.write()
        moments.append(desk.kept_now())
    (_, _), (ahead, _), (_, _), (last, now) = moments
    assert desk.brought_on("base", place, EVERYTHING) == now
    assert desk.brought_on("base", place, last) == now
    newest = reaches(desk.parts, {"base": place})["base"].until
    assert ahead - newest < timedelta(seconds=1)


def test_a_record_that_a_full_disk_cut_is_written_again(desk: Desk) -> None:
    place = desk.backup("base")
    desk.write()
    desk.keeper.keep()
    with desk.part.open("ab") as cut:
        cut.write(b"\0\0\x40\0half a record")
    desk.stop()
    assert desk.again()
    desk.write()
    at, was = desk.kept_now()
    assert desk.brought_on("base", place, at) == was


def test_a_changed_record_is_found(desk: Desk) -> None:
    place = desk.backup("base")
    desk.write(3)
    at, _ = desk.kept_now()
    flip(desk.part, -20)
    assert [one.part for one in desk.parts.damage(0, lambda _row: None)] == [1]
    with pytest.raises(BackupUnusable, match="is damaged"):
        desk.brought_on("base", place, at)


@pytest.mark.parametrize("what", ["a record", "the last record", "the key"])
def test_damage_is_a_gap_and_what_comes_after_it_is_kept(desk: Desk, what: str) -> None:
    place = desk.backup("base")
    desk.write()
    before, was = desk.kept_last()
    changed_at = desk.part.stat().st_size + 30
    desk.write()
    desk.keeper.keep()
    if what == "the last record":
        changed_at = desk.part.stat().st_size + 30
    desk.stop()
    if what == "the key":
        desk.part.with_suffix(".key").write_text("{}")
    else:
        flip(desk.part, changed_at)
    assert desk.again() is (what == "a record")
    if what != "the key":
        assert desk.brought_on("base", place, before) == was
        with pytest.raises(BackupUnusable, match="has a gap"):
            desk.brought_on("base", place, EVERYTHING)
    assert [one.part for one in desk.parts.damage(0, lambda _row: None)] == [1]
    place = desk.backup("next")
    desk.write()
    _, now = desk.kept_now()
    assert desk.brought_on("next", place, EVERYTHING) == now


def test_damage_at_the_very_end_of_the_log_is_not_passed_over(desk: Desk) -> None:
    place = desk.backup("base")
    desk.write()
    before, was = desk.kept_last()
    end = desk.part.stat().st_size
    desk.write()
    desk.keeper.keep()
    flip(desk.part, end + 30)
    assert desk.brought_on("base", place, before) == was
    with pytest.raises(BackupUnusable, match="has a gap"):
        desk.brought_on("base", place, EVERYTHING)


def test_a_rotation_that_forgets_brings_the_followed_log_along(desk: Desk) -> None:
    place = desk.backup("base")
    desk.write()
    desk.keeper.keep()
    (desk.folder / "backups" / "backups").mkdir()
    site = Settings(data_dir=desk.folder, key_file=desk.keys, backup_dir=desk.folder / "backups")
    assert not run(site, KeyOrder("rotate", forget_old=True), lambda _row: None)
    desk.write()
    _, was = desk.kept_now()
    assert desk.parts.numbers() == [1, 2], "what is written from now on has a key of its own"
    again = LogParts(desk.folder / "backups", KeyRing(desk.keys))
    assert not list(again.damage(0, lambda _row: None))
    assert desk.brought_on("base", place, EVERYTHING) == was


def test_keys_stay_while_the_folder_with_the_log_is_away(desk: Desk) -> None:
    site = Settings(data_dir=desk.folder, key_file=desk.keys, backup_dir=desk.folder / "away")
    told: list[dict[str, Any]] = []
    run(site, KeyOrder("rotate", forget_old=True), told.append)
    assert told[-1]["forgotten"] == 0
    assert any("keys stay" in str(one.get("log")) for one in told)


def test_a_log_under_a_forgotten_key_stops_neither_backups_nor_following(desk: Desk) -> None:
    desk.write()
    desk.stop()
    ring = KeyRing(desk.keys)
    ring.forget(ring.add().id)
    assert [one.part for one in desk.parts.bring_along()] == [1]
    assert not desk.again()
    place = desk.backup("base")
    desk.write()
    _, was = desk.kept_now()
    assert desk.brought_on("base", place, EVERYTHING) == was
