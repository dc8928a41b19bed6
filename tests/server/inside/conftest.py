"""The server in the test's own process, with a clock that the test turns."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.in_process import InProcess, TownWithin
from tests.server.people import Valley, make_valley
from tests.server.statements import Statement, statements


@pytest.fixture
def server(tmp_path: Path) -> Iterator[InProcess]:
    made = InProcess(tmp_path)
    yield made
    made.end()


@pytest.fixture(scope="module")
def kept_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    """One for all tests of a module, where each has people of its own."""
    made = InProcess(tmp_path_factory.mktemp("server"))
    yield made
    made.end()


@pytest.fixture(scope="module")
def within(kept_server: InProcess) -> TownWithin:
    return TownWithin(kept_server)


@pytest.fixture
def valley(server: InProcess) -> Valley:
    return make_valley(TownWithin(server))


@pytest.fixture
def asked() -> Iterator[list[Statement]]:
    """What the databases are asked in a test."""
    with statements() as found:
        yield found
