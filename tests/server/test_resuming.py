"""An image in pieces: a broken line costs what was on the way, not what has arrived."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from protocol import paths
from protocol.account import Role
from protocol.edge import RelayTicket
from protocol.imaging import FailureReason
from server.api.dicomweb.resuming import FORGOTTEN_AFTER, Resuming
from server.api.dicomweb.taking import Outcome
from server.api.listening import SystemClock
from server.domain.errors import Invalid
from server.domain.people import Who
from server.edge.intake import EdgeIntake
from server.edge.queue import Queue
from server.edge.tickets import who_of
from server.store.keyring import KeyRing
from server.store.shelf import Shelf
from tests.server.edge import town_of
from tests.server.images import declare, file_bytes, new_study
from tests.server.people import ADMIN, PASSWORD, Someone, Valley, make_valley, open_case
from tests.server.process import ServerProcess
from tests.server.test_dicomweb_client import uids

PIECES = "application/offset+octet-stream"


class Line:
    """One image on its way from a clinic."""

    def __init__(self, valley: Valley, size: int = 64) -> None:
        self.someone = valley.doctor
        (self.slice,) = new_study(1, size)
        self.file = file_bytes(self.slice)
        self.sha256 = hashlib.sha256(self.file).hexdigest()
        self.case_id = open_case(valley)
        declare(self.someone, self.case_id, [self.slice], [self.file])

    def patch(
        self, piece: Any, at: int, *, someone: Someone | None = None, length: int | None = None
    ) -> httpx.Response:
        return (someone or self.someone).http.patch(
            paths.UPLOAD.format(sha256=self.sha256),
            params={"study": self.slice.StudyInstanceUID},
            content=piece,
            headers={
                "content-type": PIECES,
                "upload-offset": str(at),
                "upload-length": str(length or len(self.file)),
            },
        )

    def there(self, someone: Someone | None = None) -> int:
        found: int = (someone or self.someone).get(paths.UPLOAD, sha256=self.sha256)["offset"]
        return found

    def served(self, below: str = "") -> httpx.Response:
        place = "{}/studies/{}/series/{}/instances/{}".format(paths.DICOMWEB, *uids(self.slice))
        accept = "application/dicom+json" if below else "application/dicom; transfer-syntax=*"
        return self.someone.http.get(place + below, headers={"accept": accept})

    def verified(self) -> bool:
        (study,) = self.someone.get(paths.STUDIES, consultation_id=self.case_id)
        return bool(study["verified"])


@pytest.fixture
def line(valley: Valley) -> Line:
    return Line(valley)


def test_pieces_become_the_image(line: Line) -> None:
    assert line.there() == 0
    assert line.patch(line.file[:1000], 0).status_code == 204
    assert line.there() == 1000
    assert not line.verified()
    answer = line.patch(line.file[1000:], 1000)
    assert answer.status_code == 200
    stored = answer.json()["00081199"]["Value"][0]
    assert stored["00081155"]["Value"] == [line.slice.SOPInstanceUID]
    assert line.verified()
    assert line.there() == 0, "what is stored is no open upload any more"


def test_what_came_before_the_line_broke_is_there(line: Line) -> None:
    def broken() -> Any:
        yield line.file[:3000]
        raise httpx.WriteError("the line broke")

    with pytest.raises(httpx.WriteError):
        line.patch(broken(), 0)
    arrived = line.there()
    assert arrived in (0, 3000), "as much as the server has read"
    assert line.patch(line.file[arrived:], arrived).status_code == 200
    assert line.verified()


def test_bytes_from_elsewhere_are_refused_and_change_nothing(line: Line) -> None:
    line.patch(line.file[:1000], 0)
    assert line.patch(line.file[500:900], 500).status_code == 409
    assert line.patch(line.file[1500:], 1500).status_code == 409
    assert line.there() == 1000


def test_an_image_that_is_not_what_was_announced_is_not_stored(line: Line) -> None:
    answer = line.patch(line.file[:-1] + b"!", 0)
    assert answer.status_code == 409
    assert answer.json()["00081198"]["Value"][0]["00081197"]["Value"] == [
        FailureReason.HASH_MISMATCH
    ]
    assert not line.verified()
    assert line.there() == 0


def test_more_bytes_than_announced_end_the_upload(line: Line) -> None:
    assert line.patch(line.file + b"more", 0).status_code == 422
    assert line.there() == 0


def test_another_length_begins_anew(line: Line) -> None:
    line.patch(line.file[:1000], 0, length=len(line.file) + 10)
    assert line.patch(line.file, 0).status_code == 200


def test_nobody_sees_or_continues_what_another_has_begun(line: Line, valley: Valley) -> None:
    line.patch(line.file[:1000], 0)
    assert line.there(valley.expert) == 0
    assert line.patch(line.file[1000:], 1000, someone=valley.expert).status_code in (403, 409)
    assert line.there() == 1000


def test_an_image_larger_than_allowed_is_refused_at_once(line: Line) -> None:
    answer = line.patch(b"", 0, length=1 << 40)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


class Counter:
    """Two requests of one sender for the same image, at the very objects that take them."""

    def __init__(self, folder: Path) -> None:
        ring, clock = KeyRing(folder / "keys.json"), SystemClock()
        ring.make(plain=False)
        self.queue = Queue(folder, ring, 1 << 30, clock)
        self.intake = EdgeIntake(self.queue, clock, 1 << 30, self)
        self.resuming = Resuming(self.intake, clock)
        (self.slice,) = new_study(1)
        self.file = file_bytes(self.slice)
        self.sha256 = hashlib.sha256(self.file).hexdigest()
        ticket = RelayTicket(
            account_id=uuid4(),
            session_id=uuid4(),
            roles=(Role.REQUESTER,),
            institution_id=uuid4(),
            token="a token",
            expires_at=clock.now() + timedelta(hours=1),
            max_instance_bytes=1 << 30,
        )
        self.queue.know(ticket)
        self.who: Who = who_of(ticket)

    def wake(self) -> None:
        """Nothing is sent on from here."""

    async def add(
        self, chunks: AsyncIterator[bytes], *, at: int = 0, more: int = 0
    ) -> Outcome | int:
        study, length = str(self.slice.StudyInstanceUID), len(self.file) + more
        return await self.resuming.add(self.who, self.sha256, study, at, length, chunks)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(tmp_path)
    yield made
    made.intake.close()


async def test_a_request_whose_upload_began_anew_stops_and_the_newer_one_is_stored(
    counter: Counter,
) -> None:
    older_began, newer_began = asyncio.Event(), asyncio.Event()

    async def older() -> AsyncIterator[bytes]:
        yield counter.file[:1000]
        older_began.set()
        await newer_began.wait()
        yield counter.file[1000:] + b"more"

    old = asyncio.create_task(counter.add(older(), more=4))
    await older_began.wait()

    async def newer() -> AsyncIterator[bytes]:
        yield counter.file[:500]
        newer_began.set()
        await asyncio.wait({old})
        yield counter.file[500:]

    stored = await counter.add(newer())
    assert isinstance(stored, Outcome)
    assert stored.failure is None
    with pytest.raises(Invalid, match="elsewhere"):
        await old
    assert counter.queue.find(counter.who.id, counter.sha256) is not None
    assert (await counter.resuming.offset(counter.who, counter.sha256)).offset == 0


async def test_a_request_whose_end_comes_after_another_has_stored_the_image_stores_nothing(
    counter: Counter,
) -> None:
    sent, end = asyncio.Event(), asyncio.Event()

    async def older() -> AsyncIterator[bytes]:
        yield counter.file
        sent.set()
        await end.wait()

    async def nothing() -> AsyncIterator[bytes]:
        yield b""

    old = asyncio.create_task(counter.add(older()))
    await sent.wait()
    told = await counter.resuming.offset(counter.who, counter.sha256)
    stored = await counter.add(nothing(), at=told.offset)
    assert isinstance(stored, Outcome)
    end.set()
    with pytest.raises(Invalid, match="elsewhere"):
        await old
    assert len(counter.queue) == 1


# --- over a restart of the server -------------------------------------------------------------


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerProcess, Valley]]:
    """A server that may be ended, and killed."""
    process = ServerProcess(tmp_path_factory.mktemp("resuming") / "server")
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process, closing(town_of(process)) as town:
        yield process, make_valley(town)


def in_pieces(process: ServerProcess) -> list[Path]:
    return [file for file in (process.data_dir / "pieces").iterdir() if file.is_file()]


def test_what_had_come_is_there_after_a_restart_of_the_server(
    own: tuple[ServerProcess, Valley],
) -> None:
    """Of an image that is held in memory, and of one that goes to the disk as it comes."""
    process, valley = own
    lines = (Line(valley, 256), Line(valley, 2048))
    for line in lines:
        assert line.patch(line.file[:-1000], 0).status_code == 204
    process.stop()
    kept = [file.read_bytes() for file in in_pieces(process)]
    assert len(kept) == 4
    assert not any(b"QS-2026-0042" in data or b"DICM" in data for data in kept)
    process.start()
    for line in lines:
        assert line.there() == len(line.file) - 1000
        assert line.patch(line.file[-1000:], len(line.file) - 1000).status_code == 200
        assert line.verified()
    assert not in_pieces(process)


def test_a_server_killed_inside_an_image_says_from_where_to_go_on_and_serves_no_half_one(
    own: tuple[ServerProcess, Valley],
) -> None:
    """What had come in part is lost, and said to be; what was answered as stored is there."""
    process, valley = own
    whole, *lines = Line(valley, 256), Line(valley, 256), Line(valley, 2048)
    assert whole.patch(whole.file, 0).status_code == 200
    assert lines[0].patch(lines[0].file[:-1000], 0).status_code == 204

    def cut() -> Any:
        yield lines[1].file[:-1000]
        process.kill()
        yield lines[1].file[-1000:]

    with pytest.raises(httpx.TransportError):
        lines[1].patch(cut(), 0)
    process.start()
    assert whole.verified()
    assert whole.served().content == whole.file
    for line in lines:
        assert not line.verified()
        assert line.served().status_code == 404
        assert line.served("/metadata").status_code == 404
        arrived = line.there()
        behind = line.patch(line.file[-1000:], len(line.file) - 1000)
        assert (behind.status_code, arrived) == (409, 0), "nothing is put behind a hole"
        assert line.patch(line.file[arrived:], arrived).status_code == 200
        assert line.verified()
        assert line.served().content == line.file
    left = [file for file in process.data_dir.rglob("spool/*") if file.is_file()]
    assert left == [], "the halves are not kept either"


class Later:
    """A clock that somebody sets."""

    def __init__(self) -> None:
        self.time = SystemClock().now()

    def now(self) -> datetime:
        return self.time


class House:
    """A server's uploads over its restarts."""

    def __init__(self, folder: Path) -> None:
        self.ring, self.clock = KeyRing(folder / "keys.json"), Later()
        self.ring.make(plain=False)
        self.folder = folder
        (folder / "queue").mkdir()
        self.counter = Counter(folder / "queue")
        self.resuming = self.started()

    def started(self) -> Resuming:
        shelf = Shelf(self.folder / "pieces", self.ring)
        return Resuming(self.counter.intake, self.clock, shelf)

    async def add(self, data: bytes, at: int) -> Outcome | int:
        async def chunks() -> AsyncIterator[bytes]:
            yield data

        one = self.counter
        study = str(one.slice.StudyInstanceUID)
        return await self.resuming.add(one.who, one.sha256, study, at, len(one.file), chunks())

    async def restart(self) -> None:
        await self.resuming.close()
        self.resuming = self.started()
        self.resuming.sweep_shelf()

    async def there(self) -> int:
        return (await self.resuming.offset(self.counter.who, self.counter.sha256)).offset

    def files(self) -> list[Path]:
        return [file for file in (self.folder / "pieces").iterdir() if file.is_file()]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.counter.intake.close()


async def test_an_upload_outlives_any_number_of_restarts(house: House) -> None:
    file = house.counter.file
    for at in range(0, 1500, 500):
        assert await house.add(file[at : at + 500], at) == at + 500
        await house.restart()
        await house.restart()
        assert await house.there() == at + 500
    stored = await house.add(file[1500:], 1500)
    assert isinstance(stored, Outcome)
    assert stored.failure is None
    assert house.files() == []


async def test_what_nobody_goes_on_with_is_forgotten_after_an_hour(house: House) -> None:
    await house.add(house.counter.file[:500], 0)
    await house.resuming.close()
    house.clock.time += FORGOTTEN_AFTER + timedelta(minutes=1)
    house.resuming = house.started()
    assert await house.there() == 0
    assert house.files() == []


async def test_what_was_harmed_on_the_disk_is_sent_again(house: House) -> None:
    await house.add(house.counter.file[:500], 0)
    await house.resuming.close()
    for file in house.files():
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(bytes(data))
    house.resuming = house.started()
    assert await house.there() == 0


async def test_two_who_ask_at_once_find_the_same_upload(house: House) -> None:
    await house.add(house.counter.file[:500], 0)
    await house.restart()
    found = await asyncio.gather(*(house.there() for _ in range(3)))
    assert found == [500] * 3
