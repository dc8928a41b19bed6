"""Short pieces of work of many requests, done in one transaction and one thread.

A commit costs a flush to disk, and every statement through an asynchronous driver a change of
threads: hundreds of images a second have time for neither. Whoever waits while a transaction runs
goes into the next one together. When a piece fails, nothing of that transaction is kept and each is
done again in one of its own, so that none takes another's with it; a piece may so run twice, and
changes nothing but the database. It is answered after the commit, never before.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from server.domain.ports import Clock
from server.store.engine import WRITES
from server.store.room import told_when_away, told_when_full
from server.store.row_keys import RowKeys
from server.store.sealed_rows import Rows
from server.store.trail import TrailLines

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """What a piece of work has: a connection inside the transaction, its time, its audit lines."""

    connection: Connection
    now: datetime
    trail: TrailLines
    rows: Rows


@dataclass(slots=True)
class _Piece:
    do: Callable[[Desk], Any]
    request_id: str | None
    origin: str | None
    done: asyncio.Future[Any]
    answer: Any = None
    error: Exception | None = None


class Together:
    """Runs pieces of work; `lock` keeps other writers of this process out meanwhile."""

    def __init__(
        self,
        engine: AsyncEngine,
        twin: Engine | None,
        clock: Clock,
        lock: asyncio.Lock,
        keys: RowKeys,
    ) -> None:
        self._keys = keys
        self._engine, self._twin, self._clock, self._lock = engine, twin, clock, lock
        self._waiting: list[_Piece] = []
        self._running: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "huizhen-together")
        self._connection: Connection | None = None
        self._readers = ThreadPoolExecutor(2, "huizhen-look")

    async def run(self, do: Callable[[Desk], T], request_id: str | None, origin: str | None) -> T:
        """The answer of `do` once it is committed; what it raises, it is rolled back alone."""
        piece = _Piece(do, request_id, origin, asyncio.get_running_loop().create_future())
        self._waiting.append(piece)
        if self._running is None:
            self._running = asyncio.create_task(self._work())
        answer: T = await piece.done
        return answer

    async def look(self, do: Callable[[Desk], T]) -> T:
        """Reads what is committed, while others write; what it would audit is not written."""
        now = self._clock.now()
        if self._twin is not None:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                self._readers, _looked, self._twin, do, now, self._keys
            )
        async with self._engine.connect() as connection:
            return await connection.run_sync(_looked_on, do, now, self._keys)

    async def _work(self) -> None:
        try:
            while self._waiting:
                async with self._lock:
                    batch, self._waiting = self._waiting, []
                    try:
                        with told_when_away(), told_when_full():
                            await self._commit(batch)
                    except Exception as error:
                        for piece in batch:
                            piece.error = error
                for piece in batch:
                    if piece.done.done():
                        continue  # who asked has gone
                    if piece.error is not None:
                        piece.done.set_exception(piece.error)
                    else:
                        piece.done.set_result(piece.answer)
        finally:
            self._running = None

    async def _commit(self, batch: list[_Piece]) -> None:
        now = self._clock.now()
        if self._twin is not None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self._in_one_go, self._twin, batch, now)
            return
        async with self._engine.connect() as plain:
            connection = await plain.execution_options(**{WRITES: True})
            await connection.run_sync(_together, batch, now, self._keys)

    def _in_one_go(self, twin: Engine, batch: list[_Piece], now: datetime) -> None:
        """On a connection that stays open: to fetch one costs as much as a statement."""
        if self._connection is None:
            self._connection = twin.connect().execution_options(**{WRITES: True})
        try:
            _together(self._connection, batch, now, self._keys)
        except Exception:
            self._connection.close()
            self._connection = None
            raise

    @property
    def threaded(self) -> bool:
        return self._twin is not None

    def close(self) -> None:
        self._thread.shutdown()
        if self._connection is not None:
            self._connection.close()
        self._readers.shutdown()
        if self._twin is not None:
            self._twin.dispose()


def _looked(engine: Engine, do: Callable[[Desk], T], now: datetime, keys: RowKeys) -> T:
    with engine.connect() as connection:
        return _looked_on(connection, do, now, keys)


def _looked_on(connection: Connection, do: Callable[[Desk], T], now: datetime, keys: RowKeys) -> T:
    desk = Desk(connection, now, TrailLines(now), Rows(keys))
    answer = do(desk)
    desk.rows.committed()
    return answer


def _together(connection: Connection, batch: list[_Piece], now: datetime, keys: RowKeys) -> None:
    """All in one transaction; when one piece fails, each again in one of its own."""
    try:
        _all(connection, batch, now, keys)
    except Exception:
        if len(batch) == 1:
            raise
        for piece in batch:
            try:
                _all(connection, [piece], now, keys)
            except Exception as error:
                piece.error = error


def _all(connection: Connection, batch: list[_Piece], now: datetime, keys: RowKeys) -> None:
    lines, rows = TrailLines(now), Rows(keys)
    with connection.begin():
        for piece in batch:
            own = TrailLines(now, piece.request_id, piece.origin)
            piece.answer = piece.do(Desk(connection, now, own, rows))
            lines.take(own)
        lines.write(connection)
    rows.committed()
