"""Cases that ring somebody, by the thousand, written beside a server that does not run."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select

from protocol.base import new_id
from server.store.columns import Base
from server.store.row_keys import RowKeys
from server.store.sealed_rows import Rows
from server.store.tables import ConsultationRow, OfferRow, TimerRow
from tests.bench.stored import put_cases, writing_beside
from tests.bench.town import Place

BATCH, NUMBER = 1_000, "CONS-BURST-"


def offer_at_once(
    here: Place, sample: str, count: int, experts: list[UUID], within: timedelta
) -> datetime:
    """Copies of a case that rings, each ringing one of the experts in turn; answers when all of
    their rings are over, which is `within` from now."""
    return asyncio.run(_offer(here, UUID(sample), count, experts, within))


async def _offer(
    here: Place, sample: UUID, count: int, experts: list[UUID], within: timedelta
) -> datetime:
    due = datetime.now(UTC) + within
    async with writing_beside(here.server) as (connection, keys):
        for start in range(0, count, BATCH):
            share = range(start, min(count, start + BATCH))
            await connection.run_sync(_put, keys, sample, share, experts, due)
            await connection.commit()
    return due


def _put(
    connection: Connection,
    keys: RowKeys,
    sample: UUID,
    share: range,
    experts: list[UUID],
    due: datetime,
) -> None:
    found = _of(connection, ConsultationRow, ConsultationRow.id == sample)
    case = Rows(keys).opened(connection, ConsultationRow, found)[0]
    ring = _of(connection, OfferRow, OfferRow.consultation_id == sample)[0]
    clocks = _of(connection, TimerRow, TimerRow.consultation_id == sample)
    cases, rings, timers = [], [], []
    for number in share:
        id_ = new_id()
        cases.append({**case, "id": id_, "number": f"{NUMBER}{number:07}"})
        more = {"expert_id": experts[number % len(experts)], "rings_until": due}
        rings.append({**ring, "id": new_id(), "consultation_id": id_, **more})
        for clock in clocks:
            at = due if clock["kind"] == "offer" else clock["due_at"]
            timers.append({**clock, "consultation_id": id_, "due_at": at})
    put_cases(connection, cases, keys)
    for kind, made in ((OfferRow, rings), (TimerRow, timers)):
        connection.execute(insert(kind), made)


def _of(connection: Connection, kind: type[Base], which: Any) -> list[dict[str, Any]]:
    return [dict(one) for one in connection.execute(select(kind.__table__).where(which)).mappings()]
