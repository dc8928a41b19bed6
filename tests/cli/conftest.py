"""A server for the tests of the commands."""

from collections.abc import Iterator

import pytest

from tests.server.people import ADMIN, PASSWORD
from tests.server.process import ServerProcess


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    process = ServerProcess(tmp_path_factory.mktemp("server"))
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        yield process
