"""Who is kept from which case, as lists ask for it (ADR 36, 40)."""

from uuid import UUID

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.domain.case import Case
from server.store.tables import ApartRow


def apart_from(account_id: UUID) -> Select[UUID]:
    """The ids of the cases that an account is kept from now."""
    return select(ApartRow.consultation_id).where(ApartRow.account_id == account_id)


async def keep_apart(session: AsyncSession, case: Case, before: frozenset[UUID]) -> None:
    """Follows `kept_from` of a case that was just written."""
    gone, new = before - case.kept_from, case.kept_from - before
    if gone:
        await session.execute(
            delete(ApartRow).where(
                ApartRow.consultation_id == case.id, ApartRow.account_id.in_(gone)
            )
        )
    if new:
        rows = [{"account_id": one, "consultation_id": case.id} for one in sorted(new)]
        await session.execute(insert(ApartRow), rows)
