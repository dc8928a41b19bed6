"""A county's edge as a process of its own, and people who use it as if it were the server."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydicom.dataset import Dataset

from protocol import paths
from tests.server.conftest import trusting
from tests.server.people import ADMIN, PASSWORD, Someone, Town
from tests.server.process import ServerProcess

PATIENCE_S = 30
INSTANCE = "application/dicom; transfer-syntax=*"


class EdgeProcess(ServerProcess):
    """`huizhen-server edge` as a child process."""

    program, prefix = "edge", "HUIZHEN_EDGE_"

    def __init__(
        self, data_dir: Path, centre: ServerProcess, line: str | None = None, **settings: object
    ) -> None:
        """`line` leads to the centre, if it is not reached directly."""
        given = {f"HUIZHEN_EDGE_{name.upper()}": str(value) for name, value in settings.items()}
        super().__init__(
            data_dir,
            {
                "HUIZHEN_EDGE_UPLINK": line or centre.url,
                "HUIZHEN_EDGE_UPLINK_CA": str(centre.ca),
                **given,
            },
        )
        self.clients: list[httpx.Client] = []

    def stop(self) -> int:
        for client in self.clients:
            client.close()
        return super().stop()

    def ask(self, path: str) -> Any:
        """What the edge tells to anybody."""
        with httpx.Client(base_url=self.url, verify=trusting(self.ca), trust_env=False) as http:
            return http.get(path).json()

    def status(self) -> Any:
        return self.ask(paths.EDGE_STATUS)


@contextmanager
def centre_at(folder: Path, environment: dict[str, str] | None = None) -> Iterator[ServerProcess]:
    process = ServerProcess(folder, environment)
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        yield process


def through(edge: EdgeProcess, someone: Someone) -> Someone:
    """The same person with the same token, at the edge, until it stops."""
    http = httpx.Client(base_url=edge.url, verify=trusting(edge.ca), timeout=30, trust_env=False)
    edge.clients.append(http)
    http.headers["authorization"] = someone.http.headers["authorization"]
    return replace(someone, http=http)


def town_of(centre: ServerProcess) -> Town:
    return Town(centre.url, trusting(centre.ca))


def place_of(one: Dataset) -> str:
    return (
        f"{paths.DICOMWEB}/studies/{one.StudyInstanceUID}/series/{one.SeriesInstanceUID}"
        f"/instances/{one.SOPInstanceUID}"
    )


def fetched(someone: Someone, one: Dataset, more: str = "", **headers: str) -> httpx.Response:
    return someone.http.get(place_of(one) + more, headers={"accept": INSTANCE, **headers})


def until(true: Callable[[], bool], what: str) -> None:
    """Looks again and again until it is so; fails after `PATIENCE_S`."""
    ends = time.monotonic() + PATIENCE_S
    pause = threading.Event()
    while not true():
        assert time.monotonic() < ends, f"in {PATIENCE_S} s not: {what}"
        pause.wait(0.05)


def answers_of(centre: ServerProcess, path: str) -> list[int]:
    """The status of every request of this template so far, from the centre's log."""
    lines = [json.loads(line) for line in centre.log().splitlines() if line.startswith("{")]
    return [line["status"] for line in lines if line.get("path") == path]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with centre_at(tmp_path_factory.mktemp("centre")) as process:
        yield process


@pytest.fixture(scope="module")
def town(centre: ServerProcess) -> Iterator[Town]:
    made = town_of(centre)
    yield made
    made.close()


@pytest.fixture
def edge(centre: ServerProcess, tmp_path: Path) -> Iterator[EdgeProcess]:
    with EdgeProcess(tmp_path / "edge", centre) as process:
        yield process
