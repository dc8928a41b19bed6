"""One real server for these tests; every test has its own clinic, line and profile."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from protocol import paths
from protocol.imaging import StudyProgress
from tests.server.images import file_bytes, new_study
from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley, open_case
from tests.server.process import ServerProcess
from tests.transfer.desk import Desk
from tests.transfer.line import Line


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    process = ServerProcess(tmp_path_factory.mktemp("server"))
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        yield process


@pytest.fixture(scope="package")
def town(server: ServerProcess) -> Iterator[Town]:
    made = Town(server.url, ssl.create_default_context(cafile=str(server.ca)))
    yield made
    made.close()


@pytest.fixture
def valley(town: Town) -> Valley:
    return make_valley(town)


@dataclass
class Clinic:
    """A doctor with a draft case, a folder of pictures, a line and a desk."""

    valley: Valley
    case_id: UUID
    pictures: Path
    profile: Path
    line: Line
    ca: Path
    desks: list[Desk]

    async def open_desk(self, *, signed_in: bool = True) -> Desk:
        desk = Desk(self.profile)
        self.desks.append(desk)
        await desk.open()
        if signed_in:
            await asyncio.to_thread(desk.use, self.valley.doctor, self.line.url, self.ca)
        return desk

    def write_study(self, images: int = 4, size: int = 32) -> str:
        """Writes slices as a scanner would; answers the Study Instance UID."""
        slices = new_study(images, size)
        folder = self.pictures / "series"
        folder.mkdir(parents=True, exist_ok=True)
        for number, one in enumerate(slices, 1):
            (folder / f"IM{number:04d}").write_bytes(file_bytes(one))
        return str(slices[0].StudyInstanceUID)

    async def on_server(self) -> list[StudyProgress]:
        """What the server says about the case's studies, asked past the line."""
        found = await asyncio.to_thread(
            self.valley.doctor.get, paths.STUDIES, consultation_id=self.case_id
        )
        return [StudyProgress.model_validate_json(json.dumps(one)) for one in found]


@pytest.fixture
async def clinic(server: ServerProcess, valley: Valley, tmp_path: Path) -> AsyncIterator[Clinic]:
    case_id = UUID(await asyncio.to_thread(open_case, valley))
    port = int(server.url.rsplit(":", 1)[1])
    async with Line("127.0.0.1", port) as line:
        made = Clinic(valley, case_id, tmp_path / "disc", tmp_path / "profile", line, server.ca, [])
        yield made
        for desk in made.desks:
            await desk.link.close(when_done=False)
