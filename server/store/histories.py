"""What matching remembers of experts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.columns import among
from server.store.tables import AccountRow, OfferRow


@dataclass(frozen=True, slots=True)
class History:
    """How fast an expert answered, and since when they were left alone."""

    mean_response_minutes: Decimal | None = None
    idle_since: datetime | None = None
    rung_until: datetime | None = None
    """When a case last ceased to ring them."""


NO_HISTORY = History()


class Histories:
    """Reads of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, accounts: Iterable[UUID]) -> dict[UUID, History]:
        """Those of them that are there."""
        ended = (
            select(func.max(OfferRow.ended_at))
            .where(OfferRow.expert_id == AccountRow.id)
            .scalar_subquery()  # one look into the index `offers_of_expert` for each
        )
        rows = await self._session.execute(
            select(
                AccountRow.id,
                AccountRow.responses,
                AccountRow.response_seconds,
                AccountRow.idle_since,
                ended.label("rung_until"),
            ).where(among(AccountRow.id, accounts))
        )
        return {
            row.id: History(
                mean_minutes(row.responses, row.response_seconds), row.idle_since, row.rung_until
            )
            for row in rows
        }

    async def mean_responses(self, accounts: Iterable[UUID]) -> list[Decimal | None]:
        """In minutes; None of who has not answered yet."""
        rows = await self._session.execute(
            select(AccountRow.responses, AccountRow.response_seconds).where(
                among(AccountRow.id, accounts)
            )
        )
        return [mean_minutes(row.responses, row.response_seconds) for row in rows]


def mean_minutes(responses: int, seconds: float) -> Decimal | None:
    """Of what took so long together; None of nothing."""
    return (Decimal(seconds) / responses / 60).quantize(Decimal("0.1")) if responses else None
