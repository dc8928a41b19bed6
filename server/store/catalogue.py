"""Finding stored studies, series and instances (the tables behind QIDO-RS and WADO-RS)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.consultation import Phase
from server.store.image_tables import AttachmentRow, InstanceRow, SeriesRow, StudyRow
from server.store.tables import ConsultationRow


@dataclass(frozen=True, slots=True)
class StudyQuery:
    """Matching keys of a study (PS3.4 C.2.2.2); absent keys match everything."""

    patient_id: str = ""
    patient_name: str = ""
    accession_number: str = ""
    study_uids: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    date_from: str = ""
    date_until: str = ""
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Visible:
    """Whose studies an account may see: those of the cases it has a part in, and those of no case
    yet that it stored itself (for the institution it belongs to)."""

    account_id: UUID
    own_institution: UUID | None
    case_ids: tuple[UUID, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class FoundStudy:
    """A study with what QIDO-RS counts."""

    row: StudyRow
    modalities: tuple[str, ...]
    series: int
    instances: int


@dataclass(frozen=True, slots=True)
class FoundSeries:
    row: SeriesRow
    instances: int


class Catalogue:
    """Reads stored images of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def cases_of(self, account_id: UUID, *, reviews: bool = False) -> tuple[UUID, ...]:
        """Cases the account asked for or holds; a reviewer also those that wait for a review."""
        parts = [
            ConsultationRow.holder_id == account_id,
            ConsultationRow.requester_id == account_id,
        ]
        if reviews:
            parts.append(ConsultationRow.phase == Phase.AWAITING_REVIEW.value)
        rows = await self._session.scalars(select(ConsultationRow.id).where(or_(*parts)))
        return tuple(rows)

    async def owner(self, visible: Visible, study_uid: str) -> tuple[UUID, UUID | None] | None:
        """The institution whose study this is, and the case through which it is visible."""
        row = await self._session.scalar(
            select(AttachmentRow)
            .where(
                AttachmentRow.study_uid == study_uid,
                AttachmentRow.consultation_id.in_(visible.case_ids),
            )
            .order_by(AttachmentRow.consultation_id.desc())
            .limit(1)
        )
        if row is not None:
            return row.institution_id, row.consultation_id
        if visible.own_institution is None:
            return None
        loose = await self._session.scalar(
            select(StudyRow).where(
                StudyRow.study_uid == study_uid,
                _loose(visible.account_id, visible.own_institution),
            )
        )
        return None if loose is None else (loose.institution_id, None)

    async def studies(self, visible: Visible, query: StudyQuery) -> list[FoundStudy]:
        statement = select(StudyRow).where(_seen(visible), *_matching(query))
        statement = (
            statement.order_by(StudyRow.study_date.desc(), StudyRow.study_uid)
            .limit(query.limit)
            .offset(query.offset)
        )
        rows = list(await self._session.scalars(statement))
        return [await self._counted(row) for row in rows]

    async def _counted(self, row: StudyRow) -> FoundStudy:
        series = await self._session.scalars(
            select(SeriesRow.modality).where(
                SeriesRow.institution_id == row.institution_id,
                SeriesRow.study_uid == row.study_uid,
            )
        )
        modalities = list(series)
        count = await self._session.scalar(
            select(func.count())
            .select_from(InstanceRow)
            .where(
                InstanceRow.institution_id == row.institution_id,
                InstanceRow.study_uid == row.study_uid,
            )
        )
        return FoundStudy(row, tuple(sorted(set(modalities))), len(modalities), count or 0)

    async def series(self, institution_id: UUID, study_uid: str) -> list[FoundSeries]:
        rows = await self._session.execute(
            select(SeriesRow, func.count(InstanceRow.sop_uid))
            .outerjoin(
                InstanceRow,
                and_(
                    InstanceRow.institution_id == SeriesRow.institution_id,
                    InstanceRow.series_uid == SeriesRow.series_uid,
                ),
            )
            .where(SeriesRow.institution_id == institution_id, SeriesRow.study_uid == study_uid)
            .group_by(SeriesRow.institution_id, SeriesRow.series_uid)
            .order_by(SeriesRow.number, SeriesRow.series_uid)
        )
        return [FoundSeries(row[0], row[1]) for row in rows]

    async def instances(
        self,
        institution_id: UUID,
        study_uid: str,
        series_uid: str | None = None,
        sop_uid: str | None = None,
    ) -> list[InstanceRow]:
        """In the order a person expects: by series, then by InstanceNumber."""
        statement: Select[Any] = select(InstanceRow).where(
            InstanceRow.institution_id == institution_id, InstanceRow.study_uid == study_uid
        )
        if series_uid is not None:
            statement = statement.where(InstanceRow.series_uid == series_uid)
        if sop_uid is not None:
            statement = statement.where(InstanceRow.sop_uid == sop_uid)
        statement = statement.order_by(
            InstanceRow.series_uid, InstanceRow.number, InstanceRow.sop_uid
        )
        return list(await self._session.scalars(statement))


def _seen(visible: Visible) -> Any:
    seen = [
        exists().where(
            AttachmentRow.institution_id == StudyRow.institution_id,
            AttachmentRow.study_uid == StudyRow.study_uid,
            AttachmentRow.consultation_id.in_(visible.case_ids),
        )
    ]
    if visible.own_institution is not None:
        return or_(_loose(visible.account_id, visible.own_institution), *seen)
    return or_(*seen)


def _loose(account_id: UUID, institution_id: UUID) -> Any:
    """The study belongs to no case, and this account stored it."""
    stored = exists().where(
        InstanceRow.institution_id == StudyRow.institution_id,
        InstanceRow.study_uid == StudyRow.study_uid,
        InstanceRow.account_id == account_id,
    )
    return and_(StudyRow.institution_id == institution_id, ~_attached(), stored)


def _attached() -> Any:
    """The study belongs to some case."""
    return exists().where(
        AttachmentRow.institution_id == StudyRow.institution_id,
        AttachmentRow.study_uid == StudyRow.study_uid,
    )


def _matching(query: StudyQuery) -> Iterable[Any]:
    if query.patient_id:
        yield StudyRow.patient_id.like(like_of(query.patient_id), escape="\\")
    if query.patient_name:
        yield func.lower(StudyRow.patient_name).like(
            like_of(query.patient_name.lower()), escape="\\"
        )
    if query.accession_number:
        yield StudyRow.accession_number.like(like_of(query.accession_number), escape="\\")
    if query.study_uids:
        yield StudyRow.study_uid.in_(query.study_uids)
    if query.date_from:
        yield StudyRow.study_date >= query.date_from
    if query.date_until:
        yield and_(StudyRow.study_date <= query.date_until, StudyRow.study_date != "")
    if query.modalities:
        yield exists().where(
            SeriesRow.institution_id == StudyRow.institution_id,
            SeriesRow.study_uid == StudyRow.study_uid,
            SeriesRow.modality.in_(query.modalities),
        )


def like_of(pattern: str) -> str:
    """DICOM wild cards (`*`, `?`; PS3.4 C.2.2.2.4) as an SQL LIKE pattern escaped with `\\`."""
    escaped = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%").replace("?", "_")
