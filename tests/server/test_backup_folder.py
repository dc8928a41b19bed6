"""The folder of backups: where it may be, and which stay in it, whatever the clock said."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server import backups
from server.setting_values import SettingsError
from server.settings import Settings, load_settings
from server.store.backup import BackupFolder, Copied
from server.store.engine import migrate, open_engine
from server.store.errors import BackupUnusable
from server.store.keyring import KeyRing
from server.store.serving import serving
from server.store.snapshots import Snapshot

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)


class Shelf:
    """A folder into which backups are put at any time one likes."""

    def __init__(self, folder: Path) -> None:
        self.ring = KeyRing(folder / "keys.json")
        self.ring.make(plain=False)
        self.backups = BackupFolder(folder / "backups", self.ring)
        self._file = folder / "anything"

    def take(self, at: datetime) -> str:
        self._file.write_text(f"{at}")
        snapshot = Snapshot(at, "sqlite", "0001", (), ())
        name, _ = self.backups.finish("1", snapshot, self._file, self._file, Copied(0, {}))
        return name


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_after_a_wrong_clock_the_backup_just_taken_stays(shelf: Shelf) -> None:
    shelf.take(NOW)
    wrong = shelf.take(NOW + timedelta(days=400))
    assert shelf.backups.keep_newest(2) == 0
    for day in (1, 2, 3):
        taken = shelf.take(NOW + timedelta(days=day))
        assert shelf.backups.keep_newest(2) == 1
        assert shelf.backups.names()[-1] == taken
    assert wrong not in shelf.backups.names()
    assert len(shelf.backups.names()) == 2
    newest = shelf.backups.manifest(taken)
    assert not shelf.backups.check(newest, lambda _row: None)


def test_a_backup_that_cannot_be_read_comes_before_those_that_can(
    shelf: Shelf, tmp_path: Path
) -> None:
    whole, torn = shelf.take(NOW), shelf.take(NOW + timedelta(hours=1))
    (tmp_path / "backups" / "backups" / f"{torn}.json").write_text("{")
    assert list(shelf.backups.readable()) == [whole]
    taken = shelf.take(NOW - timedelta(hours=1))
    assert shelf.backups.names() == [torn, whole, taken]
    assert list(shelf.backups.readable()) == [whole, taken]


def test_a_folder_in_the_data_folder_is_refused_since_it_would_pack_itself(tmp_path: Path) -> None:
    inside = tmp_path / "data" / "backups"
    site = Settings(data_dir=tmp_path / "data")
    with pytest.raises(BackupUnusable, match="outside"):
        backups.run(site, backups.BackupOrder("take", inside), lambda _row: None, "1")
    assert not inside.exists()
    with pytest.raises(SettingsError, match="HUIZHEN_BACKUP_DIR"):
        load_settings(data_dir=tmp_path / "data", backup_dir=inside)


def put_back(address: str, data_dir: Path) -> None:
    backups.note_put_back(Settings(data_dir=data_dir, database_url=address), "14:05")


def test_nothing_begins_anew_in_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(BackupUnusable, match="there is no database yet"):
        put_back(f"sqlite+aiosqlite:///{tmp_path / 'site.sqlite'}", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_begins_anew_under_a_server(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    address = f"sqlite+aiosqlite:///{tmp_path / 'site.sqlite'}"
    if kind == "postgresql":
        address = request.getfixturevalue("cluster").database()

    async def made(then: Callable[[], None]) -> None:
        engine = open_engine(address)
        await migrate(engine)
        with serving(address):
            async with engine.connect():
                await asyncio.to_thread(then)
        await engine.dispose()

    def refused() -> None:
        with pytest.raises(BackupUnusable, match="stop"):
            put_back(address, tmp_path)

    asyncio.run(made(refused))
    put_back(address, tmp_path)
