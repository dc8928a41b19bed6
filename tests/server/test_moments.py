"""A running site keeps its folder of backups up to date, and is put back to any moment from it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from protocol import paths
from server.store.keyring import KeyRing
from server.store.log_parts import LogParts
from tests.server.conftest import trusting
from tests.server.edge import until
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley, open_case
from tests.server.process import ServerProcess
from tests.server.test_backup import image, object_of, told


@dataclass
class Followed:
    """A server that follows, its folder of backups, and who works there."""

    server: ServerProcess
    town: Town
    valley: Valley
    backups: Path

    def sent(self) -> tuple[str, bytes]:
        """A draft with an image; the image's path and bytes, once both are among the backups."""
        (made,) = new_study(1)
        data = file_bytes(made)
        declare(self.valley.doctor, open_case(self.valley), [made], [data])
        assert stow(self.valley.doctor, [data]).status_code == 200
        at = datetime.now(UTC)
        self.until_kept(at)
        until(lambda: object_of(self.backups, data).is_file(), "the image is among the backups")
        return (
            f"{paths.DICOMWEB}/studies/{made.StudyInstanceUID}/series/{made.SeriesInstanceUID}"
            f"/instances/{made.SOPInstanceUID}"
        ), data

    def until_kept(self, at: datetime) -> None:
        self.valley.doctor.get(paths.CONSULTATIONS)  # an entry of the trail, so that there is more
        parts = LogParts(self.backups, KeyRing(self.server.data_dir / "object-keys.json"))

        def kept() -> bool:
            last = parts.last()
            return last is not None and last.at > at

        until(kept, "the log is kept")

    def restored(self, folder: Path, *arguments: str) -> tuple[ServerProcess, list[dict[str, Any]]]:
        folder.mkdir(mode=0o700)
        shutil.copy2(self.server.data_dir / "object-keys.json", folder)
        again = ServerProcess(folder)
        return again, told(again.command("restore", str(self.backups), *arguments))


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    folder = tmp_path_factory.mktemp("followed")
    environment = {"HUIZHEN_BACKUP_DIR": str(folder / "b"), "HUIZHEN_BACKUP_EVERY_S": "0.05"}
    server = ServerProcess(folder / "server", environment)
    server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    server.command("backup", "take", str(folder / "b"))
    with server:
        town = Town(server.url, trusting(server.ca))
        yield Followed(server, town, make_valley(town), folder / "b")
        town.close()


def test_a_site_is_put_back_to_a_moment_between_two_backups(
    followed: Followed, tmp_path: Path
) -> None:
    first, data = followed.sent()
    followed.server.kill()
    followed.server.start()
    moment = datetime.now(UTC)
    later, _ = followed.sent()
    followed.server.stop()
    followed.server.start()
    last, after = followed.sent()
    followed.server.command("backup", "take", str(followed.backups))
    followed.until_kept(datetime.now(UTC))
    again, rows = followed.restored(tmp_path / "then", "--until", moment.isoformat())
    assert rows[-1]["bad"] == 0
    with again:
        town = Town(again.url, trusting(again.ca))
        doctor = town.sign_in(followed.valley.doctor.username)
        assert image(doctor, first) == data
        assert doctor.http.get(later).status_code == 404
        town.close()
    said = told(again.command("audit", "verify"))
    assert said[-1]["wrong"] == 0
    listed = told(followed.server.command("backup", "list", str(followed.backups)))
    assert all(one["log_until"] >= one["taken_at"] for one in listed)
    standby, rows = followed.restored(tmp_path / "now", "--until", "now")
    with standby:
        town = Town(standby.url, trusting(standby.ca))
        assert image(town.sign_in(followed.valley.doctor.username), last) == after
        town.close()
    assert not followed.server.complaints()


def test_moments_before_the_first_backup_are_refused_in_words(
    followed: Followed, tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError, match="no whole backup in this folder from before then"):
        followed.restored(tmp_path / "then", "--until", "2001-01-01T00:00")
