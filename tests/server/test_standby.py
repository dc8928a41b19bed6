"""A province's database put back to a moment, and its standby taking over: with the folder of
backups that the running server keeps up to date, as docs/operations.md says it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.server.conftest import trusting
from tests.server.edge import until
from tests.server.people import ADMIN, PASSWORD, Someone, Town, make_valley
from tests.server.postgres import USER, Postgres, postgres
from tests.server.process import ServerProcess
from tests.server.test_backup import Site, image, object_of, told

MACHINE = ("secrets", "tls", "object-keys.json")
"""What the other machine was given of the data folder."""


@dataclass
class Province:
    """A site on PostgreSQL with an archive of its log, a base backup and a standby of it."""

    cluster: Postgres
    server: ServerProcess
    site: Site
    backups: Path

    def elsewhere(self, folder: Path, address: str) -> ServerProcess:
        """The other machine."""
        folder.mkdir(mode=0o700)
        for name in MACHINE:
            found = self.server.data_dir / name
            (shutil.copytree if found.is_dir() else shutil.copy2)(found, folder / name)
        (folder / "secrets" / "evidence.head").unlink(missing_ok=True)
        return ServerProcess(folder, {"HUIZHEN_DATABASE_URL": address})

    def sent(self) -> tuple[str, bytes]:
        path, data = self.site.sent()
        until(lambda: object_of(self.backups, data).is_file(), "the image is among the backups")
        return path, data


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    folder = tmp_path_factory.mktemp("province")
    with postgres() as cluster:
        cluster.stop("fast")
        cluster.run("/bin/mkdir", "archive")
        archive = "archive_command='cp %p ../archive/%f'"
        cluster.settings("data", "archive_mode=on", archive, "max_wal_senders=4")
        cluster.start()
        address = cluster.database()
        server = ServerProcess(
            folder / "server",
            {
                "HUIZHEN_DATABASE_URL": address,
                "HUIZHEN_BACKUP_DIR": str(folder / "b"),
                "HUIZHEN_BACKUP_EVERY_S": "0.05",
            },
        )
        server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
        server.command("backup", "take", str(folder / "b"))
        cluster.run("pg_basebackup", *cluster.here, "--no-sync", "-D", "base", "-c", "fast")
        cluster.run("/bin/cp", "-a", "base", "standby")
        with server:
            town = Town(server.url, trusting(server.ca))
            site = Site(server, make_valley(town), folder / "b", cluster)
            yield Province(cluster, server, site, folder / "b")
            town.close()


def begun(again: ServerProcess, backups: Path, username: str) -> tuple[Town, Someone]:
    """The other machine, as the page says, and somebody who goes on there."""
    again.command("begin-anew", "--because", "the first machine is lost")
    told(again.command("scrub", "--mend-from", str(backups)))
    again.start()
    town = Town(again.url, trusting(again.ca))
    return town, town.sign_in(username)


def test_postgresql_is_put_back_to_a_moment_and_its_standby_takes_over(
    province: Province, tmp_path: Path
) -> None:
    """One story, since each cluster costs seconds."""
    cluster, username = province.cluster, province.site.valley.doctor.username
    standby, then = cluster.beside(), cluster.beside()
    reached = f"primary_conninfo='host=127.0.0.1 port={cluster.port} user={USER}'"
    standby.settings("standby", reached)
    cluster.run("/bin/touch", "standby/standby.signal", "base/recovery.signal")
    standby.start("standby")
    try:
        first, data = province.sent()
        moment = datetime.now(UTC)
        later, after = province.sent()
        database = province.server.database.rsplit("/", 1)[1]
        images = "SELECT count(*) FROM instances"
        until(lambda: standby.ask(images, database) == "2", "the standby has followed")
        province.server.kill()
        cluster.ask("SELECT pg_switch_wal()")
        cluster.stop("fast")

        standby.run("pg_ctl", "-D", "standby", "-w", "promote")
        again = province.elsewhere(tmp_path / "standby", standby.address(database))
        town, doctor = begun(again, province.backups, username)
        assert image(doctor, first) == data
        assert image(doctor, later) == after
        town.close()
        again.stop()

        to = f"recovery_target_time='{moment.isoformat(' ')}'"
        then.settings("base", "restore_command='cp ../archive/%f %p'", to)
        then.settings("base", "recovery_target_action=promote", "archive_mode=off")
        then.start("base")
        again = province.elsewhere(tmp_path / "then", then.address(database))
        town, doctor = begun(again, province.backups, username)
        assert image(doctor, first) == data
        assert doctor.http.get(later).status_code == 404
        town.close()
        again.stop()
        assert told(again.command("audit", "verify"))[-1]["wrong"] == 0
        then.stop(data="base")
    finally:
        standby.stop(data="standby")
        cluster.start()  # what its owner stops
