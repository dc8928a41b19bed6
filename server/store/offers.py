"""Which experts a case rings."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.consultation import Phase, Urgency
from protocol.queue import Candidate, OfferEnd
from server.domain.queue import Load
from server.store.columns import among, table_of
from server.store.tables import ConsultationRow, OfferRow

_INSERT = insert(table_of(OfferRow))


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
    """Reads and writes the offers of one transaction; what rings a case is read once in it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._live: dict[UUID, list[Ringing]] = {}
        self._loads: dict[UUID, Load] | None = None

    async def add(self, offers: Collection[Ringing], urgency: Urgency | None) -> None:
        """Of one case, which is of an urgency."""
        rows = [
            {
                "id": offer.id,
                "consultation_id": offer.consultation_id,
                "expert_id": offer.expert_id,
                "rang_at": offer.rang_at,
                "rings_until": offer.rings_until,
                "why": offer.why.model_dump_json(),
            }
            for offer in offers
        ]
        await self._session.execute(_INSERT, rows)
        for offer in offers:
            if offer.consultation_id in self._live:
                self._live[offer.consultation_id].append(offer)
        self._count(offers, urgency, 1)

    async def of_case(self, case_id: UUID) -> list[Ringing]:
        await self.read_of(case_id)
        return list(self._live[case_id])

    async def read_of(self, *case_ids: UUID) -> None:
        """Reads at once what rings several cases that this transaction will ask for."""
        unread = [one for one in case_ids if one not in self._live]
        if unread:
            rows = await self._session.scalars(
                select(OfferRow).where(
                    OfferRow.consultation_id.in_(unread), OfferRow.ended_at.is_(None)
                )
            )
            self._live |= {one: [] for one in unread}
            for row in rows:
                self._live[row.consultation_id].append(_ringing(row))

    async def live(self) -> list[Ringing]:
        """Every offer that rings, the oldest first."""
        rows = await self._session.scalars(
            select(OfferRow).where(OfferRow.ended_at.is_(None)).order_by(OfferRow.rang_at)
        )
        return [_ringing(row) for row in rows]

    async def rung(self) -> dict[UUID, set[UUID]]:
        """Whom each case rings."""
        rows = await self._session.execute(
            select(OfferRow.consultation_id, OfferRow.expert_id).where(OfferRow.ended_at.is_(None))
        )
        found: dict[UUID, set[UUID]] = defaultdict(set)
        for case_id, expert_id in rows:
            found[case_id].add(expert_id)
        return found

    async def of_expert(self, expert_id: UUID) -> list[Ringing]:
        rows = await self._session.scalars(
            select(OfferRow)
            .where(OfferRow.expert_id == expert_id, OfferRow.ended_at.is_(None))
            .order_by(OfferRow.rang_at)
        )
        return [_ringing(row) for row in rows]

    async def loads(self, but: UUID | None, urgency: Urgency | None) -> dict[UUID, Load]:
        """What rings each expert, without critical cases and this one, which is of an urgency. Read
        once in a transaction, and counted on with what begins and ends to ring in it."""
        if self._loads is None:
            self._loads = await self._read_loads()
        loads = dict(self._loads)
        if but is not None and urgency is not Urgency.CRITICAL:
            for offer in await self.of_case(but):
                loads[offer.expert_id] = loads.get(offer.expert_id, Load()).with_case(urgency, -1)
        return loads

    async def _read_loads(self) -> dict[UUID, Load]:
        case = ConsultationRow
        rows = await self._session.execute(
            select(OfferRow.expert_id, case.urgency, func.count())
            .join(case, case.id == OfferRow.consultation_id)
            .where(OfferRow.ended_at.is_(None), _not_critical())
            .group_by(OfferRow.expert_id, case.urgency)
        )
        loads: dict[UUID, Load] = {}
        for expert_id, urgency, count in rows:
            known = None if urgency is None else Urgency(urgency)
            loads[expert_id] = loads.get(expert_id, Load()).with_case(known, count)
        return loads

    def _count(self, offers: Iterable[Ringing], urgency: Urgency | None, count: int) -> None:
        if self._loads is None or urgency is Urgency.CRITICAL:
            return
        for one in offers:
            before = self._loads.get(one.expert_id, Load())
            self._loads[one.expert_id] = before.with_case(urgency, count)

    async def beside_critical(self, expert_id: UUID, phase: Phase) -> list[UUID]:
        """The cases of a phase that ring an expert and are not critical, as they began to ring."""
        case = ConsultationRow
        rows = await self._session.scalars(
            select(case.id)
            .join(OfferRow, case.id == OfferRow.consultation_id)
            .where(
                OfferRow.expert_id == expert_id,
                OfferRow.ended_at.is_(None),
                case.phase == phase.value,
                _not_critical(),
            )
            .order_by(OfferRow.rang_at)
        )
        return list(rows)

    async def rang_before(self, case_id: UUID) -> dict[UUID, int]:
        """How often each expert was rung for a case; what they were too full for counts not."""
        rows = await self._session.execute(
            select(OfferRow.expert_id, func.count())
            .where(
                OfferRow.consultation_id == case_id,
                _not_full(),
            )
            .group_by(OfferRow.expert_id)
        )
        return {row[0]: row[1] for row in rows}

    async def rang_any(
        self, experts: Iterable[UUID], phases: Iterable[Phase]
    ) -> dict[tuple[UUID, UUID], int]:
        """The same of all cases in some phases, by case and expert, of some experts at least."""
        case = ConsultationRow
        rows = await self._session.execute(
            select(OfferRow.consultation_id, OfferRow.expert_id, func.count())
            .join(case, case.id == OfferRow.consultation_id)
            .where(
                case.phase.in_(sorted(phase.value for phase in phases)),
                among(OfferRow.expert_id, experts),
                _not_full(),
            )
            .group_by(OfferRow.consultation_id, OfferRow.expert_id)
        )
        return {(row[0], row[1]): row[2] for row in rows}

    async def unanswered(self, case_id: UUID) -> set[UUID]:
        """Who let a ring of a case go by."""
        rows = await self._session.scalars(
            select(OfferRow.expert_id).where(
                OfferRow.consultation_id == case_id, OfferRow.how == OfferEnd.EXPIRED.value
            )
        )
        return set(rows)

    async def end(
        self, offers: Collection[Ringing], urgency: Urgency | None, how: OfferEnd, now: datetime
    ) -> None:
        """Of one case, which is of an urgency; offers that ring now."""
        await self._session.execute(
            update(OfferRow)
            .where(OfferRow.id.in_([offer.id for offer in offers]), OfferRow.ended_at.is_(None))
            .values(ended_at=now, how=how.value)
            .execution_options(synchronize_session=False)
        )
        ended = {offer.id for offer in offers}
        for case_id in {offer.consultation_id for offer in offers} & self._live.keys():
            self._live[case_id] = [one for one in self._live[case_id] if one.id not in ended]
        self._count(offers, urgency, -1)


def _not_full() -> ColumnElement[bool]:
    """Not a ring that its expert was too full for."""
    return func.coalesce(OfferRow.how, "") != OfferEnd.FULL.value


def _not_critical() -> ColumnElement[bool]:
    urgency = ConsultationRow.urgency
    return or_(urgency.is_(None), urgency != Urgency.CRITICAL.value)


def _ringing(row: OfferRow) -> Ringing:
    return Ringing(
        id=row.id,
        consultation_id=row.consultation_id,
        expert_id=row.expert_id,
        rang_at=row.rang_at,
        rings_until=row.rings_until,
        why=Candidate.model_validate_json(row.why),
    )
