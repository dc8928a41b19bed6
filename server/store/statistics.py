"""What experts did lately, counted from offers and pickups."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.queue import OfferEnd
from protocol.statistics import ExpertStatistics
from server.store.columns import among
from server.store.histories import mean_minutes
from server.store.pickup_tables import PickupRow
from server.store.tables import OfferRow


class Statistics:
    """Reads the counts of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_experts(
        self, experts: Iterable[UUID], since: datetime
    ) -> dict[UUID, ExpertStatistics]:
        """Of each expert who did anything since then."""
        asked = frozenset(experts)
        ends = await self._ends(asked, since)
        taken = await self._taken(asked, since)
        return {
            expert_id: _counted(ends.get(expert_id, {}), *taken.get(expert_id, (0, 0, 0.0)))
            for expert_id in (ends.keys() | taken.keys()) & asked
        }

    async def _ends(self, experts: frozenset[UUID], since: datetime) -> dict[UUID, dict[str, int]]:
        rows = await self._session.execute(
            select(OfferRow.expert_id, OfferRow.how, func.count())
            .where(among(OfferRow.expert_id, experts), OfferRow.ended_at > since)
            .where(OfferRow.how != OfferEnd.FULL.value)
            .group_by(OfferRow.expert_id, OfferRow.how)
        )
        ends: dict[UUID, dict[str, int]] = {}
        for expert_id, how, count in rows:
            if how is not None:  # both are set together
                ends.setdefault(expert_id, {})[how] = count
        return ends

    async def _taken(
        self, experts: frozenset[UUID], since: datetime
    ) -> dict[UUID, tuple[int, int, float]]:
        """Cases taken, how many of them answered a ring, and after how many seconds in all."""
        rows = await self._session.execute(
            select(
                PickupRow.expert_id,
                func.count(),
                func.count(PickupRow.response_s),
                func.sum(PickupRow.response_s),
            )
            .where(among(PickupRow.expert_id, experts), PickupRow.picked_at > since)
            .group_by(PickupRow.expert_id)
        )
        return {
            expert_id: (count, answered, seconds or 0.0)
            for expert_id, count, answered, seconds in rows
        }


def _counted(ends: dict[str, int], taken: int, answered: int, seconds: float) -> ExpertStatistics:
    return ExpertStatistics(
        taken=taken,
        response_minutes=mean_minutes(answered, seconds),
        rung=sum(ends.values()),
        declined=ends.get(OfferEnd.DECLINED.value, 0),
        unanswered=ends.get(OfferEnd.EXPIRED.value, 0),
    )
