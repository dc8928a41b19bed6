"""Short pieces of work of many requests, done in one transaction and one thread.

A commit costs a flush to disk, and every statement through an asynchronous driver a change of
threads: hundreds of images a second have time for neither. Whoever waits while a transaction runs
goes into the next one together. When a piece fails, nothing of that transaction is kept and each is
done again in one of its own, so that none takes another's with it; a piece may so run twice, and
changes nothing but the database. It is answered after the commit, never before.

On SQLite the thread takes its turn among the writers itself, and pieces come to it from whichever
thread has them ready: the event loop hears of them when they are committed.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
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
from server.store.turn import Turn

T = TypeVar("T")
F = TypeVar("F")
SEEING = 4
"""Threads that read and decode what was found."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Which request a piece belongs to; the audit trail names it."""

    request_id: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What a piece of work has: a connection inside the transaction, its time, its audit lines."""

    connection: Connection
    now: datetime
    trail: TrailLines
    rows: Rows

    def lines_of(self, asker: Asker) -> TrailLines:
        """For one of several requests whose work is one piece; `trail` takes them."""
        return TrailLines(self.now, asker.request_id, asker.origin)


@dataclass(slots=True)
class Piece:
    """One piece of work. `told` hears its answer, or why there is none, once it is committed or
    rolled back, in the thread that has done so, and does not block it."""

    do: Callable[[Desk], Any]
    asker: Asker
    loop: asyncio.AbstractEventLoop
    told: Callable[[Any, Exception | None], None]
    answer: Any = None
    error: Exception | None = None


class Together:
    """Runs pieces of work, each batch in its turn among the other writers of this process."""

    def __init__(
        self,
        engine: AsyncEngine,
        twin: Engine | None,
        clock: Clock,
        turn: Turn,
        keys: RowKeys,
    ) -> None:
        self._keys = keys
        self._engine, self._twin, self._clock, self._turn = engine, twin, clock, turn
        self._mutex = threading.Lock()
        self._waiting: list[Piece] = []
        self._running = False
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "huizhen-together")
        self._connection: Connection | None = None
        self._readers = ThreadPoolExecutor(2, "huizhen-look")
        self._seeing = ThreadPoolExecutor(SEEING, "huizhen-see")

    async def run(self, do: Callable[[Desk], T], asker: Asker) -> T:
        """The answer of `do` once it is committed; what it raises, it is rolled back alone."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def told(answer: Any, error: Exception | None) -> None:
            loop.call_soon_threadsafe(_settle, done, answer, error)

        self.soon(Piece(do, asker, loop, told))
        return await done

    def soon(self, piece: Piece, *, here: bool = False) -> None:
        """Does a piece with the next ones; from any thread. `here`: in the thread that calls, with
        all that wait, where nobody is doing so."""
        with self._mutex:
            self._waiting.append(piece)
            if self._running:
                return
            self._running = True
        if self._twin is None:
            piece.loop.call_soon_threadsafe(self._begin)
            return
        if here:
            self._next_in_thread(self._twin)
            if not self._any():
                return
        self._thread.submit(self._work_in_thread, self._twin)

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

    async def see(self, look: Callable[[Desk], F], use: Callable[[F], T], asker: Asker) -> T:
        """What `use` makes of what `look` finds, once what that audits is committed. `use` blocks:
        the thread that has committed hands it on to others."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def told(found: Any, error: Exception | None) -> None:
            if error is None:
                self._seeing.submit(work, found)
            else:
                loop.call_soon_threadsafe(_settle, done, None, error)

        def work(found: F) -> None:
            made: T | None = None
            wrong: Exception | None = None
            try:
                made = use(found)
            except Exception as error:
                wrong = error
            loop.call_soon_threadsafe(_settle, done, made, wrong)

        self.soon(Piece(look, asker, loop, told))
        return await done

    # --- batches ------------------------------------------------------------------------------

    def _any(self) -> bool:
        """Whether pieces wait; who hears that none does has ended."""
        with self._mutex:
            self._running = bool(self._waiting)
            return self._running

    def _batch(self) -> list[Piece]:
        with self._mutex:
            batch, self._waiting = self._waiting, []
            return batch

    def _work_in_thread(self, twin: Engine) -> None:
        while self._any():
            self._next_in_thread(twin)

    def _next_in_thread(self, twin: Engine) -> None:
        with self._turn:
            batch = self._batch()
            try:
                with told_when_away(), told_when_full():
                    self._in_one_go(twin, batch, self._clock.now())
            except Exception as error:
                _all_failed(batch, error)
        _tell(batch)

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._work())

    async def _work(self) -> None:
        while self._any():
            async with self._turn:
                batch = self._batch()
                try:
                    with told_when_away(), told_when_full():
                        await self._commit(batch)
                except Exception as error:
                    _all_failed(batch, error)
            _tell(batch)

    async def _commit(self, batch: list[Piece]) -> None:
        async with self._engine.connect() as plain:
            connection = await plain.execution_options(**{WRITES: True})
            await connection.run_sync(_together, batch, self._clock.now(), self._keys)

    def _in_one_go(self, twin: Engine, batch: list[Piece], now: datetime) -> None:
        """On a connection that stays open: to fetch one costs as much as a statement."""
        if self._connection is None:
            self._connection = twin.connect().execution_options(**{WRITES: True})
        try:
            _together(self._connection, batch, now, self._keys)
        except Exception:
            self._connection.close()
            self._connection = None
            raise

    def close(self) -> None:
        """Blocks until what runs has ended, which may wait for its turn."""
        self._thread.shutdown()
        self._seeing.shutdown()  # to which that one hands on
        if self._connection is not None:
            self._connection.close()
        self._readers.shutdown()
        if self._twin is not None:
            self._twin.dispose()


def _all_failed(batch: list[Piece], error: Exception) -> None:
    for piece in batch:
        piece.error = error


def _tell(batch: list[Piece]) -> None:
    for piece in batch:
        with suppress(RuntimeError):  # its loop has ended, or the server is ending
            piece.told(piece.answer, piece.error)


def _settle(done: asyncio.Future[Any], answer: Any, error: Exception | None) -> None:
    if done.done():
        return  # who asked has gone
    if error is not None:
        done.set_exception(error)
    else:
        done.set_result(answer)


def _looked(engine: Engine, do: Callable[[Desk], T], now: datetime, keys: RowKeys) -> T:
    with engine.connect() as connection:
        return _looked_on(connection, do, now, keys)


def _looked_on(connection: Connection, do: Callable[[Desk], T], now: datetime, keys: RowKeys) -> T:
    desk = Desk(connection, now, TrailLines(now), Rows(keys))
    answer = do(desk)
    desk.rows.committed()
    return answer


def _together(connection: Connection, batch: list[Piece], now: datetime, keys: RowKeys) -> None:
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


def _all(connection: Connection, batch: list[Piece], now: datetime, keys: RowKeys) -> None:
    lines, rows = TrailLines(now), Rows(keys)
    with connection.begin():
        for piece in batch:
            own = TrailLines(now, piece.asker.request_id, piece.asker.origin)
            piece.answer = piece.do(Desk(connection, now, own, rows))
            lines.take(own)
        lines.write(connection)
    rows.committed()
