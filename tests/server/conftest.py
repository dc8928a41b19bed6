"""One server process an engine for the suite; every test has its own people and department."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

import pytest

from protocol import paths
from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley, open_case
from tests.server.postgres import Postgres, postgres
from tests.server.process import ServerProcess

AS_LONG_AS_THE_SUITE = {"HUIZHEN_ACCESS_TOKEN_S": "7200", "HUIZHEN_RECORDING": "true"}
"""The administrator signs in once; on a busy machine the tests take longer than ten minutes."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What a province does with its database is tested on both engines."""
    marked = metafunc.definition.get_closest_marker("both_databases") is not None
    if marked and "server" in metafunc.fixturenames:
        metafunc.parametrize("server", ["sqlite", "postgresql"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
def servers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], ServerProcess]]:
    """The server on an engine, started when first asked for and kept for the whole suite."""
    complained: list[str] = []
    with ExitStack() as running:

        @lru_cache
        def on(engine: str) -> ServerProcess:
            settings = {**AS_LONG_AS_THE_SUITE, "HUIZHEN_SEAT_KEPT_S": "4"}
            if engine == "postgresql":
                settings["HUIZHEN_DATABASE_URL"] = request.getfixturevalue("cluster").database()
            process = ServerProcess(tmp_path_factory.mktemp("server"), settings)
            process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
            if engine == "sqlite":  # the other's database is ended before it
                running.callback(lambda: complained.append(process.complaints()))
            return running.enter_context(process)

        yield on
    assert not any(complained), "".join(complained)


@pytest.fixture(scope="session")
def server(
    request: pytest.FixtureRequest, servers: Callable[[str], ServerProcess]
) -> ServerProcess:
    return servers(getattr(request, "param", "sqlite"))


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


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a site that has worked and was stopped, with heads that were put out."""
    folder = tmp_path_factory.mktemp("past")
    (folder / "heads").mkdir()
    server = ServerProcess(
        folder / "data",
        {"HUIZHEN_AUDIT_HEADS_DIR": str(folder / "heads"), "HUIZHEN_AUDIT_SEALED_EVERY_S": "0.2"},
    )
    server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    for _ in range(2):
        with server:
            town = Town(server.url, trusting(server.ca))
            valley = make_valley(town)
            for _ in range(3):
                case_id = open_case(valley)
                valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
            town.close()
    return folder


@pytest.fixture
def hasty_context(hasty: ServerProcess) -> ssl.SSLContext:
    """Of a module's own server, whose clocks run out while a test watches."""
    return trusting(hasty.ca)


@pytest.fixture
def hasty_valley(hasty: ServerProcess, hasty_context: ssl.SSLContext) -> Iterator[Valley]:
    town = Town(hasty.url, hasty_context)
    yield make_valley(town)
    town.close()
