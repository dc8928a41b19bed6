"""Earlier studies of the patients of cases, and the earlier cases that have them."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.consultation import Phase
from server.domain.case import Case
from server.domain.transitions import DRAFT
from server.store.apart import apart_from
from server.store.catalogue import of_patient_ids
from server.store.image_tables import AttachmentRow, PriorRow, StudyRow
from server.store.sealed_rows import SEARCH, SessionRows
from server.store.tables import ConsultationRow

MOST_CASES = 20
"""The newest of them: an expert compares with the last pictures, hardly with older ones."""
_NOT_LOOKED_AT = (*DRAFT, Phase.ENTERED_IN_ERROR)


class Priors:
    """Of one transaction."""

    def __init__(self, session: AsyncSession, rows: SessionRows) -> None:
        self._session = session
        self._rows = rows

    async def earlier_cases(
        self, case: Case, patient_ids: Iterable[str], expert_id: UUID
    ) -> list[UUID]:
        """Of the same institution, with a study under one of these PatientIDs; none that the expert
        is kept from, or that is another opinion on the same question. The newest first."""
        family = {one for one in (case.mdt_of, case.first and case.first.case_id) if one}
        rows = await self._session.scalars(
            select(ConsultationRow.id)
            .join(AttachmentRow, AttachmentRow.consultation_id == ConsultationRow.id)
            .join(
                StudyRow,
                (StudyRow.institution_id == AttachmentRow.institution_id)
                & (StudyRow.study_uid == AttachmentRow.study_uid),
            )
            .where(
                ConsultationRow.institution_id == case.institution_id,
                ConsultationRow.created_at < case.created_at,
                ConsultationRow.phase.not_in([phase.value for phase in _NOT_LOOKED_AT]),
                ConsultationRow.id.not_in([case.id, *family]),
                ConsultationRow.id.not_in(apart_from(expert_id)),
                ConsultationRow.second_of.is_(None),
                ConsultationRow.mdt_of.is_(None),
                of_patient_ids(await self._rows.known(SEARCH), patient_ids),
            )
            .group_by(ConsultationRow.id, ConsultationRow.created_at)
            .order_by(ConsultationRow.created_at.desc())
            .limit(MOST_CASES)
        )
        return list(rows)

    async def replace(self, case_id: UUID, found: Mapping[str, UUID]) -> None:
        """By Study Instance UID the case that has each."""
        await self._session.execute(delete(PriorRow).where(PriorRow.consultation_id == case_id))
        rows = [
            {"consultation_id": case_id, "study_uid": uid, "earlier_id": earlier}
            for uid, earlier in found.items()
        ]
        if rows:
            await self._session.execute(insert(PriorRow), rows)

    async def of(self, case_id: UUID) -> dict[str, UUID]:
        """By Study Instance UID the case that has each."""
        rows = await self._session.execute(
            select(PriorRow.study_uid, PriorRow.earlier_id).where(
                PriorRow.consultation_id == case_id
            )
        )
        return {row.study_uid: row.earlier_id for row in rows}
