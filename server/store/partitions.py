"""Parts of the tables that only grow, on PostgreSQL: the audit trail by month, timelines by year.

Both have ids that begin with the time they were made at (UUIDv7, RFC 9562), so ranges of ids are
ranges of time, the primary key stays what it is, and what is read in the order of ids touches one
part after the other. SQLite has one table each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from server.store.engine import WRITES

_LOG = structlog.get_logger("huizhen.partitions")
AHEAD = 3
"""How many periods there are before they are needed, the present one among them."""
_LOCK_MS = 2_000
"""Whoever reads a whole table keeps a new part out, and that must keep nobody else waiting."""
GUARDED = ("audit",)
"""Tables that nobody changes; each part refuses it by itself."""


@dataclass(frozen=True, slots=True)
class Period:
    """One part: its name, and from which moment to which (UTC)."""

    name: str
    begin: datetime
    end: datetime


def first_id(moment: datetime) -> UUID:
    """No id made at or after the moment is smaller, none made before is larger or equal."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def months_from(table: str, now: datetime) -> Iterator[Period]:
    year, month = now.year, now.month
    for _ in range(AHEAD):
        begin = datetime(year, month, 1, tzinfo=UTC)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        end = datetime(year, month, 1, tzinfo=UTC)
        yield Period(f"{table}_{begin:%Y_%m}", begin, end)


def years_from(table: str, now: datetime) -> Iterator[Period]:
    for year in range(now.year, now.year + AHEAD):
        begin = datetime(year, 1, 1, tzinfo=UTC)
        yield Period(f"{table}_{year}", begin, datetime(year + 1, 1, 1, tzinfo=UTC))


PARTED = {"audit": months_from, "timeline": years_from}


async def make_ahead(engine: AsyncEngine, now: datetime) -> list[str]:
    """Makes the parts that are needed soon and are not there; answers their names. One that cannot
    be made now is made the next time: rows go into the part for the rest meanwhile, and from there
    into theirs."""
    if engine.dialect.name != "postgresql":
        return []
    made: list[str] = []
    for table, periods in PARTED.items():
        for period in periods(table, now.astimezone(UTC)):
            try:
                async with engine.connect() as plain:
                    connection = await plain.execution_options(**{WRITES: True})
                    async with connection.begin():
                        if await connection.run_sync(_make, table, period):
                            made.append(period.name)
            except DBAPIError as error:
                _LOG.warning("partitions.not_made", part=period.name, error=type(error).__name__)
    return made


def _make(connection: Connection, table: str, period: Period) -> bool:
    """False where there is such a part, or an older one that reaches into it."""
    parts = parts_of(connection, table)
    old = f"{table}_before_"
    reaches = [name for name in parts if name.startswith(old)]
    covered = any(name.removeprefix(old) > f"{period.begin:%Y_%m}" for name in reaches)
    if not parts or covered or period.name in parts:
        return False
    connection.execute(text(f"SET LOCAL lock_timeout = {_LOCK_MS}"))
    kept = f"{table}_rest" in parts and _take_from_rest(connection, table, period)
    connection.execute(
        text(
            f'CREATE TABLE "{period.name}" PARTITION OF {table} '
            f"FOR VALUES FROM ('{first_id(period.begin)}') TO ('{first_id(period.end)}')"
        )
    )
    if table in GUARDED:
        connection.execute(text(guard(period.name)))
    if kept:
        connection.execute(text(f"INSERT INTO {table} SELECT * FROM kept"))  # nosec B608  # names of tables and times, made here
    return True


def _take_from_rest(connection: Connection, table: str, period: Period) -> bool:
    """Takes the rows of a period, which keep its part from being made, out of the part for the
    rest, into `kept` until the commit; False where there are none."""
    rest = f"{table}_rest"
    of = f"id >= '{first_id(period.begin)}' AND id < '{first_id(period.end)}'"
    if not connection.scalar(text(f"SELECT EXISTS (SELECT FROM {rest} WHERE {of})")):  # nosec B608  # names of tables and times, made here
        return False
    say = [
        f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
        f"CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT * FROM {rest} WHERE {of}",  # nosec B608  # names of tables and times, made here
        f"DELETE FROM {rest} WHERE {of}",  # nosec B608  # names of tables and times, made here
    ]
    if table in GUARDED:  # what is taken out is put back before anybody can look
        say.insert(1, f"DROP TRIGGER audit_part_is_append_only ON {rest}")
        say.append(guard(rest))
    for words in say:
        connection.execute(text(words))
    return True


def parts_of(connection: Connection, table: str) -> list[str]:
    """The names of the parts of a table, sorted; none where it is one."""
    found = connection.execute(
        text(
            "SELECT child.relname FROM pg_inherits "
            "JOIN pg_class AS child ON child.oid = inhrelid "
            "WHERE inhparent = to_regclass(:name) ORDER BY 1"
        ),
        {"name": table},
    )
    return list(found.scalars())


def guard(part: str) -> str:
    """The statement that lets nobody change a part by its own name."""
    return (
        f'CREATE TRIGGER audit_part_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{part}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )
