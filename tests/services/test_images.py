"""What the transfer process is told when it starts, and when it starts again during a call."""

from pathlib import Path

import pytest

from app.services.images import ImageService
from app.services.tasks import Tasks
from app.services.troubles import raise_error
from app.session.owner import Session
from app.transfer.link import TransferLink
from app.transfer.messages import Command, LimitUploads, Open, Ready
from tests.fakes.api import FakeApi, House
from tests.fakes.examples import DOCTOR


class Recorder(TransferLink):
    """A link to a process that only listens."""

    def __init__(self) -> None:
        super().__init__(on_event=lambda event: None, on_lost=lambda code, again: None)
        self.heard: list[Command] = []

    def send(self, command: Command) -> None:
        self.heard.append(command)

    def limits(self) -> list[int | None]:
        return [one.bytes_per_second for one in self.heard if isinstance(one, LimitUploads)]


@pytest.fixture
def images(tmp_path: Path, house: House) -> ImageService:
    session = Session()
    return ImageService(
        session,
        FakeApi(house, DOCTOR),
        Tasks(lambda error: raise_error(session, error)),
        DOCTOR,
        folder=tmp_path,
        store_key=bytes(range(32)),
        pin=None,
        on_patients=lambda patients: None,
        on_intake=lambda event: None,
        on_ready=lambda: None,
        on_late=lambda uid: None,
        serving=lambda: False,
    )


def started(images: ImageService) -> Recorder:
    """The process is there, for the first time or again."""
    images.transfer = link = Recorder()
    images._said(Ready())
    return link


async def test_a_process_that_starts_during_a_call_is_told_the_last_limit_once(
    images: ImageService,
) -> None:
    images.limit(32_000)
    images.limit(16_000)
    link = started(images)
    assert isinstance(link.heard[0], Open)
    assert link.limits() == [16_000]
    images.limit(20_000)
    assert link.limits() == [16_000, 20_000]
    images.limit(None)
    assert link.limits() == [16_000, 20_000, None]
    assert started(images).limits() == []


@pytest.mark.allow_logs("a process that died is told to IT")
async def test_a_process_that_died_is_told_the_limit_of_the_call_again(
    images: ImageService,
) -> None:
    started(images)
    images.limit(32_000)
    images._lost(1, will_restart=True)
    assert started(images).limits() == [32_000]
