"""What else of a data folder is in a backup: never the keys, and what a link leads to."""

import tarfile
from pathlib import Path

import pytest

from server.backups import BackupOrder, pack_site, run, unpack_site
from server.setting_values import make_folder
from server.settings import Settings
from server.store.errors import BackupUnusable
from server.store.object_choice import ring_of


def site_at(folder: Path, key: str = "old") -> Settings:
    data = folder / "data"
    for name, text in (
        ("keys/site.json", key),
        ("keys/pin", "1234"),
        ("secrets/evidence.key", "of evidence"),
        ("lost+found/x", "of the file system"),
    ):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(text)
    return Settings(
        data_dir=data, key_file=data / "keys" / "site.json", key_pin_file=data / "keys" / "pin"
    )


def test_the_keys_are_in_no_backup_wherever_they_lie(tmp_path: Path) -> None:
    site, file = site_at(tmp_path), tmp_path / "site.tar"
    pack_site(site, file)
    with tarfile.open(file) as tar:
        files = [one.name for one in tar.getmembers() if one.isfile()]
    assert files == ["secrets/evidence.key"]


def test_no_older_key_is_put_over_a_newer_one(tmp_path: Path) -> None:
    file = tmp_path / "site.tar"
    old, new = site_at(tmp_path / "a"), site_at(tmp_path / "b", key="new")
    with tarfile.open(file, "w") as tar:  # as an older version took it
        tar.add(old.data_dir / "keys", "keys")
        tar.add(old.data_dir / "secrets", "secrets")
    unpack_site(new, file)
    assert (new.data_dir / "keys" / "site.json").read_text() == "new"


def test_what_a_link_leads_to_is_restored(tmp_path: Path) -> None:
    site, file, again = site_at(tmp_path), tmp_path / "site.tar", tmp_path / "again"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "server.pem").write_text("a certificate")
    (site.data_dir / "tls").symlink_to(elsewhere)
    pack_site(site, file)
    again.mkdir()
    unpack_site(Settings(data_dir=again), file)
    assert (again / "tls" / "server.pem").read_text() == "a certificate"
    assert not (again / "tls").is_symlink()


def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    site = Settings(data_dir=tmp_path / "data")
    make_folder(site)
    ring_of(site).make(plain=False)
    order = BackupOrder("take", tmp_path / "file" / "backups")
    with pytest.raises(BackupUnusable, match="Not a directory"):
        run(site, order, lambda _row: None, "1.0")
