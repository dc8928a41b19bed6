"""Pickups are kept for as long as something is measured or counted by them."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.base import new_id
from server.store.engine import WRITES, open_engine
from server.store.pickup_tables import PickupRow
from server.store.pickups import KEPT
from server.store.pool_memory import PoolMemory
from server.store.row_keys import RowKeys
from server.store.work import Work
from tests.server.people import Valley, submitted_case
from tests.server.process import ServerProcess
from tests.server.tables import rows

pytestmark = pytest.mark.both_databases


@dataclass(frozen=True)
class Still:
    """A clock that stands."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def test_old_ones_are_forgotten_and_those_that_count_are_not(
    server: ServerProcess, valley: Valley
) -> None:
    case_id, now = submitted_case(valley), datetime.now(UTC)
    ages = {"old": KEPT + timedelta(minutes=1), "counted": KEPT - timedelta(minutes=1)}
    for department, age in ages.items():
        picked = {"queued_at": now - age, "picked_at": now - age, "response_s": 60.0}
        of = {"consultation_id": UUID(case_id), "expert_id": valley.expert.id}
        rows(
            server,
            insert(PickupRow).values(
                id=new_id(), department=f"{valley.department} {department}", **of, **picked
            ),
        )
    asyncio.run(_prune(server, now))
    left = select(PickupRow.department).where(PickupRow.consultation_id == UUID(case_id))
    assert rows(server, left) == [(f"{valley.department} counted",)]


async def _prune(server: ServerProcess, now: datetime) -> None:
    engine = open_engine(server.database)
    try:
        async with engine.connect() as plain:
            connection = await plain.execution_options(**{WRITES: True})
            async with AsyncSession(connection) as session:
                assert await Work(session, Still(now), RowKeys(), PoolMemory()).pickups.prune() >= 1
                await session.commit()
    finally:
        await engine.dispose()
