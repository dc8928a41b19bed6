"""Who guesses waits: at every process of the site, and after its restart."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from server.api.services.backoff import Backoff, WrongGuess
from server.domain.errors import Forbidden, Unavailable
from server.store.bus import LocalBus
from server.store.engine import migrate, open_engine
from server.store.work import Store
from tests.server.in_process import TurnedClock
from tests.server.stores import sqlite_in, store_at

NAME = "lin.clinic"


async def waits(store: Store, backoff: Backoff) -> bool:
    async with store.reading() as work:
        return await backoff.waits_until(work, NAME) is not None


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_wrong_tries_are_counted_together_and_outlast_a_process(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    address = sqlite_in(tmp_path)
    if engine == "postgresql":
        address = request.getfixturevalue("cluster").database()
    clock, backoff = TurnedClock(), Backoff(b"key", "password")
    processes = [Store(open_engine(address), clock, LocalBus()) for _ in range(2)]
    first = open_engine(address)
    await migrate(first)
    await first.dispose()
    for number in range(5):
        assert not await waits(processes[number % 2], backoff)
        async with processes[number % 2].writing() as work:
            await backoff.begin(work, NAME)
    restarted = Store(open_engine(address), clock, LocalBus())
    assert [await waits(one, backoff) for one in (*processes, restarted)] == [True] * 3
    assert not await waits(restarted, Backoff(b"key", "emergency")), "other guesses do not count"
    clock.at += timedelta(minutes=6)
    assert not await waits(restarted, backoff)
    clock.at += timedelta(hours=2)
    async with restarted.writing() as work:
        for _ in range(5):  # it is forgotten after an hour
            await backoff.begin(work, NAME)
    for one in (*processes, restarted):
        await one.close()


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
async def store(tmp_path: Path, clock: TurnedClock) -> AsyncIterator[Store]:
    async with store_at(sqlite_in(tmp_path), clock) as made:
        yield made


async def test_of_many_tries_at_once_no_more_get_through_than_of_one_after_the_other(
    store: Store,
) -> None:
    backoff = Backoff(b"key", "password")
    all_begun = asyncio.Barrier(30)

    async def guess() -> bool:
        try:
            async with store.writing() as work:
                await backoff.begin(work, NAME)
        except Unavailable:
            return False
        finally:
            await all_begun.wait()  # nobody knows yet whether it was right
        return True

    assert sum(await asyncio.gather(*[guess() for _ in range(30)])) == 5


async def test_what_is_taken_back_leaves_earlier_wrong_ones_as_they_were(
    store: Store, clock: TurnedClock
) -> None:
    backoff = Backoff(b"key", "password", free_tries=1)
    async with store.writing() as work:
        await backoff.begin(work, NAME)
    clock.at += timedelta(seconds=10)
    async with store.writing() as work:
        tried = await backoff.begin(work, NAME)
    async with store.writing() as work:
        await backoff.take_back(work, tried)
    assert not await waits(store, backoff), "asking for the code makes nobody wait"
    async with store.writing() as work:
        await backoff.begin(work, NAME)
    assert await waits(store, backoff)


async def test_a_code_that_exists_is_never_refused_for_what_others_tried(store: Store) -> None:
    backoff = Backoff(b"key", "invitation", free_tries=3)

    async def guess() -> str:
        try:
            async with backoff.unit(store, "192.0.2.7"):
                raise WrongGuess(Forbidden("no such code"))
        except Forbidden:
            return "wrong"
        except Unavailable:
            return "waits"

    assert [await guess() for _ in range(5)] == ["wrong"] * 3 + ["waits"] * 2
    async with backoff.unit(store, "192.0.2.7"):
        pass  # the guest of the same ward, with a good code
