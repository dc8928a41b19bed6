"""Downloads ask for little at a time while a call needs the line, and for everything else not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import UUID

import pytest

from app.net.dicomweb import Arriving
from app.net.errors import NotUnderstood
from app.transfer.downloading import LEAST_BYTES, MOST_BYTES, Downloads, Wanted
from app.transfer.rates import Pace
from app.transfer.session import Server

IMAGE = bytes(range(256)) * 4096
CHUNK = 64 * 1024
CASE = UUID("0198e7c1-0000-7000-8000-000000000001")


class Far:
    """A server with one image; remembers what was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int, int | None]] = []
        self.chunks_sent = 0
        self.dicomweb = self

    @asynccontextmanager
    async def retrieve(
        self, _study: str, _series: str, uid: str, _case: UUID, *, start: int, size: int | None
    ) -> AsyncIterator[Arriving]:
        self.asked.append((uid, start, size))
        part = IMAGE[start:] if size is None else IMAGE[start : start + size]

        async def pieces() -> AsyncIterator[bytes]:
            for at in range(0, len(part), CHUNK):
                self.chunks_sent += 1
                await asyncio.sleep(0)
                yield part[at : at + CHUNK]

        yield Arriving(pieces(), start, len(IMAGE))


class Clock:
    """Time passes only by waiting for it."""

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def wanted(uid: str = "1.2.1") -> Wanted:
    return Wanted("1.2", "1.2.0", uid, CASE)


class Desk:
    def __init__(self, limit: float | None = None) -> None:
        self.far, self.clock = Far(), Clock()
        self.downloads = Downloads(Pace(self.clock.sleep, lambda: self.clock.now))
        self.downloads.pace.limit = limit

    def bytes_of(self, uid: str = "1.2.1", *, rushed: bool = False) -> Any:
        return self.downloads.bytes_of(cast("Server", self.far), wanted(uid), rushed=rushed)

    async def whole(self, uid: str = "1.2.1", *, rushed: bool = False) -> bytes:
        return b"".join([piece async for piece in self.bytes_of(uid, rushed=rushed)])


async def test_without_a_call_an_image_is_asked_for_once_and_whole() -> None:
    desk = Desk()
    assert await desk.whole() == IMAGE
    assert desk.far.asked == [("1.2.1", 0, None)]


async def test_during_a_call_it_comes_in_portions_of_half_a_second_at_the_speed_left() -> None:
    desk = Desk(limit=100_000)
    assert await desk.whole() == IMAGE
    assert {size for _, _, size in desk.far.asked} == {50_000}
    assert desk.clock.now == pytest.approx(len(IMAGE) / 100_000, rel=0.1)


@pytest.mark.parametrize(("limit", "size"), [(4_000, LEAST_BYTES), (4_000_000, MOST_BYTES)])
async def test_portions_are_never_mere_words_nor_a_flood(limit: float, size: int) -> None:
    desk = Desk(limit)
    await desk.whole()
    assert {asked for _, _, asked in desk.far.asked} == {size}


async def test_a_call_that_begins_ends_what_was_asked_for_in_one_go() -> None:
    desk, came = Desk(), bytearray()
    async for piece in desk.bytes_of():
        came += piece
        if len(came) == CHUNK:
            desk.downloads.pace.limit = 100_000
    assert bytes(came) == IMAGE
    (_, start, whole), (_, next_start, size), *_ = desk.far.asked
    assert (start, whole, size) == (0, None, 50_000)
    assert next_start <= 2 * CHUNK, "what had not come yet is not waited for"


async def test_after_the_call_the_rest_comes_in_one_go() -> None:
    desk, came = Desk(limit=100_000), bytearray()
    async for piece in desk.bytes_of():
        came += piece
        desk.downloads.pace.limit = None
    assert bytes(came) == IMAGE
    assert desk.far.asked == [("1.2.1", 0, 50_000), ("1.2.1", 50_000, None)]


async def test_without_a_call_the_others_break_off_for_it_and_go_on_where_they_were() -> None:
    desk = Desk()
    pieces = desk.bytes_of("1.2.1")
    came = bytearray(await anext(pieces))
    with desk.downloads.rushing():
        going_on = asyncio.ensure_future(anext(pieces))
        assert await desk.whole("1.2.3", rushed=True) == IMAGE
        assert not going_on.done()
    came += await going_on
    async for piece in pieces:
        came += piece
    assert bytes(came) == IMAGE
    assert desk.far.asked == [("1.2.1", 0, None), ("1.2.3", 0, None), ("1.2.1", CHUNK, None)]


async def test_what_somebody_waits_for_goes_before_all_else() -> None:
    desk = Desk(limit=100_000)
    others = [asyncio.create_task(desk.whole(uid)) for uid in ("1.2.1", "1.2.2")]
    with desk.downloads.rushing():
        assert await desk.whole("1.2.3", rushed=True) == IMAGE
    order = [uid for uid, _, _ in desk.far.asked]
    assert set(order) == {"1.2.3"}
    assert await asyncio.gather(*others) == [IMAGE, IMAGE]


class Stubborn(Far):
    """Answers the whole from its beginning once `after` bytes have come, whatever is asked for."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._after = after

    @asynccontextmanager
    async def retrieve(
        self, study: str, series: str, uid: str, case: UUID, *, start: int, size: int | None
    ) -> AsyncIterator[Arriving]:
        if start >= self._after:
            start, size = 0, None
        async with super().retrieve(study, series, uid, case, start=start, size=size) as answer:
            yield answer


async def test_a_server_that_knows_no_parts_gives_the_whole() -> None:
    desk = Desk(limit=100_000)
    desk.far = Stubborn(after=0)
    assert await desk.whole() == IMAGE


async def test_a_server_that_sends_another_part_is_not_believed() -> None:
    desk = Desk(limit=100_000)
    desk.far = Stubborn(after=1)
    with pytest.raises(NotUnderstood):
        await desk.whole()
