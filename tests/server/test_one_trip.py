"""SQLite's connections change threads once for a statement, and keep to what a driver promises."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from server.store.engine import WRITES, open_engine
from server.store.one_trip import AT_FIRST, OneTripConnection
from tests.server.stores import sqlite_in

MANY = AT_FIRST * 2 + 1


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    made = open_engine(sqlite_in(tmp_path))
    async with made.begin() as first:
        await first.execute(text("CREATE TABLE numbers (n INTEGER)"))
        rows = [{"n": n} for n in range(MANY)]
        await first.execute(text("INSERT INTO numbers VALUES (:n)"), rows)
    yield made
    await made.dispose()


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What went to the thread of a connection."""
    found: list[str] = []
    real: Callable[..., Any] = OneTripConnection._execute

    async def trip(self: OneTripConnection, do: Callable[..., Any], *more: Any) -> Any:
        found.append(repr(do))
        return await real(self, do, *more)

    monkeypatch.setattr(OneTripConnection, "_execute", trip)
    return found


async def numbers(connection: AsyncConnection, limit: int = MANY) -> list[int]:
    found = await connection.scalars(text(f"SELECT n FROM numbers ORDER BY n LIMIT {limit}"))
    return list(found)


async def test_a_statement_comes_back_with_its_rows_and_began_its_transaction(
    engine: AsyncEngine, trips: list[str]
) -> None:
    async with engine.begin() as one:
        assert await numbers(one, 3) == [0, 1, 2]
        assert len(trips) == 1
    assert len(trips) == 2  # the end of the transaction
    async with engine.connect() as nothing:
        await nothing.begin()
    assert len(trips) == 2


async def test_more_rows_than_come_at_first_all_come(engine: AsyncEngine) -> None:
    async with engine.connect() as one:
        assert await numbers(one) == list(range(MANY))
        assert await numbers(one, AT_FIRST) == list(range(AT_FIRST))
        streamed = await one.stream(text("SELECT n FROM numbers ORDER BY n"))
        parts = [len(part) async for part in streamed.partitions(AT_FIRST - 1)]
    assert parts == [AT_FIRST - 1, AT_FIRST - 1, 3]


async def test_a_writer_has_the_file_from_its_first_statement_on(engine: AsyncEngine) -> None:
    async with engine.connect() as plain, engine.connect() as other:
        writer = await plain.execution_options(**{WRITES: True})
        await numbers(writer, 1)
        await other.execute(text("PRAGMA busy_timeout = 0"))
        with pytest.raises(OperationalError, match="locked"):
            await other.execute(text("DELETE FROM numbers"))


async def test_who_goes_while_a_statement_runs_leaves_nothing_written(engine: AsyncEngine) -> None:
    async with engine.connect() as plain:
        writer = await plain.execution_options(**{WRITES: True})
        going = asyncio.create_task(writer.execute(text("DELETE FROM numbers")))
        await asyncio.sleep(0)  # it has begun
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going
    async with engine.connect() as after:
        assert await numbers(after) == list(range(MANY))
