"""Nothing acknowledged is lost or doubled, whenever server, database, client or call is killed."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.client_crashes import ClientArena, client_arena
from tests.server.crashes import Arena, arena
from tests.server.people import ADMIN, PASSWORD
from tests.server.postgres import postgres
from tests.server.process import ServerProcess

forks = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are of POSIX")
MORE = {"HUIZHEN_ACCESS_TOKEN_S": "7200"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    made = ServerProcess(tmp_path_factory.mktemp("site") / "server", MORE)
    made.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with made:
        yield made


@pytest.fixture(scope="module")
def killed_server(server: ServerProcess) -> Iterator[Arena]:
    with arena(server, server.kill, server.start) as made:
        yield made


@pytest.fixture(scope="module")
def killed_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    folder: Path = tmp_path_factory.mktemp("site") / "server"
    with postgres(durable=True) as cluster:
        server = ServerProcess(folder, {**MORE, "HUIZHEN_DATABASE_URL": cluster.database()})
        server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
        with server, arena(server, cluster.stop, cluster.start) as made:
            yield made


@pytest.fixture(scope="module")
def clients(
    server: ServerProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ClientArena]:
    with client_arena(server, tmp_path_factory.mktemp("clients")) as made:
        yield made


@pytest.mark.parametrize("seed", range(10))
def test_a_server_killed_at_any_moment_loses_nothing(killed_server: Arena, seed: int) -> None:
    killed_server.round(seed)


@pytest.mark.parametrize("seed", range(4))
def test_a_database_killed_at_any_moment_loses_nothing(killed_database: Arena, seed: int) -> None:
    killed_database.round(seed)


@forks
def test_a_client_killed_at_any_moment_loses_nothing_it_said_to_be_kept(
    clients: ClientArena,
) -> None:
    """Five kills in the life of one case."""
    assert len(clients.round(seed=3, kills=5)) == 5


@forks
def test_a_media_process_killed_in_the_middle_of_work_comes_back_into_the_call(
    clients: ClientArena,
) -> None:
    assert len(clients.round_of_call(seed=0, kills=1)) == 1
