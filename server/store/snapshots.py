"""One consistent picture of a running site's database as a file, and such a file put back.

SQLite is copied by its own backup interface, PostgreSQL by its programs `pg_dump` and `pg_restore`,
which must be installed where the server runs.
"""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, delete, inspect, select, text, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from server.domain.audit import Access, Resource
from server.store.counters import upsert_for
from server.store.engine import WRITES, open_engine
from server.store.errors import DatabaseUnavailable
from server.store.incoming import sync_file
from server.store.keyring import sync_folder
from server.store.log_keeping import place_of
from server.store.operator import operator
from server.store.partitions import make_ahead
from server.store.referenced import referenced, waiting
from server.store.tables import CounterRow, FactRecipientRow, FactRow, SessionRow
from server.store.trail import TrailLines
from server.store.wal import Place

NUMBERS_AHEAD = 1_000_000_000
"""Facts told after a restore begin so much later: no client has seen such a number, and each reads
its lists anew instead of taking new facts for old ones."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a snapshot holds; the file is with whoever asked for it."""

    taken_at: datetime
    dialect: str
    revision: str
    objects: tuple[str, ...]
    """SHA-256 of every object it speaks of, sorted."""
    perhaps: tuple[str, ...]
    """Of objects that may be there, or not yet."""
    log: Place | None = None
    """On SQLite the state that was copied, from which the log leads on."""


async def take_snapshot(address: str, file: Path) -> Snapshot:
    """Writes the database at an SQLAlchemy address into a new file, while others write.

    Raises `DatabaseUnavailable`.
    """
    async with _engine(address) as engine, _told("the database cannot be copied"):
        if engine.dialect.name == "sqlite":
            place = await asyncio.to_thread(_copy_sqlite, engine.url, file)
            async with connected(f"sqlite+aiosqlite:///{file}", "the copy cannot be read") as copy:
                return replace(await copy.run_sync(_described), log=place)
        async with engine.connect() as plain:
            one = await plain.execution_options(isolation_level="REPEATABLE READ")
            exported = await one.scalar(text("SELECT pg_export_snapshot()"))
            found = await one.run_sync(_described)
            await asyncio.to_thread(_dump, engine.url, file, str(exported))
            return found


def _described(connection: Connection) -> Snapshot:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise DatabaseUnavailable(
            "the database has no tables of this program: start the server once, or check "
            "HUIZHEN_DATA_DIR and HUIZHEN_DATABASE_URL"
        )
    return Snapshot(
        datetime.now(UTC),
        connection.dialect.name,
        revision,
        tuple(referenced(connection)),
        tuple(waiting(connection)),
    )


def _copy_sqlite(url: URL, file: Path) -> Place:
    assert url.database is not None
    if not Path(url.database).is_file():
        raise DatabaseUnavailable(
            f"there is no database {Path(url.database).name} in the data folder: check "
            "HUIZHEN_DATA_DIR"
        )
    with (
        contextlib.closing(sqlite3.connect(url.database, isolation_level=None)) as source,
        contextlib.closing(sqlite3.connect(file)) as copy,
    ):
        place = place_of(source, Path(url.database))
        source.backup(copy)
        # A copy is one file that says by itself whether it is whole.
        copy.execute("PRAGMA journal_mode = DELETE")
        (said,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise DatabaseUnavailable(f"the database is damaged ({said}); restore an earlier backup")
    return place


def _dump(url: URL, file: Path, exported: str) -> None:
    _run(url, "pg_dump", "--format=custom", f"--snapshot={exported}", f"--file={file}")


async def read_references(address: str) -> list[str]:
    """The SHA-256 of every object the database speaks of now; raises `DatabaseUnavailable`."""
    if await is_empty(address):
        raise DatabaseUnavailable("there is no database yet: check HUIZHEN_DATA_DIR")
    async with connected(address, "the database cannot be read") as one:
        return await one.run_sync(referenced)


# --- putting one back ----------------------------------------------------------------------------


async def is_empty(address: str) -> bool:
    """Whether nothing of this program is there yet; raises `DatabaseUnavailable`."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        return not await asyncio.to_thread(os.path.exists, url.database or "")
    async with connected(address, "the database cannot be opened") as one:
        return await one.run_sync(lambda c: not inspect(c).get_table_names())


async def put_snapshot(address: str, file: Path, name: str) -> None:
    """Makes a snapshot, of the backup `name`, the database of a site whose server does not run.

    Everybody has to sign in again (who was signed out since the snapshot would be in again), and
    reads the lists anew; the audit trail says what was put back. SQLite's file appears as the very
    last; what was cut on PostgreSQL is put anew by the next call. Raises `DatabaseUnavailable`.
    """
    url = make_url(address)
    async with _told("the database cannot be put back"):
        if url.get_backend_name() != "sqlite":
            await asyncio.to_thread(_restore, url, file)
            await begin_anew(address, name)
            return
        assert url.database is not None
        await begin_anew(f"sqlite+aiosqlite:///{file}", name)
        await asyncio.to_thread(_place, file, Path(url.database))


def _place(file: Path, place: Path) -> None:
    for left in ("-wal", "-shm"):
        Path(f"{place}{left}").unlink(missing_ok=True)
    fresh = place.with_name(f"{place.name}.restored")
    shutil.copyfile(file, fresh)
    sync_file(fresh)
    fresh.replace(place)
    sync_folder(place.parent)


def _restore(url: URL, file: Path) -> None:
    options = ("--clean", "--if-exists", "--no-owner", "--no-privileges")
    _run(url, "pg_restore", "--single-transaction", "--exit-on-error", *options, str(file))


async def begin_anew(address: str, name: str) -> None:
    """Ends every session, has every client read its lists anew, and notes it on the trail."""
    async with _engine(address) as engine, engine.connect() as plain:
        await make_ahead(engine, datetime.now(UTC))
        one = await plain.execution_options(**{WRITES: True})
        async with one.begin():
            await _forget_what_was_told(one)
            ended = {"ended_at": datetime.now(UTC), "end_reason": "restored"}
            await one.execute(update(SessionRow).where(SessionRow.ended_at.is_(None)).values(ended))
    await note_on_trail(address, "restored", name)


async def _forget_what_was_told(one: AsyncConnection) -> None:
    told = await one.scalar(select(CounterRow.value).where(CounterRow.name == "facts"))
    await one.execute(delete(FactRecipientRow))
    await one.execute(delete(FactRow))
    insert = upsert_for(one.dialect.name)
    for name in ("facts", "facts_pruned"):
        row = insert(CounterRow).values(name=name, value=(told or 0) + NUMBERS_AHEAD)
        await one.execute(
            row.on_conflict_do_update(
                index_elements=[CounterRow.name], set_={"value": row.excluded.value}
            )
        )


# --- both ----------------------------------------------------------------------------------------


def _run(url: URL, program: str, *arguments: str) -> None:
    """A program of PostgreSQL on this database; its password never stands on a command line."""
    where = {
        "PGHOST": url.host,
        "PGPORT": None if url.port is None else str(url.port),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    known = {key: value for key, value in where.items() if value is not None}
    target = ["--dbname", url.database or ""] if program == "pg_restore" else []
    try:
        done = subprocess.run(
            [program, *target, *arguments],
            env={**os.environ, **known},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise DatabaseUnavailable(
            f"{program} is not installed here: install the client programs of PostgreSQL (Debian: "
            "apt-get install postgresql-client), of the server's version or a later one"
        ) from error
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise DatabaseUnavailable(f"{program} failed: {said[0] if said else 'without a word'}")


@asynccontextmanager
async def _engine(address: str, *, reading: bool = False) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(address, reading=reading)
    try:
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def connected(address: str, words: str) -> AsyncIterator[AsyncConnection]:
    """A connection for reading, which sees one moment of the database however long it reads and
    changes no byte of it; errors are `DatabaseUnavailable` with these words."""
    async with _told(words), _engine(address, reading=True) as engine, engine.connect() as one:
        if engine.dialect.name != "sqlite":  # which knows nothing else
            one = await one.execution_options(isolation_level="REPEATABLE READ")
        yield one


@asynccontextmanager
async def written(address: str, words: str) -> AsyncIterator[AsyncConnection]:
    """A connection in a writing transaction, which is committed at the end; errors are
    `DatabaseUnavailable` with these words."""
    async with _told(words), _engine(address) as engine, engine.connect() as plain:
        one = await plain.execution_options(**{WRITES: True})
        async with one.begin():
            yield one


async def note_on_trail(
    address: str, target: str, detail: str, *, consultation_id: UUID | None = None
) -> None:
    """What a command has done to the trail itself, as its newest entry; raises
    `DatabaseUnavailable`."""
    async with written(address, "the trail cannot be written") as one:
        lines = TrailLines(datetime.now(UTC), origin=operator())
        lines.note(
            None,
            Access.EXECUTE,
            Resource.TRAIL,
            target,
            consultation_id=consultation_id,
            detail=detail,
        )
        await one.run_sync(lines.write)


@asynccontextmanager
async def _told(words: str) -> AsyncIterator[None]:
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise DatabaseUnavailable(f"{words}: {type(error).__name__}") from error
    except OSError as error:
        raise DatabaseUnavailable(f"{words}: {error.strerror}") from error
