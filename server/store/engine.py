"""Opening the database and bringing it up to date."""

import os
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from server.store import one_trip
from server.store.errors import DatabaseUnavailable

WRITES = "huizhen_writes"
"""Execution option of a connection whose transaction will write."""

_WRITERS = 0x4875697A68656E
"""The advisory lock of whoever writes: on PostgreSQL, too, one unit of work follows another."""

PROGRAM = "huizhen-server"
"""As PostgreSQL shows our connections."""

CONNECT_S, STATEMENT_S = 5.0, 30.0
"""How long PostgreSQL may take to answer a connection, and any statement."""

_READING = (
    "PRAGMA busy_timeout = 10000",
    "PRAGMA cache_size = -32768",
    "PRAGMA case_sensitive_like = ON",  # as PostgreSQL does, and PS3.4 C.2.2.2.1 but for names
)
_WRITING = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    *_READING,
)


def open_engine(url: str, *, reading: bool = False) -> AsyncEngine:
    """An engine for SQLite (with the pragmas a server needs) or PostgreSQL. One for `reading`
    leaves every byte of an SQLite database as it is, and opens one that nobody may write to."""
    options: dict[str, Any] = {
        "json_serializer": lambda value: orjson.dumps(value).decode(),
        "json_deserializer": orjson.loads,
        "hide_parameters": True,  # an error is logged, and they name patients
    }
    if url.startswith("sqlite"):
        options |= {"pool_size": 8, "max_overflow": 24}
        options["connect_args"] = {"async_creator_fn": one_trip.connect}
        url = _for_reading(make_url(url)) if reading else url
    else:
        options |= {"pool_size": 8, "max_overflow": 8, "pool_pre_ping": True}
        options["connect_args"] = {
            "timeout": CONNECT_S,
            "command_timeout": STATEMENT_S,
            "server_settings": {"application_name": PROGRAM},
        }
    engine = create_async_engine(url, **options)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine.sync_engine, _READING if reading else _WRITING)
    else:
        _prepare_postgresql(engine.sync_engine)
    return engine


def twin_of(engine: AsyncEngine) -> Engine | None:
    """A blocking engine on the same SQLite file, for work of many short statements in a thread."""
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        return None
    twin = create_engine(engine.url.set(drivername="sqlite"), pool_size=4, hide_parameters=True)
    _prepare_sqlite(twin, _WRITING)
    return twin


def _for_reading(url: URL) -> str:
    """An SQLite address as a URI (sqlite.org/uri.html). What its folder has no room for is a log's
    index: a copy that lies where nothing can be written is taken for one that nobody changes, where
    it has no log that would have to be read."""
    file = Path(url.database or "").absolute()
    log = file.with_name(f"{file.name}-wal")
    query = {"uri": "true", "mode": "ro"}
    if not os.access(file.parent, os.W_OK) and not (log.exists() and log.stat().st_size):
        query["immutable"] = "1"
    return url.set(database=file.as_uri(), query=query).render_as_string()


def _prepare_sqlite(engine: Engine, pragmas: Sequence[str]) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # The driver's own transactions begin too late and never as IMMEDIATE.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        beginning = "BEGIN IMMEDIATE" if writes else "BEGIN"
        own = connection.connection.driver_connection
        if isinstance(own, one_trip.OneTripConnection):
            own.begin_with(beginning)
        else:
            connection.exec_driver_sql(beginning)


def _prepare_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITES, False):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")


def migrations() -> Config:
    """Where the steps from one version of the tables to the next are."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


@asynccontextmanager
async def _rebuilding(plain: AsyncConnection) -> AsyncIterator[None]:
    """SQLite changes a column by making its table anew and dropping the old one, which is refused
    where others refer to it, or takes their rows along (sqlite.org/lang_altertable.html, 7)."""
    if plain.dialect.name != "sqlite":
        yield
        return
    driver = (await plain.get_raw_connection()).driver_connection
    assert driver is not None
    await driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        await driver.execute("PRAGMA foreign_keys = ON")


def _stepped(connection: Connection, config: Config, wanted: str, newer: Sequence[str]) -> None:
    """To the tables of a revision, back from those of `newer` ones. Raises `DatabaseUnavailable`
    where a step fails, or leaves what refers to nothing."""
    present = MigrationContext.configure(connection).get_current_revision()
    if present == wanted:
        return
    taken: list[str] = []
    config.attributes.update(connection=connection, taken=taken.append)
    step = command.downgrade if present in newer else command.upgrade
    try:
        before = _dangling(connection)
        step(config, wanted)
        if taken and (lost := _dangling(connection) - before):
            (child, parent), _ = lost.popitem()
            raise _failed(f"rows of {child} would refer to none of {parent}", taken)
    except SQLAlchemyError as error:
        said: BaseException = getattr(error, "orig", None) or error
        raise _failed(type(said.__cause__ or said).__name__, taken) from error


def _dangling(connection: Connection) -> Counter[tuple[str, str]]:
    """Of which tables how many rows refer to none of which others, where nothing else sees to it
    while tables are changed."""
    if connection.dialect.name != "sqlite":
        return Counter()
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return Counter((row[0], row[2]) for row in rows)


def _failed(why: str, taken: Sequence[str]) -> DatabaseUnavailable:
    after = f"the step after {taken[-1]}" if taken else "the first step"
    return DatabaseUnavailable(
        f"the tables could not be changed: {after} failed ({why}). Nothing was changed: use the "
        "program version that wrote them, see that the disk has room, and report this"
    )


async def migrate(engine: AsyncEngine, revision: str = "head") -> None:
    """Brings a new or old database to this program's tables, or to those of an older `revision`
    for an older program; raises `DatabaseUnavailable`."""
    config = migrations()
    known = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    wanted = known[0] if revision == "head" else revision
    if wanted not in known:
        raise DatabaseUnavailable(
            f"this program knows no tables of {revision}, only of {known[-1]} to {known[0]}: give "
            "those that `huizhen-server doctor` of the older program says. Nothing was changed"
        )
    newer = known[: known.index(wanted)]
    try:
        async with engine.connect() as plain, _rebuilding(plain):
            connection = await plain.execution_options(**{WRITES: True})
            async with connection.begin():
                await connection.run_sync(_stepped, config, wanted, newer)
    except CommandError as error:
        raise DatabaseUnavailable(
            f"the database does not fit this program ({error}); use the program version that "
            "wrote it, or restore a backup"
        ) from error
    except (SQLAlchemyError, OSError) as error:
        raise DatabaseUnavailable(
            f"the database cannot be opened: {type(error).__name__}; check HUIZHEN_DATABASE_URL "
            "and that the data folder can be written"
        ) from error
