"""Debian's Redis as a site of several processes runs it, and two of our processes on it."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.bench.processes import free_port
from tests.server.people import ADMIN, PASSWORD
from tests.server.process import ServerProcess


class RedisServer:
    """It keeps nothing on the disk: what is lost with it must not matter."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
        self._process = subprocess.Popen(
            [self._program, "--port", str(self.port), *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ends = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert time.monotonic() < ends, "Redis does not listen"

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()


@contextmanager
def redis() -> Iterator[RedisServer]:
    """Skips where there is no Redis."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("Redis is absent: apt-get install redis-server")
    running = RedisServer(program)
    running.start()
    try:
        yield running
    finally:
        running.stop()


def process_of(folder: Path, name: str, settings: dict[str, str]) -> ServerProcess:
    """One process of a site; all of them have the folder."""
    own = {"HUIZHEN_PROCESS": name, "HUIZHEN_METRICS_PORT": str(free_port())}
    return ServerProcess(folder, {**settings, **own})


def metrics_of(process: ServerProcess) -> str:
    """As Prometheus reads them."""
    port = process.setting("HUIZHEN_METRICS_PORT")
    return httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text


@contextmanager
def two_processes(
    folder: Path, database: str, redis_url: str, **settings: str
) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    """On one database, one Redis and one folder, as a proxy would share clients among them."""
    shared = {
        "HUIZHEN_DATABASE_URL": database,
        "HUIZHEN_REDIS_URL": redis_url,
        "HUIZHEN_PROCESS_GONE_S": "2",
        **settings,
    }
    first, second = (process_of(folder, name, shared) for name in ("a", "b"))
    first.command("migrate")
    known = (folder / "tls" / "ca.pem").read_bytes()
    first.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with first, second:
        assert first.ca.read_bytes() == second.ca.read_bytes() == known
        yield first, second
