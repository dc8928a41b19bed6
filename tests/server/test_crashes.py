"""Nothing acknowledged is lost or doubled, whenever server or database is killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.crashes import Arena, arena
from tests.server.people import ADMIN, PASSWORD
from tests.server.postgres import postgres
from tests.server.process import ServerProcess

MORE = {"HUIZHEN_ACCESS_TOKEN_S": "7200"}


@pytest.fixture(scope="module")
def killed_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    server = ServerProcess(tmp_path_factory.mktemp("site") / "server", MORE)
    server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with server, arena(server, server.kill, server.start) as made:
        yield made


@pytest.fixture(scope="module")
def killed_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    folder: Path = tmp_path_factory.mktemp("site") / "server"
    with postgres(durable=True) as cluster:
        server = ServerProcess(folder, {**MORE, "HUIZHEN_DATABASE_URL": cluster.database()})
        server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
        with server, arena(server, cluster.stop, cluster.start) as made:
            yield made


@pytest.mark.parametrize("seed", range(15))
def test_a_server_killed_at_any_moment_loses_nothing(killed_server: Arena, seed: int) -> None:
    killed_server.round(seed)


@pytest.mark.parametrize("seed", range(5))
def test_a_database_killed_at_any_moment_loses_nothing(killed_database: Arena, seed: int) -> None:
    killed_database.round(seed)
