"""Cases by the hundred thousand, written beside a server as its history would have left them."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.base import new_id
from protocol.consultation import Phase, Status
from server.store.engine import WRITES, open_engine
from server.store.keyring import KeyRing
from server.store.row_keys import RowKeys
from server.store.sealed_rows import Rows
from server.store.tables import AccountRow, ConsultationRow
from tests.server.people import Valley
from tests.server.process import ServerProcess

CLINICS, EXPERTS = 1_543, 500
BATCH = 5_000
HISTORY = timedelta(days=5 * 365)


@dataclass
class Store:
    """The server whose database is filled, and whose people are measured."""

    server: ServerProcess
    valley: Valley
    clinics: list[UUID] = field(default_factory=list)
    experts: list[UUID] = field(default_factory=list)


def fill(store: Store, stored: int) -> None:
    """Completed cases of a province's clinics and experts until so many are stored; the clinic
    and the expert that are measured have their share of them."""
    asyncio.run(_fill(store, stored))


async def _fill(store: Store, stored: int) -> None:
    async with writing_beside(store.server) as (connection, keys):
        if not store.clinics:
            await _people(connection, store)
        count = await connection.scalar(select(func.count()).select_from(ConsultationRow))
        await connection.commit()
        for start in range(count or 0, stored, BATCH):
            sample = await connection.run_sync(_sample, keys)
            rows = _rows(store, sample, start, min(BATCH, stored - start))
            await connection.run_sync(put_cases, rows, keys)
            await connection.commit()
        if connection.dialect.name == "postgresql":  # its own autovacuum comes when it likes
            await connection.execute(text("ANALYZE"))
            await connection.commit()


@asynccontextmanager
async def writing_beside(server: ServerProcess) -> AsyncIterator[tuple[AsyncConnection, RowKeys]]:
    """Its database, and the keys that its rows are sealed with."""
    engine = open_engine(server.database)
    keys = RowKeys(KeyRing(server.data_dir / "object-keys.json"))
    try:
        async with engine.connect() as plain:
            yield await plain.execution_options(**{WRITES: True}), keys
    finally:
        await engine.dispose()


async def _people(connection: AsyncConnection, store: Store) -> None:
    """Accounts nobody signs in to, of the same houses."""
    for known, found, count in (
        (store.valley.doctor, store.clinics, CLINICS),
        (store.valley.expert, store.experts, EXPERTS),
    ):
        row = (
            (
                await connection.execute(
                    select(AccountRow.__table__).where(AccountRow.__table__.c.id == known.id)
                )
            )
            .mappings()
            .one()
        )
        found.append(known.id)
        for _ in range(count - 1):
            id_ = new_id()
            found.append(id_)
            copied = {**row, "id": id_, "username": f"stored-{id_}"}
            await connection.execute(insert(AccountRow), copied)


def _sample(connection: Connection, keys: RowKeys) -> dict[str, Any]:
    query = select(ConsultationRow.__table__).order_by(ConsultationRow.created_at.desc()).limit(1)
    row = dict(connection.execute(query).mappings().one())
    return Rows(keys).opened(connection, ConsultationRow, [row])[0]


def put_cases(connection: Connection, made: list[dict[str, Any]], keys: RowKeys) -> None:
    """Each sealed under a key of its own, as the server does."""
    rows = Rows(keys)
    rows.make_all(connection, [one["id"] for one in made])
    sealed = [rows.sealed(connection, ConsultationRow, one) for one in made]
    connection.execute(insert(ConsultationRow), sealed)


def _rows(store: Store, sample: dict[str, Any], start: int, count: int) -> list[dict[str, Any]]:
    columns = {column.key for column in inspect(ConsultationRow).columns}
    assert columns == set(sample)
    chance = random.Random(start)
    now = datetime.now(UTC) - timedelta(days=1)
    made = []
    for number in range(start, start + count):
        at = now - HISTORY * chance.random()
        made.append(
            {
                **sample,
                "id": new_id(),
                "number": f"CONS-STORED-{number:07}",
                "phase": Phase.RECEIVED.value,
                "status": Status.COMPLETED.value,
                "requester_id": chance.choice(store.clinics),
                "holder_id": chance.choice(store.experts),
                "created_at": at,
                "updated_at": at,
            }
        )
    return made
