"""One server process for the whole suite; every test has its own people and department."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley
from tests.server.process import ServerProcess

AS_LONG_AS_THE_SUITE = {"HUIZHEN_ACCESS_TOKEN_S": "7200", "HUIZHEN_RECORDING": "true"}
"""The administrator signs in once; on a busy machine the tests take longer than ten minutes."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    settings = {**AS_LONG_AS_THE_SUITE, "HUIZHEN_SEAT_KEPT_S": "4"}
    process = ServerProcess(tmp_path_factory.mktemp("server"), settings)
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        yield process


@pytest.fixture(scope="session")
def context(server: ServerProcess) -> ssl.SSLContext:
    return trusting(server.ca)


def trusting(ca: Path) -> ssl.SSLContext:
    """A client that trusts this CA and nothing else."""
    return ssl.create_default_context(cafile=str(ca))


@pytest.fixture(scope="session")
def town(server: ServerProcess, context: ssl.SSLContext) -> Iterator[Town]:
    made = Town(server.url, context)
    yield made
    made.close()


@pytest.fixture
def valley(town: Town) -> Valley:
    return make_valley(town)
