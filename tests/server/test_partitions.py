"""The audit trail and timelines in parts on PostgreSQL: a full database goes there and back."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from protocol.base import new_id
from server.store.engine import WRITES, migrate, open_engine
from server.store.partitions import first_id, make_ahead, months_from, parts_of, years_from
from tests.server.postgres import Postgres
from tests.server.test_migrations import scripts

DECEMBER = datetime(2026, 12, 9, tzinfo=UTC)
ENTRY = (
    "INSERT INTO audit (id, at, access, resource, target, detail) "
    "VALUES (:id, :at, 'read', 'case', '', '')"
)


def test_an_id_belongs_to_the_period_it_was_made_in() -> None:
    begin, made = datetime.now(UTC), new_id()
    assert first_id(datetime(2020, 1, 1, tzinfo=UTC)) < made
    assert first_id(begin) <= made < first_id(datetime(2100, 1, 1, tzinfo=UTC))


def test_months_and_years_follow_one_another_without_a_gap() -> None:
    months = list(months_from("audit", DECEMBER))
    assert [one.name for one in months] == ["audit_2026_12", "audit_2027_01", "audit_2027_02"]
    assert [one.end for one in months[:-1]] == [one.begin for one in months[1:]]
    years = list(years_from("timeline", DECEMBER))
    assert [one.name for one in years] == ["timeline_2026", "timeline_2027", "timeline_2028"]


def stepped(connection: Connection, revision: str) -> None:
    config = scripts()
    config.attributes["connection"] = connection
    if revision == "head":
        command.upgrade(config, "head")
    else:
        command.downgrade(config, revision)


def held(connection: Connection, part: str) -> list[UUID]:
    return list(connection.execute(text(f"SELECT id FROM {part} ORDER BY id")).scalars())


def entries(connection: Connection) -> list[UUID]:
    return held(connection, "audit")


def indexes(connection: Connection, table: str) -> set[str]:
    found = inspect(connection)
    keys = {str(one["name"]) for one in found.get_foreign_keys(table)}
    return {str(one["name"]) for one in found.get_indexes(table)} | keys


async def within(engine: AsyncEngine, do: Any, *more: Any) -> Any:
    async with engine.connect() as plain:
        connection = await plain.execution_options(**{WRITES: True})
        async with connection.begin():
            return await connection.run_sync(do, *more)


def test_a_populated_trail_goes_into_parts_and_back_and_nobody_changes_it(
    cluster: Postgres,
) -> None:
    known = [new_id() for _ in range(3)]
    strange = UUID(int=2**128 - 1)  # of no time that there will be

    def put(connection: Connection, *ids: UUID) -> None:
        for one in ids:
            connection.execute(text(ENTRY), {"id": one, "at": datetime.now(UTC)})

    def whole(connection: Connection) -> set[str]:
        stepped(connection, "0037")
        put(connection, *known, strange)
        return indexes(connection, "audit")

    async def play() -> None:
        engine = open_engine(cluster.database())
        await migrate(engine)
        before = await within(engine, whole)
        await within(engine, stepped, "head")
        assert await within(engine, entries) == [*known, strange]
        assert await within(engine, lambda c: indexes(c, "audit")) >= before
        made = await make_ahead(engine, datetime.now(UTC))
        assert len(made) == 4, "two months and two years ahead; the first part has the present"
        assert await make_ahead(engine, datetime.now(UTC)) == []
        parts = await within(engine, lambda c: parts_of(c, "audit"))
        for place in ("audit", *parts):
            for change in (f"DELETE FROM {place}", f"UPDATE {place} SET detail = 'x'"):
                with pytest.raises(DBAPIError, match="append-only"):
                    await within(engine, lambda c, words=change: c.execute(text(words)))
        moment = datetime.now(UTC) + timedelta(days=3 * 365)
        later = first_id(moment)
        await within(engine, put, new := new_id(), later)
        assert await within(engine, entries) == [*known, new, later, strange]
        await make_ahead(engine, moment)
        assert await within(engine, entries) == [*known, new, later, strange]
        own = f"audit_{moment:%Y_%m}"
        assert await within(engine, lambda c: held(c, own)) == [later]
        assert await within(engine, lambda c: held(c, "audit_rest")) == [strange]
        for place in (own, "audit_rest"):
            with pytest.raises(DBAPIError, match="append-only"):
                await within(engine, lambda c, part=place: c.execute(text(f"DELETE FROM {part}")))
        await within(engine, stepped, "0037")
        assert await within(engine, entries) == [*known, new, later, strange]
        assert await within(engine, lambda c: indexes(c, "audit")) == before
        await engine.dispose()

    asyncio.run(play())


def test_an_old_part_is_detached_as_the_operations_page_says(cluster: Postgres) -> None:
    async def play() -> None:
        engine = open_engine(cluster.database())
        await migrate(engine)
        (old,) = [
            name
            for name in await within(engine, lambda c: parts_of(c, "audit"))
            if "before" in name
        ]
        await within(
            engine,
            lambda c: c.execute(text(ENTRY), {"id": new_id(), "at": datetime.now(UTC)}),
        )
        await within(engine, lambda c: c.execute(text(f"ALTER TABLE audit DETACH PARTITION {old}")))
        assert await within(engine, entries) == []
        count = await within(engine, lambda c: c.scalar(text(f"SELECT count(*) FROM {old}")))
        assert count == 1
        await engine.dispose()

    asyncio.run(play())


def test_sqlite_has_one_table_each(tmp_path: Any) -> None:
    async def made() -> list[str]:
        engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'huizhen.sqlite'}")
        await migrate(engine)
        parts = await make_ahead(engine, DECEMBER)
        await engine.dispose()
        return parts

    assert asyncio.run(made()) == []
