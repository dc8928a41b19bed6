"""SQLite's connections, which run a statement and fetch what it found in one change of threads.

The driver's own go to their thread four times for a statement (a cursor, running, fetching,
closing) and three times for a transaction. Short statements cost less than that.
"""

import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

import aiosqlite
from aiosqlite.context import Result

T = TypeVar("T")
AT_FIRST = 500
"""Rows that come with the statement; more are fetched when they are asked for."""


class OneTripCursor(aiosqlite.Cursor):
    """Has begun to read what it found when it has run."""

    def __init__(self, connection: "OneTripConnection", cursor: sqlite3.Cursor) -> None:
        super().__init__(connection, cursor)
        self._line = connection
        self._found: list[Any] = []
        self._exhausted = True

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> "OneTripCursor":
        values = () if parameters is None else tuple(parameters)
        await self._run(partial(self._cursor.execute, sql, values))
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> "OneTripCursor":
        rows = [tuple(one) for one in parameters]
        await self._run(partial(self._cursor.executemany, sql, rows))
        return self

    async def _run(self, statement: Callable[[], object]) -> None:
        self._found, self._exhausted = [], False
        await self._line.trip(partial(self._run_there, self._line.beginning(), statement))

    def _run_there(self, beginning: str | None, statement: Callable[[], object]) -> None:
        if beginning is not None:
            self._cursor.execute(beginning)
        statement()
        if self._cursor.description is not None:
            self._found = self._cursor.fetchmany(AT_FIRST)
        self._exhausted = len(self._found) < AT_FIRST

    async def fetchone(self) -> Any:
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        wanted = self.arraysize if size is None else size
        rows, self._found = self._found[:wanted], self._found[wanted:]
        if len(rows) < wanted and not self._exhausted:
            rows += await self._line.trip(partial(self._cursor.fetchmany, wanted - len(rows)))
        return rows

    async def fetchall(self) -> list[Any]:
        rows, self._found = self._found, []
        if not self._exhausted:
            rows += await self._line.trip(self._cursor.fetchall)
            self._exhausted = True
        return rows

    async def close(self) -> None:
        """One that has read everything holds nothing."""
        self._found = []
        if not self._exhausted:
            await self._line.trip(self._cursor.close)


class OneTripConnection(aiosqlite.Connection):
    """Begins a transaction together with its first statement, and ends none that had none."""

    _begin: str | None = None
    _used = False

    def begin_with(self, statement: str) -> None:
        """What begins the transaction; it is run before whatever is run next."""
        self._begin = statement

    def beginning(self) -> str | None:
        """What is to be run before a statement that goes to the thread now."""
        self._used = True
        beginning, self._begin = self._begin, None
        return beginning

    async def trip(self, do: Callable[[], T]) -> T:
        """Does it in the connection's thread; `ValueError` where the connection is closed."""
        done: T = await self._execute(do)  # type: ignore[no-untyped-call]  # aiosqlite annotates none
        return done

    def cursor(self) -> Result[aiosqlite.Cursor]:
        return Result(self._own_cursor())

    async def _own_cursor(self) -> aiosqlite.Cursor:
        return OneTripCursor(self, self._conn.cursor())

    async def commit(self) -> None:
        if self._ends():
            await super().commit()

    async def rollback(self) -> None:
        if self._ends():
            await super().rollback()

    def _ends(self) -> bool:
        """Whether anything was sent to the thread since the last end."""
        used, self._used, self._begin = self._used, False, None
        return used


def connect(database: str, **options: Any) -> OneTripConnection:
    """As `aiosqlite.connect`: the connection opens when it is awaited."""
    options["check_same_thread"] = False  # cursors are made where they are asked for
    made = OneTripConnection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    made._thread.daemon = True  # as SQLAlchemy makes them: none keeps a program from ending
    return made
