"""`huizhen-server backup`, `restore`, `scrub`: a running site is copied and put back whole."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from protocol import paths
from server.doctor_finding import Verdict
from server.doctor_trust import backups
from server.settings import Settings
from server.store.kept_head import NAME as KEPT_HEAD
from tests.server.conftest import trusting
from tests.server.edge import until
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import ADMIN, PASSWORD, Someone, Town, Valley, make_valley, open_case
from tests.server.postgres import Postgres
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in

Rows = list[dict[str, Any]]


@dataclass
class Site:
    """A running server with somebody who sends images, and the folder of its backups."""

    server: ServerProcess
    valley: Valley
    backups: Path
    cluster: Postgres | None

    def backup(self, what: str, *arguments: str) -> Rows:
        return told(self.server.command("backup", what, *arguments, str(self.backups)))

    def empty(self, folder: Path) -> ServerProcess:
        """Where it may be put back: nothing but the key file."""
        folder.mkdir(mode=0o700)
        keys = folder / "object-keys.json"
        shutil.copyfile(self.server.data_dir / keys.name, keys)
        keys.chmod(0o600)
        address = {} if self.cluster is None else {"HUIZHEN_DATABASE_URL": self.cluster.database()}
        return ServerProcess(folder, address)

    def sent(self) -> tuple[str, bytes]:
        """A draft with one image, declared and there: the image's path and its bytes."""
        (made,) = new_study(1)
        data = file_bytes(made)
        declare(self.valley.doctor, open_case(self.valley), [made], [data])
        assert stow(self.valley.doctor, [data]).status_code == 200
        path = (
            f"{paths.DICOMWEB}/studies/{made.StudyInstanceUID}/series/{made.SeriesInstanceUID}"
            f"/instances/{made.SOPInstanceUID}"
        )
        return path, data


def told(output: str) -> Rows:
    return [json.loads(line) for line in output.splitlines()]


def image(who: Someone, path: str) -> bytes:
    answer = who.http.get(path, headers={"accept": "application/dicom"})
    assert answer.status_code == 200, answer.text
    return answer.content


def object_of(folder: Path, data: bytes) -> Path:
    sha256 = hashlib.sha256(data).hexdigest()
    return folder / "objects" / sha256[:2] / f"{sha256}.sealed"


def flip(file: Path) -> None:
    changed = bytearray(file.read_bytes())
    changed[-20] ^= 1
    file.write_bytes(changed)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    cluster = request.getfixturevalue("cluster") if request.param == "postgresql" else None
    folder = tmp_path_factory.mktemp("site")
    address = {} if cluster is None else {"HUIZHEN_DATABASE_URL": cluster.database()}
    server = ServerProcess(folder / "server", address)
    server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with server:
        town = Town(server.url, trusting(server.ca))
        yield Site(server, make_valley(town), folder / "unused", cluster)
        town.close()


@pytest.fixture
def site(running: Site, tmp_path: Path) -> Site:
    """The site with no backup yet."""
    return Site(running.server, running.valley, tmp_path / "backups", running.cluster)


@pytest.fixture
def again(site: Site, tmp_path: Path) -> ServerProcess:
    """An empty site for a backup."""
    return site.empty(tmp_path / "again")


def restore(site: Site, into: ServerProcess, *arguments: str) -> Rows:
    return told(into.command("restore", str(site.backups), *arguments))


def test_what_was_there_is_there_again_and_what_came_later_is_not(
    site: Site, again: ServerProcess
) -> None:
    path, data = site.sent()
    before = site.valley.doctor.get(paths.CONSULTATIONS)
    taken = site.backup("take")[-1]
    assert (taken["missing"], taken["copied"]) == (0, taken["objects"])
    later, _ = site.sent()
    assert restore(site, again)[-1]["bad"] == 0
    with again:
        town = Town(again.url, trusting(again.ca))
        doctor = town.sign_in(site.valley.doctor.username)
        assert doctor.get(paths.CONSULTATIONS) == before
        assert image(doctor, path) == data
        assert doctor.http.get(later).status_code == 404
        town.close()
    assert again.fingerprint == site.server.fingerprint, "clients trust it without being asked"


def test_the_trail_of_a_restored_site_is_whole_and_says_so(
    site: Site, again: ServerProcess
) -> None:
    site.sent()
    name = site.backup("take")[-1]["backup"]
    until(lambda: (site.server.data_dir / KEPT_HEAD).exists(), "a head is kept")
    site.backup("take")
    restore(site, again, "--backup", str(name))
    again.start()
    assert again.stop() == 0
    assert not again.complaints()
    said = told(again.command("audit", "verify"))
    assert said[-1]["wrong"] == said[-1]["waiting"] == 0
    assert [one["detail"] for one in said if one.get("trail") == "restored"] == [name]


async def test_clients_sign_in_again_and_read_anew_what_was_told(
    site: Site, again: ServerProcess
) -> None:
    site.backup("take")
    site.sent()
    restore(site, again)
    with again:
        context = trusting(again.ca)
        town = Town(again.url, context)
        old = town.client()
        old.headers["authorization"] = site.valley.doctor.http.headers["authorization"]
        assert old.get(paths.CONSULTATIONS).json()["code"] == "session_ended"
        old.close()
        doctor = town.sign_in(site.valley.doctor.username)
        token = doctor.tokens.access_token
        async with signed_in(again.url, context, token, last_seq=1) as socket:
            assert socket.welcome["replay_gap"]
        town.close()


def test_what_is_there_is_not_copied_again(site: Site) -> None:
    site.sent()
    site.backup("take")
    site.sent()
    assert site.backup("take")[-1]["copied"] == 1


def test_two_at_once_do_not_disturb_one_another(site: Site) -> None:
    site.backup("take")
    with closing(sqlite3.connect(site.backups / "lock", isolation_level=None)) as another:
        another.execute("BEGIN EXCLUSIVE")
        under_way = site.backups / "scratch" / "database"
        under_way.touch()
        with pytest.raises(RuntimeError, match="wait until it has ended"):
            site.backup("take")
        assert site.backup("list")
        assert under_way.exists()
    site.backup("take")
    assert not under_way.exists()


def test_only_so_many_are_kept(site: Site) -> None:
    for _ in range(2):
        site.sent()
        name = site.backup("take", "--keep", "1")[-1]["backup"]
    assert [one["backup"] for one in site.backup("list")] == [name]
    assert site.backup("check")[-1]["bad"] == 0


def test_a_backup_rests_encrypted(site: Site) -> None:
    _, data = site.sent()
    site.backup("take")
    everything = b"".join(one.read_bytes() for one in site.backups.rglob("*") if one.is_file())
    assert "何小溪".encode() not in everything
    assert data[-100:] not in everything


def test_a_rotation_that_forgets_leaves_the_newest_readable(
    site: Site, again: ServerProcess
) -> None:
    site.sent()
    site.backup("take")
    told = site.server.command("keys", "rotate", "--forget-old")
    assert "none that was taken until now" in told
    doctor = Settings(data_dir=site.server.data_dir)
    (lost,) = backups(doctor, None, datetime.now(UTC))
    assert lost.verdict is Verdict.BAD
    assert "forgotten" in lost.found
    site.backup("take", "--keep", "1")
    (taken,) = backups(doctor, None, datetime.now(UTC))
    assert taken.verdict is Verdict.FINE
    keys = again.data_dir / "object-keys.json"
    shutil.copyfile(site.server.data_dir / keys.name, keys)
    assert restore(site, again)[-1]["bad"] == 0


def test_a_damaged_image_is_named_and_mended_from_a_backup(site: Site) -> None:
    path, data = site.sent()
    site.backup("take")
    stored = object_of(site.server.data_dir, data)
    flip(stored)
    with pytest.raises(RuntimeError, match="missing or damaged"):
        site.server.command("scrub")
    mended = told(site.server.command("scrub", "--mend-from", str(site.backups)))
    assert {"object": stored.stem, "found": "mended"} in mended
    assert image(site.valley.doctor, path) == data


def test_a_backup_without_a_lost_image_is_taken_and_says_which(site: Site) -> None:
    _, data = site.sent()
    kept = object_of(site.server.data_dir, data)
    away = kept.rename(kept.with_suffix(".away"))
    with pytest.raises(RuntimeError, match="missing or damaged"):
        site.backup("take")
    assert site.backup("list")[-1]["missing"] == 1
    away.rename(kept)


def test_a_damaged_backup_is_known_before_it_is_needed(site: Site) -> None:
    _, data = site.sent()
    site.backup("take")
    flip(object_of(site.backups, data))
    with pytest.raises(RuntimeError, match="missing or damaged"):
        site.backup("check")
    site.backup("take", "--read-all")
    assert site.backup("check")[-1]["bad"] == 0


def test_nothing_is_put_over_a_site_that_is_there(site: Site) -> None:
    site.backup("take")
    with pytest.raises(RuntimeError, match="there is a database already"):
        restore(site, site.server)


def test_a_restore_that_was_cut_is_no_empty_site(site: Site, again: ServerProcess) -> None:
    site.backup("take")
    (again.data_dir / "restoring").write_text("20260101T000000Z\n")
    with pytest.raises(RuntimeError, match="run `huizhen-server restore` again"):
        again.start()
    restore(site, again)
    with again:
        assert again.url


def test_without_the_key_file_nothing_is_read(site: Site, again: ServerProcess) -> None:
    site.backup("take")
    (again.data_dir / "object-keys.json").unlink()
    with pytest.raises(RuntimeError, match="put it back from the backup"):
        restore(site, again)
