"""Earlier studies of the patients of cases and reports on them, and the cases that have them."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.consultation import Phase
from server.domain.case import Case
from server.domain.transitions import DRAFT
from server.store.apart import apart_from
from server.store.case_search import may_have
from server.store.catalogue import of_patient_ids
from server.store.image_tables import AttachmentRow, PriorReportRow, PriorRow, StudyRow
from server.store.row_keys import GroupKey
from server.store.sealed_rows import SEARCH, SessionRows
from server.store.tables import ConsultationRow

MOST_CASES = 20
"""The newest of them: an expert compares with the last pictures, hardly with older ones."""
MOST_NAMESAKES = 200
"""Of so many cases the reports are looked at: many people have one name."""
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
        key = await self._rows.known(SEARCH)
        return await self._newest(
            _earlier(case, expert_id), ConsultationRow.id.in_(_under(key, patient_ids))
        )

    async def reported_cases(
        self, case: Case, name: str, patient_ids: Iterable[str], expert_id: UUID
    ) -> list[UUID]:
        """The same with a signed report, also where only their words may have this name; first
        those under a PatientID."""
        key = await self._rows.known(SEARCH)
        reported = (_earlier(case, expert_id), ConsultationRow.report_version > 0)
        numbered = ConsultationRow.id.in_(_under(key, patient_ids))
        found = await self._newest(*reported, numbered, most=MOST_NAMESAKES)
        named = (may_have(name, key), ConsultationRow.id.not_in(found))
        return found + await self._newest(*reported, *named, most=MOST_NAMESAKES - len(found))

    async def _newest(self, *conditions: ColumnElement[bool], most: int = MOST_CASES) -> list[UUID]:
        newest = ConsultationRow.created_at.desc()
        asked = select(ConsultationRow.id).where(*conditions).order_by(newest).limit(most)
        return list(await self._session.scalars(asked))

    async def replace(self, case_id: UUID, found: Mapping[str, UUID]) -> None:
        """By Study Instance UID the case that has each."""
        await self._session.execute(delete(PriorRow).where(PriorRow.consultation_id == case_id))
        rows = [
            {"consultation_id": case_id, "study_uid": uid, "earlier_id": earlier}
            for uid, earlier in found.items()
        ]
        if rows:
            await self._session.execute(insert(PriorRow), rows)

    async def replace_reports(self, case_id: UUID, earlier: Iterable[UUID]) -> None:
        of_case = PriorReportRow.consultation_id == case_id
        await self._session.execute(delete(PriorReportRow).where(of_case))
        rows = [{"consultation_id": case_id, "earlier_id": one} for one in earlier]
        if rows:
            await self._session.execute(insert(PriorReportRow), rows)

    async def reports_of(self, case_id: UUID, expert_id: UUID) -> list[UUID]:
        """The cases whose reports may be read through this one now; the newest first."""
        rows = await self._session.scalars(
            select(PriorReportRow.earlier_id)
            .join(ConsultationRow, ConsultationRow.id == PriorReportRow.earlier_id)
            .where(PriorReportRow.consultation_id == case_id, *_open_to(expert_id))
            .order_by(ConsultationRow.created_at.desc())
        )
        return list(rows)

    async def of(self, case_id: UUID) -> dict[str, UUID]:
        """By Study Instance UID the case that has each."""
        rows = await self._session.execute(
            select(PriorRow.study_uid, PriorRow.earlier_id).where(
                PriorRow.consultation_id == case_id
            )
        )
        return {row.study_uid: row.earlier_id for row in rows}


def _open_to(expert_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        ConsultationRow.phase.not_in([phase.value for phase in _NOT_LOOKED_AT]),
        ConsultationRow.id.not_in(apart_from(expert_id)),
    )


def _earlier(case: Case, expert_id: UUID) -> ColumnElement[bool]:
    family = {one for one in (case.mdt_of, case.first and case.first.case_id) if one}
    return and_(
        ConsultationRow.institution_id == case.institution_id,
        ConsultationRow.created_at < case.created_at,
        *_open_to(expert_id),
        ConsultationRow.id.not_in([case.id, *family]),
        ConsultationRow.second_of.is_(None),
        ConsultationRow.mdt_of.is_(None),
    )


def _under(key: GroupKey | None, patient_ids: Iterable[str]) -> Select[UUID]:
    """The cases with a study under one of these PatientIDs."""
    return (
        select(AttachmentRow.consultation_id)
        .join(
            StudyRow,
            (StudyRow.institution_id == AttachmentRow.institution_id)
            & (StudyRow.study_uid == AttachmentRow.study_uid),
        )
        .where(of_patient_ids(key, patient_ids))
    )
