"""Who guesses waits: at every process of the site, and after its restart."""

from datetime import timedelta
from pathlib import Path

import pytest

from server.api.services.backoff import Backoff
from server.domain.errors import Unavailable
from server.store.bus import LocalBus
from server.store.engine import migrate, open_engine
from server.store.work import Store
from tests.server.in_process import TurnedClock

NAME = "lin.clinic"


async def waits(store: Store, backoff: Backoff) -> bool:
    async with store.reading() as work:
        try:
            await backoff.check(work, NAME)
        except Unavailable:
            return True
    return False


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_wrong_tries_are_counted_together_and_outlast_a_process(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    address = f"sqlite+aiosqlite:///{tmp_path / 'site.sqlite'}"
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
            await backoff.wrong(work, NAME)
    restarted = Store(open_engine(address), clock, LocalBus())
    assert [await waits(one, backoff) for one in (*processes, restarted)] == [True] * 3
    assert not await waits(restarted, Backoff(b"key", "emergency")), "other guesses do not count"
    clock.at += timedelta(minutes=6)
    assert not await waits(restarted, backoff)
    clock.at += timedelta(hours=2)
    async with restarted.writing() as work:
        await backoff.wrong(work, "somebody else")
        assert not await backoff.check(work, NAME), "it is forgotten after an hour"
    for one in (*processes, restarted):
        await one.close()
