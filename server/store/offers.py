"""Which experts a case rings."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.queue import Candidate, OfferEnd
from server.store.tables import OfferRow


@dataclass(frozen=True, slots=True)
class Ringing:
    """One offer that has not ended."""

    id: UUID
    consultation_id: UUID
    expert_id: UUID
    rang_at: datetime
    rings_until: datetime
    why: Candidate


class Offers:
    """Reads and writes the offers of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, offer: Ringing) -> None:
        self._session.add(
            OfferRow(
                id=offer.id,
                consultation_id=offer.consultation_id,
                expert_id=offer.expert_id,
                rang_at=offer.rang_at,
                rings_until=offer.rings_until,
                why=offer.why.model_dump_json(),
            )
        )
        await self._session.flush()

    async def of_case(self, case_id: UUID) -> list[Ringing]:
        rows = await self._session.scalars(
            select(OfferRow).where(OfferRow.consultation_id == case_id, OfferRow.ended_at.is_(None))
        )
        return [_ringing(row) for row in rows]

    async def live(self) -> list[Ringing]:
        """Every offer that rings, the oldest first."""
        rows = await self._session.scalars(
            select(OfferRow).where(OfferRow.ended_at.is_(None)).order_by(OfferRow.rang_at)
        )
        return [_ringing(row) for row in rows]

    async def of_expert(self, expert_id: UUID) -> list[Ringing]:
        rows = await self._session.scalars(
            select(OfferRow)
            .where(OfferRow.expert_id == expert_id, OfferRow.ended_at.is_(None))
            .order_by(OfferRow.rang_at)
        )
        return [_ringing(row) for row in rows]

    async def rang_before(self, case_id: UUID) -> dict[UUID, int]:
        """How often each expert was rung for a case."""
        rows = await self._session.execute(
            select(OfferRow.expert_id, func.count())
            .where(OfferRow.consultation_id == case_id)
            .group_by(OfferRow.expert_id)
        )
        return {row[0]: row[1] for row in rows}

    async def end(self, offer_id: UUID, how: OfferEnd, now: datetime) -> None:
        await self._session.execute(
            update(OfferRow)
            .where(OfferRow.id == offer_id, OfferRow.ended_at.is_(None))
            .values(ended_at=now, how=how.value)
        )


def _ringing(row: OfferRow) -> Ringing:
    return Ringing(
        id=row.id,
        consultation_id=row.consultation_id,
        expert_id=row.expert_id,
        rang_at=row.rang_at,
        rings_until=row.rings_until,
        why=Candidate.model_validate_json(row.why),
    )
