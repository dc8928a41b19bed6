"""Debian's PostgreSQL as a province runs it: a cluster of its own on a free port."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench.processes import free_port

USER = "postgres"


class Postgres:
    """A running cluster; `database()` makes an empty database in it and answers its address."""

    def __init__(self, programs: Path, folder: Path, *, durable: bool) -> None:
        self._programs, self._folder, self._durable = programs, folder, durable
        self._made = 0
        self.port = free_port()

    def beside(self) -> "Postgres":
        """Another in the same folder, for a copy of the first."""
        return Postgres(self._programs, self._folder, durable=self._durable)

    def ask(self, question: str, database: str = USER) -> str:
        return self.run("psql", *self.here, "-d", database, "-At", "-c", question).strip()

    @property
    def here(self) -> tuple[str, ...]:
        """How its programs reach it."""
        return "-h", "127.0.0.1", "-p", str(self.port), "-U", USER

    def run(self, program: str, *arguments: str) -> str:
        """Answers what it printed."""
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            cwd=self._folder,
            user=USER if os.geteuid() == 0 else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")
        return done.stdout

    def initialise(self) -> None:
        self.run(
            "initdb", "-D", "data", "-U", USER, "--auth=trust", "--no-sync", "--locale=C.UTF-8"
        )

    def start(self, data: str = "data", more: str = "") -> None:
        """The cluster, or a copy of it, which then answers in its place."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self._folder} {more}"
        if not self._durable:
            options += " -c fsync=off"
        self.run("pg_ctl", "-D", data, "-w", "-l", "log", "-o", options, "start")

    def stop(self, how: str = "immediate", data: str = "data") -> None:
        self.run("pg_ctl", "-D", data, "-m", how, "-w", "stop")

    def settings(self, data: str, *lines: str) -> None:
        """More of a copy's configuration."""
        with (self._folder / data / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{line}\n" for line in lines)

    def database(self) -> str:
        self._made += 1
        name = f"huizhen{self._made}"
        self.run("createdb", *self.here, name)
        return self.address(name)

    def address(self, name: str) -> str:
        return f"postgresql+asyncpg://{USER}@127.0.0.1:{self.port}/{name}"


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """A cluster that is gone at the end; skips where there is no PostgreSQL.

    Not `durable`, it may lose what a power cut takes, and a test costs half the time.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is absent: apt-get install postgresql")
    # Not pytest's folder: root alone may look into that, and PostgreSQL refuses to be root.
    folder = Path(tempfile.mkdtemp(prefix="huizhen-postgres-"))
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam(USER)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        cluster = Postgres(found[-1].parent, folder, durable=durable)
        cluster.initialise()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
