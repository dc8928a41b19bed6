"""Which houses the cases that are held belong to, without opening any of them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.domain.transitions import HELD
from server.store.tables import ConsultationRow


async def held_between(session: AsyncSession) -> list[tuple[UUID, UUID, UUID]]:
    """(case, clinic, hospital) of every case that somebody of another house holds."""
    clinic, hospital = ConsultationRow.institution_id, ConsultationRow.holder_institution_id
    rows = await session.execute(
        select(ConsultationRow.id, clinic, hospital).where(
            ConsultationRow.phase.in_([phase.value for phase in HELD]),
            hospital.is_not(None),
            hospital != clinic,
        )
    )
    return [(row.id, row.institution_id, row.holder_institution_id) for row in rows]
