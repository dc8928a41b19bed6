"""Counters that never give a number twice, also between processes."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.tables import CounterRow


async def advance(session: AsyncSession, name: str) -> int:
    """The next value of a counter, starting at 1; its row stays locked until the commit."""
    bump = (
        update(CounterRow)
        .where(CounterRow.name == name)
        .values(value=CounterRow.value + 1)
        .returning(CounterRow.value)
        .execution_options(synchronize_session=False)
    )
    value = await session.scalar(bump)
    if value is not None:
        return value
    await session.execute(
        insert_for(session)(CounterRow).values(name=name, value=0).on_conflict_do_nothing()
    )
    first = await session.scalar(bump)
    assert first is not None
    return first


def insert_for(session: AsyncSession) -> Any:
    """The dialect's `insert`, which knows ON CONFLICT."""
    return upsert_for(session.get_bind().dialect.name)


def upsert_for(dialect: str) -> Any:
    """The same by the dialect's name."""
    return sqlite_insert if dialect == "sqlite" else postgresql_insert
