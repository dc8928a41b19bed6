"""One real server for these tests; every test has its own people, profile and windows."""

import ssl
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.live.clinician import Part, play
from tests.media.films import make_film
from tests.server.conftest import AS_LONG_AS_THE_SUITE
from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley
from tests.server.process import ServerProcess

Play = Callable[[dict[str, Path], Part], None]


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    process = ServerProcess(tmp_path_factory.mktemp("server"), AS_LONG_AS_THE_SUITE)
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        yield process
    assert not process.complaints(), process.complaints()


@pytest.fixture(scope="package")
def town(server: ServerProcess) -> Iterator[Town]:
    made = Town(server.url, ssl.create_default_context(cafile=str(server.ca)))
    yield made
    made.close()


@pytest.fixture
def valley(town: Town) -> Valley:
    return make_valley(town)


@pytest.fixture
def at_desk(qapp: QApplication, tmp_path: Path) -> Play:
    """Plays a part on the real program with a profile of its own."""
    return partial(play, qapp, tmp_path / "profile")


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What guests send: small, so that two cores carry a call of three and its windows."""
    path = tmp_path_factory.mktemp("film") / "film.mkv"
    return make_film(path, width=160, height=120, fps=10, pictures=20)
